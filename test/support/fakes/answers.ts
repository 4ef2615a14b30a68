// What a well-behaved endpoint answers on each path: true to OpenAI's shapes, and always the same.

import {
  chatAnswer,
  chatEvents,
  completionAnswer,
  completionEvents,
  embeddingsAnswer,
  eventText,
  type MockEvent,
  type MockReply,
  messagesAnswer,
  messagesEvents,
  responsesAnswer,
  responsesEvents,
} from "../../../src/demo/mock-answers.ts";
import { headerOf } from "../socket-reader.ts";
import { apiError, behaviour, body, json, jsonFrom, stream } from "./behaviours.ts";
import type { Behaviour } from "./fake-connection.ts";

/** The text of every default answer. */
export const ANSWER_TEXT = "Hello from the fake endpoint.";

/** Every byte value, as a stand-in for sound: no decoder leaves it unharmed. */
export const AUDIO_BYTES = Buffer.from(Array.from({ length: 4096 }, (_, i) => i % 256));

type Fields = Record<string, unknown>;

/** `GET /models`. */
export function modelList(models: readonly string[]): Behaviour {
  const data = models.map((id) => ({ id, object: "model", created: 1_700_000_000, owned_by: "fake" }));
  return json(200, { object: "list", data });
}

/** The answer of a good endpoint on this path, plain or as a stream as the request asks. */
export function defaultAnswer(target: string): Behaviour {
  const path = (target.split("?")[0] ?? "").replace(/^.*?\/v[12](?=\/)/, "");
  const model = /^\/models\/(.+)$/.exec(path)?.[1];
  if (model !== undefined) return oneModel(decodeURIComponent(model));
  return ANSWERS[path] ?? jsonFrom((request) => ({ object: "fake", model: request["model"] }));
}

const ANSWERS: Readonly<Record<string, Behaviour>> = {
  "/chat/completions": plainOrStream(chatAnswer, (reply, request) => chatEvents(reply, wantsUsage(request))),
  "/completions": plainOrStream(completionAnswer, (reply, request) =>
    completionEvents(reply, wantsUsage(request)),
  ),
  "/responses": plainOrStream(responsesAnswer, responsesEvents),
  "/messages": plainOrStream(messagesAnswer, messagesEvents),
  "/messages/count_tokens": json(200, { input_tokens: 7 }),
  "/responses/input_tokens": json(200, { object: "response.input_tokens", input_tokens: 7 }),
  "/embeddings": jsonFrom(embeddings),
  "/moderations": jsonFrom((request) => {
    const results = [
      { flagged: false, categories: { violence: false }, category_scores: { violence: 0.01 } },
    ];
    return { id: "modr-1", model: request["model"] ?? "omni-moderation-latest", results };
  }),
  "/images/generations": json(200, { created: 1_700_000_000, data: [{ b64_json: "iVBORw0KGgo=" }] }),
  "/images/edits": json(200, { created: 1_700_000_000, data: [{ b64_json: "iVBORw0KGgo=" }] }),
  "/images/variations": json(200, { created: 1_700_000_000, data: [{ b64_json: "iVBORw0KGgo=" }] }),
  "/audio/speech": stream([AUDIO_BYTES.subarray(0, 1000), AUDIO_BYTES.subarray(1000)], {
    headers: { "content-type": "audio/mpeg" },
  }),
  "/audio/transcriptions": transcription(),
  "/audio/translations": transcription(),
  "/rerank": json(200, { id: "rr-1", results: [{ index: 1, relevance_score: 0.9 }], meta: {} }),
  "/score": json(200, { object: "list", data: [{ index: 0, object: "score", score: 0.5 }] }),
};

function plainOrStream(
  plain: (reply: MockReply) => object,
  streamed: (reply: MockReply, request: Fields) => MockEvent[],
): Behaviour {
  return behaviour(async (exchange) => {
    const request = exchange.request.json();
    const reply = replyTo(request);
    const answer =
      request["stream"] === true ? stream(streamed(reply, request).map(eventText)) : json(200, plain(reply));
    await answer.run(exchange);
  });
}

function replyTo(request: Fields): MockReply {
  const model = String(request["model"] ?? "m");
  return { id: "fake1", createdSec: 1_700_000_000, model, text: ANSWER_TEXT, inputTokens: 7 };
}

function wantsUsage(request: Fields): boolean {
  const options = request["stream_options"];
  return (
    typeof options === "object" &&
    options !== null &&
    "include_usage" in options &&
    options.include_usage === true
  );
}

function embeddings(request: Fields): object {
  const input = request["input"];
  const isList = Array.isArray(input) && typeof input[0] !== "number";
  const vectors = Array.from(
    { length: isList ? input.length : 1 },
    (_, i) => new Float32Array([0.5, -0.25, i]),
  );
  return embeddingsAnswer(
    replyTo(request),
    vectors,
    request["encoding_format"] === "base64" ? "base64" : "float",
  );
}

/** JSON, or plain text for the formats that are text. The form is not parsed: its fields are looked for as text. */
function transcription(): Behaviour {
  return behaviour(async (exchange) => {
    const form = exchange.request.body.toString("latin1");
    const isForm =
      headerOf(exchange.request.headers, "content-type")?.startsWith("multipart/form-data") === true;
    if (!isForm) return apiError(400, null).run(exchange);
    const isText = /name="response_format"\r\n\r\n(text|srt|vtt)\r\n/.test(form);
    const answer = isText
      ? body(200, `${ANSWER_TEXT}\n`, { "content-type": "text/plain" })
      : json(200, { text: ANSWER_TEXT });
    await answer.run(exchange);
  });
}

function oneModel(id: string): Behaviour {
  return json(200, { id, object: "model", created: 1_700_000_000, owned_by: "fake" });
}
