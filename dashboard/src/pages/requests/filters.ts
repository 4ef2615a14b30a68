// The filters of the log, which live in the address: a link shows the same rows to whoever opens it.

import type { Sent } from "../../api/client.ts";
import type { RequestEntry } from "../../api/requests.ts";
import { place } from "../../app/router.ts";

/** The statuses to choose from, each with its bounds. */
export const STATUSES = {
  all: [undefined, undefined],
  ok: [undefined, 399],
  failed: [400, undefined],
  "4xx": [400, 499],
  "429": [429, 429],
  "5xx": [500, 599],
} as const;

/** One of them. */
type StatusChoice = keyof typeof STATUSES;

/** What is looked for; an empty text is anything. */
export type RequestFilters = {
  readonly model: string;
  readonly endpoint: string;
  readonly key: string;
  readonly status: StatusChoice;
};

/** The filters of the address. */
export function filtersNow(): RequestFilters {
  const { query } = place.value;
  const status = query.get("status") ?? "all";
  return {
    model: query.get("model") ?? "",
    endpoint: query.get("endpoint") ?? "",
    key: query.get("key") ?? "",
    status: isStatus(status) ? status : "all",
  };
}

/** Whether anything is filtered. */
export function isFiltered({ model, endpoint, key, status }: RequestFilters): boolean {
  return model !== "" || endpoint !== "" || key !== "" || status !== "all";
}

/** The same as the API is asked. */
export function queryOf({
  model,
  endpoint,
  key,
  status,
}: RequestFilters): NonNullable<Sent<"listRequests">["query"]> {
  const [least, most] = STATUSES[status];
  return {
    ...(model !== "" && { model }),
    ...(endpoint !== "" && { endpoint }),
    ...(key !== "" && { key }),
    ...(least !== undefined && { min_status: least }),
    ...(most !== undefined && { max_status: most }),
  };
}

/** Whether a request that has just come is one of those that are looked for. */
export function isMatch(entry: RequestEntry, { model, endpoint, key, status }: RequestFilters): boolean {
  const [least = 0, most = 999] = STATUSES[status];
  return (
    (model === "" || entry.model === model) &&
    (endpoint === "" || entry.endpoint === endpoint) &&
    (key === "" || entry.key === key || entry.key_id === key) &&
    entry.status >= least &&
    entry.status <= most
  );
}

function isStatus(text: string): text is StatusChoice {
  return Object.hasOwn(STATUSES, text);
}
