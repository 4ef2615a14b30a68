// Whether JSON that nothing but the end of the connection ends was cut: by HTTP it cannot be told (RFC 9112 §8), by
// its own brackets it can.

import { JsonEnd } from "../../bytes/json-end.ts";
import { headerOf } from "./classify.ts";
import type { AnswerHead } from "./outcome.ts";

const JSON_TYPE = /^application\/(?:json|x-ndjson|jsonl|[^;]+\+json)/;

/** Whether the head says that JSON follows, one text or several. */
export function isJson({ contentType }: AnswerHead): boolean {
  return JSON_TYPE.test(contentType);
}

/** What watches an answer's end, for plain JSON that says neither its length nor that it comes in chunks. */
export function jsonEndFor(head: AnswerHead): JsonEnd | undefined {
  const { headers, status } = head;
  // Nearly every answer says its length or comes in chunks: that is looked at first.
  if (headerOf(headers, "content-length") !== "" || headerOf(headers, "transfer-encoding") === "chunked")
    return undefined;
  // What is wrong with an error's body does not make it less of an error.
  if (status >= 300 || !isJson(head)) return undefined;
  const coding = headerOf(headers, "content-encoding");
  return coding === "" || coding === "identity" ? new JsonEnd() : undefined;
}

/** Whether the whole body of an answer is the beginning of one. */
export function isCutJson(head: AnswerHead, body: Buffer): boolean {
  const end = jsonEndFor(head);
  end?.push(body);
  return end?.isClosed === false;
}
