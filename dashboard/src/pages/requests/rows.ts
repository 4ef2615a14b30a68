// The rows of the log: page by page from the newest, and what happens meanwhile on top of them.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call } from "../../api/client.ts";
import { isRecord } from "../../api/failure.ts";
import { isLive, onLive } from "../../api/live.ts";
import { type RequestEntry, requestIn } from "../../api/requests.ts";
import { isMatch, queryOf, type RequestFilters } from "./filters.ts";

const PAGE = 200;
/** More rows than these nobody reads; the filters find the others. */
const MOST = 100_000;
/** New rows are shown together, so that a busy gateway does not keep the page drawing. */
const GATHER_MS = 250;
/** Without a stream the newest are asked for. */
const POLL_MS = 3_000;

/** The rows, and how there are more. */
export type RequestRows = {
  readonly rows: readonly RequestEntry[];
  readonly isLoading: boolean;
  readonly hasMore: boolean;
  readonly failure: Error | undefined;
  /** How many came too fast for this page. */
  readonly missed: number;
  readonly loadMore: () => void;
  readonly reload: () => void;
};

type Loaded = Omit<RequestRows, "loadMore" | "reload" | "hasMore"> & { readonly next: string | null };

const NOTHING: Loaded = { rows: [], isLoading: true, failure: undefined, next: null, missed: 0 };

/** The rows that the filters leave. */
export function useRows(filters: RequestFilters, isFollowing: boolean): RequestRows {
  const [loaded, setLoaded] = useState(NOTHING);
  const [round, setRound] = useState(0);
  const busy = useRef<AbortController>(undefined);
  const name = JSON.stringify(filters);
  const load = useCallback(
    async (cursor: string | undefined): Promise<void> => {
      busy.current?.abort();
      const stopping = new AbortController();
      busy.current = stopping;
      const { signal } = stopping;
      setLoaded((before) => ({ ...(cursor === undefined ? NOTHING : before), isLoading: true }));
      try {
        const query = { ...queryOf(JSON.parse(name)), limit: PAGE, cursor };
        const { data, next } = await call("listRequests", { query }, { signal });
        if (signal.aborted) return;
        setLoaded((before) => ({
          ...before,
          rows: merged(before.rows, data),
          next,
          isLoading: false,
          failure: undefined,
        }));
      } catch (error) {
        if (signal.aborted) return;
        const failure = error instanceof Error ? error : new Error(String(error));
        setLoaded((before) => ({ ...before, failure, isLoading: false }));
      } finally {
        if (busy.current === stopping) busy.current = undefined;
      }
    },
    [name],
  );
  useEffect(() => {
    void load(undefined);
    return () => busy.current?.abort();
  }, [load, round]);
  useNewest(filters, isFollowing, setLoaded);
  const { rows, next } = loaded;
  const loadMore = useCallback(() => {
    if (next !== null && busy.current === undefined && rows.length < MOST) void load(next);
  }, [load, next, rows.length]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  return { ...loaded, hasMore: next !== null && rows.length < MOST, loadMore, reload };
}

type SetLoaded = (change: (before: Loaded) => Loaded) => void;

/** Puts what happens now on top. */
function useNewest(filters: RequestFilters, isFollowing: boolean, setLoaded: SetLoaded): void {
  const wanted = useRef(filters);
  wanted.current = filters;
  useEffect(() => {
    if (!isFollowing) return undefined;
    let gathered: RequestEntry[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      timer = undefined;
      const fresh = gathered.toReversed().filter((entry) => isMatch(entry, wanted.current));
      gathered = [];
      if (fresh.length > 0)
        setLoaded((before) => ({ ...before, rows: merged(fresh, before.rows).slice(0, MOST) }));
    };
    const stops = [
      onLive("request", (data) => {
        const entry = requestIn(data);
        if (entry === undefined) return;
        gathered.push(entry);
        timer ??= setTimeout(show, GATHER_MS);
      }),
      onLive("missed", (data) => {
        const count = isRecord(data) ? Number(data["count"]) : 0;
        if (count > 0) setLoaded((before) => ({ ...before, missed: before.missed + count }));
      }),
    ];
    const ask = (): void => void askNewest(wanted.current, setLoaded);
    const polling = setInterval(() => {
      if (!isLive.value) ask();
    }, POLL_MS);
    // The stream tells nothing of what came between the last question and its opening. The first call tells of now.
    let isFirst = true;
    stops.push(
      isLive.subscribe((isOpen) => {
        if (isOpen && !isFirst) ask();
        isFirst = false;
      }),
    );
    return () => {
      clearTimeout(timer);
      clearInterval(polling);
      for (const stop of stops) stop();
    };
  }, [isFollowing, setLoaded]);
}

async function askNewest(filters: RequestFilters, setLoaded: SetLoaded): Promise<void> {
  if (document.visibilityState !== "visible") return;
  try {
    const { data } = await call("listRequests", { query: { ...queryOf(filters), limit: PAGE } });
    setLoaded((before) => ({ ...before, rows: merged(data, before.rows).slice(0, MOST) }));
  } catch {
    // The banner says that nothing is answered; the next poll tries again.
  }
}

/** The first, then those of the second that are not among them. */
function merged(first: readonly RequestEntry[], second: readonly RequestEntry[]): readonly RequestEntry[] {
  const known = new Set(first.map(({ id }) => id));
  const others = second.filter(({ id }) => !known.has(id));
  return others.length === 0 ? first : [...first, ...others];
}
