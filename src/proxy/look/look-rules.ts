// How much has to be seen of an answer before it is taken, by its head and by what was asked.

import type { ClientWire } from "../../wires/wire.ts";
import { contentEncodingOf } from "../answer/redact.ts";
import type { Call } from "../exchange/call.ts";
import { isEventStream } from "../outcome/classify.ts";
import type { AnswerHead } from "../outcome/outcome.ts";

/** How much has to be seen of an answer. */
export type LookRules = {
  readonly status: number;
  readonly contentType: string;
  readonly contentEncoding: string;
  readonly isEventStream: boolean;
  /** A stream was asked for: the body may be one although its head says otherwise. */
  readonly mayBeStream: boolean;
  /** Wait until there is some content, or the end (`retries.on_empty_answer`). */
  readonly wantsContent: boolean;
  /** Read an error to its end, since it may be shown. */
  readonly keepsErrors: boolean;
  /** It is said in other words to the client, so that all of an error is read first. */
  readonly isTranslated?: boolean;
  /** The name of the model that was sent to the endpoint. */
  readonly model: string;
  /** The client's: it knows what content is. */
  readonly wire: ClientWire;
  /** The body cannot be read, or there is none: its head alone decides. */
  readonly isUnseen: boolean;
};

/** What to look for in an answer with this head; `model` is the name that was sent to the endpoint. */
export function lookRules(call: Call, model: string, head: AnswerHead, keepsErrors: boolean): LookRules {
  const { status, headers, contentType } = head;
  const isTranslated = head.translated !== undefined;
  const isStream = isEventStream(head);
  const isGood = status < 300;
  const mayWait = isStream || call.isStream || !isGood || call.wantsContent;
  const contentEncoding = mayWait ? contentEncodingOf(headers) : "";
  const isPacked = contentEncoding !== "" && contentEncoding !== "identity";
  const wantsContent = call.wantsContent && !isPacked;
  const mayBeStream = call.isStream && !isStream && !isPacked;
  // The events of a packed stream cannot be seen.
  const isUnseen = (isStream && isPacked && isGood) || call.request.method === "HEAD";
  // biome-ignore format: one literal, since spreads cost more than all the rest of this
  return { status, contentType, contentEncoding, isEventStream: isStream, mayBeStream, wantsContent, keepsErrors: keepsErrors || isTranslated, isTranslated, model, wire: call.clientWire, isUnseen };
}
