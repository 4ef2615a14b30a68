// A call in the words of another API: made once for all attempts that need it, and let go with the body.

import { parseExactly } from "../../bytes/exact-json.ts";
import { GatewayError } from "../../core/errors.ts";
import type { JsonObject } from "../../wires/errors/json-prefix.ts";
import type {
  AnswerContext,
  Translated,
  TranslatedRequest,
  Translation,
} from "../../wires/translate/translation.ts";
import type { Call } from "../exchange/call.ts";
import type { Exchange } from "../exchange/exchange.ts";

/** As large as Anthropic lets a request be. Reading a larger one would hold everybody up. */
const MAX_TRANSLATED_BYTES = 32 * 1024 * 1024;
/** Of what is longer than most conversations, the values are counted: each takes its time, whatever its length. */
const MANY_BYTES = 1024 * 1024;
const MAX_COMMAS = 300_000;
const COMMA = 0x2c;

/**
 * The call in other words. `model` is the endpoint's name of it: some know fields that others refuse.
 * @throws GatewayError untranslatable, invalid_json, overloaded
 */
export function translatedCall(call: Call, translation: Translation, model: string): Translated {
  const { peek, exchange } = call;
  const known = peek.translated.find((one) => one.translation === translation && one.model === model);
  const request = known?.request ?? newRequest(call, translation, model);
  if (known === undefined) peek.translated = [...peek.translated, { translation, model, request }];
  return { translation, request, context: contextOf(exchange, call.answerName) };
}

function newRequest(
  { peek, body, operation }: Call,
  translation: Translation,
  model: string,
): TranslatedRequest {
  if (body.length > MAX_TRANSLATED_BYTES)
    throw new GatewayError("untranslatable", { message: TOO_LARGE, status: 413 });
  if (body.length > MANY_BYTES && commasIn(body) > MAX_COMMAS)
    throw new GatewayError("untranslatable", { message: TOO_MANY, status: 413 });
  // Values take as much room as their text, and the text that is sent is one more.
  if (!peek.hold.take(body.length, true))
    throw new GatewayError("overloaded", { headers: ["retry-after", "1"] });
  const values = valuesOf(body);
  // Where the path says that a stream is wanted the body does not.
  return translation.request(
    operation.streams === "always" ? { ...values, model, stream: true } : { ...values, model },
  );
}

/**
 * The values of a body.
 * @throws GatewayError invalid_json
 */
export function valuesOf(body: Buffer): JsonObject {
  try {
    const value = parseExactly(body.toString("utf8").replace(/^\ufeff/, ""));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // What follows says so without a word of the body.
  }
  throw new GatewayError("invalid_json");
}

/** What separates values, and is in texts as well: a bound on how many there are. */
function commasIn(body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(COMMA); at !== -1 && count <= MAX_COMMAS; at = body.indexOf(COMMA, at + 1))
    count += 1;
  return count;
}

function contextOf(exchange: Exchange, model: string | undefined): AnswerContext {
  const id = exchange.requestId.replaceAll(/[^A-Za-z0-9]/g, "");
  const { services, startedMs, startedWallMs } = exchange;
  const elapsedMs = (): number => services.clock.nowMs() - startedMs;
  return { model, id, createdSeconds: Math.floor(startedWallMs / 1_000), elapsedMs };
}

const TOO_MANY =
  "The endpoint speaks another API than the client, and a body of more than 300,000 values is not translated.";
const TOO_LARGE =
  "The endpoint speaks another API than the client, and a body of more than 32 MiB is not translated.";
