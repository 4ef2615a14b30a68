// What a request for a list asks for: which page, how long, in which order; and the query that asks one endpoint for it.

import { passedQuery } from "../../wires/headers/passed-headers.ts";
import { queryOf } from "../../wires/paths/router.ts";
import type { VersionPass } from "../../wires/wire.ts";

/** A request for a page. */
export type ListQuery = {
  /** Entries at most; Infinity where the endpoints' own limit is good enough. */
  readonly limit: number;
  /** The newest first, in the direction in which is read. */
  readonly isNewestFirst: boolean;
  /** The entry from which is read on; undefined: from the beginning. */
  readonly cursor: string | undefined;
  /** What is read comes before the cursor: it is read the other way round, and turned. */
  readonly isTurned: boolean;
  /** Tells the list from others, whatever its page. */
  readonly mark: string;
};

const LONGEST_PAGE = 10_000;

/** What the query of a request target asks for. */
export function listQueryOf(target: string): ListQuery {
  const query = new URLSearchParams(queryOf(target));
  const before = query.get("before");
  const isTurned = before !== null && before !== "" && query.get("after") === null;
  const cursor = isTurned ? before : query.get("after");
  const limit = query.get("limit") ?? "";
  const isNewestFirst = (query.get("order") === "asc") === isTurned;
  for (const name of ["after", "before", "limit"]) query.delete(name);
  query.sort();
  return {
    limit: /^[1-9]\d{0,5}$/.test(limit) ? Math.min(Number(limit), LONGEST_PAGE) : Number.POSITIVE_INFINITY,
    isNewestFirst,
    cursor: cursor === null || cursor === "" ? undefined : cursor,
    isTurned,
    mark: `${query.toString()}\n${isTurned}`,
  };
}

/** The query, with its `?`, for a page of an endpoint behind `after`. `model`: the endpoint's name where one is asked for. */
export function queryAt(
  target: string,
  { isTurned, isNewestFirst }: ListQuery,
  at: {
    readonly after: string | undefined;
    readonly model: string | undefined;
    readonly passesApiVersion: VersionPass;
  },
): string {
  const query = new URLSearchParams(passedQuery(queryOf(target), at.passesApiVersion));
  query.delete("before");
  query.delete("after");
  if (at.after !== undefined) query.set("after", at.after);
  if (isTurned) query.set("order", isNewestFirst ? "desc" : "asc");
  if (at.model !== undefined) query.set("model", at.model);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
