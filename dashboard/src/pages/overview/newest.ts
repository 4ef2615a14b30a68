// The newest of many requests.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { RequestEntry } from "../../api/requests.ts";

/** What comes within this time is drawn at once. */
const GATHER_MS = 200;

/** The newest so many, and how there are others. The function stays the same. */
export function useNewest(
  count: number,
): readonly [newest: readonly RequestEntry[], add: (entries: readonly RequestEntry[]) => void] {
  const [newest, setNewest] = useState<readonly RequestEntry[]>([]);
  const gathered = useRef<RequestEntry[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const add = useCallback(
    (entries: readonly RequestEntry[]): void => {
      gathered.current.push(...entries);
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        const fresh = gathered.current.splice(0);
        setNewest((before) => {
          const byId = new Map([...before, ...fresh].map((entry) => [entry.id, entry]));
          return [...byId.values()].toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, count);
        });
      }, GATHER_MS);
    },
    [count],
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  return [newest, add];
}
