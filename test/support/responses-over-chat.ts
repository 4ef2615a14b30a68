// Responses over Chat Completions, translated without a socket: what becomes of a request, and of the chunks of an answer.

import type { JsonObject } from "../../src/wires/errors/json-prefix.ts";
import { objectOf } from "../../src/wires/translate/json-values.ts";
import { RESPONSES_OVER_CHAT } from "../../src/wires/translate/responses-chat/responses-chat.ts";
import type { TranslatedRequest } from "../../src/wires/translate/translation.ts";

/** Of the answers. */
export const CONTEXT = { model: undefined, id: "u1", createdSeconds: 1_700_000_000 };

/** What a request of a client becomes. */
export function asked(request: JsonObject): TranslatedRequest {
  return RESPONSES_OVER_CHAT.request({ model: "m", ...request });
}

/** The messages that an input becomes. */
export function messagesOf(input: unknown, more: JsonObject = {}): unknown {
  return asked({ ...more, input }).body["messages"];
}

/** All events that the client is told for the chunks of one answer. */
export function streamed(request: JsonObject, chunks: readonly JsonObject[]): readonly JsonObject[] {
  const stream = asked(request).answer.stream(CONTEXT);
  const out: JsonObject[] = [];
  for (const chunk of chunks) stream.push(chunk, out);
  stream.finish(out);
  return out;
}

/** The response that the last event has. */
export function lastResponse(events: readonly JsonObject[]): JsonObject {
  return objectOf(events.at(-1)?.["response"]);
}

/** A chunk of the endpoint's with one choice. */
export function chunkOf(delta: JsonObject, finish: string | null = null): JsonObject {
  return {
    id: "c",
    object: "chat.completion.chunk",
    created: 1_700_000_001,
    model: "real",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}
