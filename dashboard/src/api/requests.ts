// Requests as the log and the stream tell them.

import type { Answer } from "./client.ts";
import { isRecord } from "./failure.ts";

/** One request. */
export type RequestEntry = Answer<"getRequest">;

/** One try at one endpoint. */
export type AttemptEntry = RequestEntry["attempts"][number];

/** What the stream has sent as a request; undefined where it is none. */
export function requestIn(data: unknown): RequestEntry | undefined {
  // The same schema describes both; what has an id and attempts is one.
  return isRecord(data) && typeof data["id"] === "string" && Array.isArray(data["attempts"])
    ? (data as RequestEntry)
    : undefined;
}
