// How much has to be seen of an answer before it is taken: what `first-bytes.ts` is to look for, by the head and by
// what was asked. Called by `attempt.ts`.

import { contentEncodingOf } from "../answer/redact.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import type { FirstBytesOptions } from "./first-bytes.ts";

/** The content type of event streams. */
export const EVENT_STREAM = "text/event-stream";

/** What to look for in an answer with this head. `isUnseen`: its body cannot be read, or there is none. */
export function firstLook(
  exchange: Exchange,
  model: string,
  head: AnswerHead,
  keepsErrors: boolean,
): FirstBytesOptions & { readonly isUnseen: boolean } {
  const { status, headers, contentType } = head;
  const isEventStream = contentType.startsWith(EVENT_STREAM);
  const isGood = status < 300;
  const mayWait = isEventStream || exchange.isStream || !isGood || exchange.wantsContent;
  const contentEncoding = mayWait ? contentEncodingOf(headers) : "";
  const isPacked = contentEncoding !== "" && contentEncoding !== "identity";
  const wantsContent = exchange.wantsContent && !isPacked;
  const mayBeStream = exchange.isStream && !isEventStream && !isPacked;
  // The events of a packed stream cannot be seen.
  const isUnseen = (isEventStream && isPacked && isGood) || exchange.request.method === "HEAD";
  // biome-ignore format: one literal, since spreads cost more than all the rest of this
  return { status, contentType, contentEncoding, isEventStream, mayBeStream, wantsContent, keepsErrors, model, isUnseen };
}
