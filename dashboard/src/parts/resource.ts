// Something that a page asks for: its value, its failure, and when it is asked for again.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isReachable } from "../api/state.ts";
import { language } from "../words/language.ts";

/** What is known of it. The last good value stays while it is asked for anew, or cannot be had. */
export type Resource<Value> = {
  readonly value: Value | undefined;
  readonly failure: Error | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
};

/**
 * Asks when the page is shown and whenever one of `inputs` or the language changes, with `everyMs` again after so long; never while the
 * tab is in the background. What came too late is forgotten.
 */
export function useResource<Value>(
  load: (signal: AbortSignal) => Promise<Value>,
  inputs: readonly unknown[],
  everyMs?: number,
): Resource<Value> {
  const [state, setState] = useState<Omit<Resource<Value>, "reload">>({
    value: undefined,
    failure: undefined,
    isLoading: true,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => setRound((count) => count + 1), []);
  useEffect(() => {
    const stopping = new AbortController();
    const { signal } = stopping;
    setState((before) => ({ ...before, isLoading: true }));
    latest.current(signal).then(
      (value) => {
        if (!signal.aborted) setState({ value, failure: undefined, isLoading: false });
      },
      (error: unknown) => {
        if (signal.aborted) return;
        const failure = error instanceof Error ? error : new Error(String(error));
        setState((before) => ({ value: before.value, failure, isLoading: false }));
      },
    );
    return () => stopping.abort();
  }, [...inputs, language.value, round]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const look = (): void => {
      if (document.visibilityState === "visible") reload();
    };
    const timer = setInterval(look, everyMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [everyMs, reload]);
  useEffect(() => {
    // The first call tells of now; the later ones of a change.
    let isFirst = true;
    return isReachable.subscribe((isBack) => {
      if (!isFirst && isBack) reload();
      isFirst = false;
    });
  }, [reload]);
  return { ...state, reload };
}
