// What is wrong with the text in the editor, found out a moment after the last key.

import { useEffect, useState } from "preact/hooks";
import { call } from "../../api/client.ts";
import { Failure } from "../../api/failure.ts";
import { language } from "../../words/language.ts";
import { base, type ConfigChange, type ConfigProblem, textNow, typed } from "./file-state.ts";

/** What came of it. */
export type Checked = {
  readonly problems: readonly ConfigProblem[];
  /** What would change; undefined while it is not known, and where there are errors. */
  readonly change: ConfigChange | undefined;
  readonly isChecking: boolean;
  /** Whether the text may be applied. */
  readonly isGood: boolean;
  /** Why it could not be checked. */
  readonly failure: Error | undefined;
};

const WAIT_MS = 350;

/** Checks. What is not typed over is as the file says itself. */
export function useCheck(): Checked {
  const text = textNow();
  const file = base.value;
  const isTyped = typed.value !== undefined;
  const own = file?.problems ?? [];
  const [found, setFound] = useState<Checked & { readonly of: string }>();
  useEffect(() => {
    if (!isTyped) return undefined;
    const stopping = new AbortController();
    const timer = setTimeout(() => {
      check(text, stopping.signal).then(
        (checked) => {
          if (!stopping.signal.aborted) setFound({ ...checked, of: text });
        },
        () => undefined,
      );
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      stopping.abort();
    };
  }, [text, isTyped, file?.version, language.value]);
  if (!isTyped) {
    const isGood = own.every(({ severity }) => severity !== "error");
    return { problems: own, change: undefined, isChecking: false, isGood, failure: undefined };
  }
  if (found !== undefined && found.of === text) return found;
  return {
    problems: found?.problems ?? own,
    change: undefined,
    isChecking: true,
    isGood: false,
    failure: undefined,
  };
}

async function check(text: string, signal: AbortSignal): Promise<Checked> {
  const done = { change: undefined, isChecking: false, isGood: false, failure: undefined };
  try {
    const { is_good, problems, change } = await call("checkConfig", { body: { text } }, { signal });
    return { ...done, problems, isGood: is_good, change: change ?? undefined };
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = error instanceof Error ? error : new Error(String(error));
    const problems = problemsIn(failure);
    return { ...done, problems, failure: problems.length === 0 ? failure : undefined };
  }
}

/** Problems that a refusal tells by `body.text:LINE`, such as marks that stand for no secret. */
function problemsIn(failure: Error): readonly ConfigProblem[] {
  if (!(failure instanceof Failure)) return [];
  return failure.problems.flatMap(({ at, message }): readonly ConfigProblem[] => {
    const line = /^body\.text:(\d+)$/.exec(at)?.[1];
    if (line === undefined) return [];
    const code = failure.code;
    return [{ code, severity: "error", line: Number(line), column: 1, length: 0, message, fix: null }];
  });
}
