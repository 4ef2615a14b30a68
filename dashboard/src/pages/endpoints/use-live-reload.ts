// Reads a page anew when the gateway says that something has changed, a little later and once for many events.

import { useEffect } from "preact/hooks";
import type { LiveEvent } from "../../api/live.ts";

const WAIT_MS = 300;

/** Calls `reload` soon after figures or the configuration have changed. */
export function useLiveReload(
  reload: () => void,
  listen: (kind: LiveEvent, listener: (data: unknown) => void) => () => void,
): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, WAIT_MS);
    };
    const stops = [listen("state", soon), listen("config", soon)];
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [reload, listen]);
}
