// The word in a request's headers by which clients of the vendor whose sockets these are ask for one, and endpoints know
// that they may be.

import { firstHeader } from "../../http/first-header.ts";

const NAME = "openai-beta";
const WORD = "responses_websockets=2026-02-06";
const ANY_DATE = /^responses_websockets=/;

/** A header's value without that word; other headers as they are. Empty where nothing is left. */
export function withoutSocketWord(name: string, value: string): string {
  if (name !== NAME) return value;
  const words = value.split(",").map((word) => word.trim());
  return words.filter((word) => !ANY_DATE.test(word)).join(",");
}

/** Flat headers with the word, beside what else stands in its header. */
export function withSocketWord(headers: readonly string[]): readonly string[] {
  const said = firstHeader(headers, NAME);
  if (said === undefined) return [...headers, NAME, WORD];
  return headers.map((text, at) => (at % 2 === 1 && headers[at - 1] === NAME ? `${said},${WORD}` : text));
}
