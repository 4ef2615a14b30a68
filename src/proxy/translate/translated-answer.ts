// What an endpoint of another API has answered, in the client's words: a plain answer, a stream, an error.

import { parseExactly } from "../../bytes/exact-json.ts";
import { GatewayError } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Endpoint } from "../../routing/model.ts";
import { readErrorBody, readErrorText } from "../../wires/errors/error-body.ts";
import type { JsonObject } from "../../wires/errors/json-prefix.ts";
import { queryOf } from "../../wires/paths/router.ts";
import { TranslatedStream } from "../../wires/translate/translated-stream.ts";
import type { Translated } from "../../wires/translate/translation.ts";
import { usageOfPlain } from "../../wires/usage/answer-usage.ts";
import type { Call } from "../exchange/call.ts";
import type { AnswerHead } from "../outcome/outcome.ts";

/** A head with all of its body. */
export type WholeAnswer = AnswerHead & { readonly body: Buffer };

/** What was said of bytes that the client does not get. */
const OF_THE_BYTES: ReadonlySet<string> = new Set([
  "content-type",
  "content-length",
  "content-encoding",
  "content-md5",
  "content-digest",
  "repr-digest",
  "digest",
  "etag",
  "transfer-encoding",
]);
const JSON_TYPE = "application/json";

/** What a stream passes through. */
export function streamTranslation(call: Call, translated: Translated): TranslatedStream {
  const { operation, clientWire } = call;
  const { translation, request, context } = translated;
  return new TranslatedStream(request.answer.stream(context), {
    api: translation.from,
    isList: operation.streams === "always" && clientWire.listsEvents(queryOf(call.request.target)),
    isWithoutComments: !clientWire.takesComments,
    endpointWords: readErrorText,
    endpointError: (text) => clientWire.endpointErrorEvent(operation, readErrorText(text)),
    ownError: (code, message) => clientWire.errorEvent(operation, code, message),
  });
}

/**
 * A plain answer; `body` is unpacked.
 * @throws GatewayError upstream_bad_response for what is no such answer
 */
export function translatedPlain(translated: Translated, head: AnswerHead, body: Buffer): WholeAnswer {
  const { translation, request, context } = translated;
  const said = JSON.stringify(request.answer.plain(valuesOf(body), context));
  return { ...wholeAnswer(head, head.status, said), usage: usageOfPlain(translation.operation, body) };
}

/** An error, of which `body` may be no more than the beginning; unpacked, and undefined where it cannot be read. */
export function translatedError(
  call: Call,
  endpoint: Endpoint,
  head: AnswerHead,
  body: Buffer | undefined,
): WholeAnswer {
  // Masked before it is decoded: what has an escape in it is spelled otherwise in the client's words.
  const plain = endpoint.secrets.mask(body?.toString("latin1") ?? "");
  const said = readErrorBody(Buffer.from(plain, "latin1"));
  const answer = call.clientWire.endpointError(head.status, said, call.exchange.requestId);
  return wholeAnswer(head, answer.status, answer.body);
}

function wholeAnswer(head: AnswerHead, status: number, text: string): WholeAnswer {
  const body = Buffer.from(text);
  const { translated } = head;
  const headers = [
    ...withoutBytes(head.headers),
    "content-type",
    JSON_TYPE,
    "content-length",
    String(body.length),
  ];
  return { status, headers, contentType: JSON_TYPE, translated, body };
}

function withoutBytes(headers: FlatHeaders): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? "";
    if (!OF_THE_BYTES.has(name)) kept.push(name, headers[index + 1] ?? "");
  }
  return kept;
}

function valuesOf(body: Buffer): JsonObject {
  try {
    const value = parseExactly(body.toString("utf8").replace(/^\ufeff/, ""));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // What follows says so.
  }
  const message = "The endpoint's answer is no JSON object, so that it cannot be translated.";
  throw new GatewayError("upstream_bad_response", { message });
}
