// What a mock endpoint answers on each path, as data: a plain object or a list of stream events. No HTTP, no timing.

import {
  chatAnswer,
  chatEvents,
  completionAnswer,
  completionEvents,
  embeddingsAnswer,
  type MockEvent,
  type MockReply,
  messagesAnswer,
  messagesEvents,
  responsesAnswer,
  responsesEvents,
  tokensOf,
} from "./mock-answers.ts";
import { seededRandom, seedOf } from "./seeded-random.ts";

/** A request's JSON. */
export type RequestFields = Readonly<Record<string, unknown>>;

/** What an answer is made from besides the request. */
export type MockContext = {
  readonly endpointName: string;
  readonly seed: number;
  readonly id: string;
  readonly createdSec: number;
};

/** An answer to be sent. */
export type MockAnswer =
  | { readonly kind: "plain"; readonly value: object }
  | { readonly kind: "stream"; readonly events: readonly MockEvent[] };

const EMBEDDING_DIMENSIONS = 256;
const MAX_DIMENSIONS = 4096;
const SENTENCES = [
  "The answer is made up, but the stream is real.",
  "Each word arrives as a server-sent event of its own.",
  "Ask again and another endpoint may answer.",
  "Weights decide how often each of us is asked.",
  "When one of us fails, the next one takes over before you notice.",
  "No key was needed, and nothing left this machine.",
  "Tokens are counted as four characters each.",
  "The same question gets the same sentences for the same seed.",
];

/** The answer on a path below `/v1`; undefined where there is no such path. */
export function mockAnswer(
  path: string,
  fields: RequestFields,
  context: MockContext,
): MockAnswer | undefined {
  const isStream = fields["stream"] === true;
  const reply = replyTo(fields, context);
  switch (path) {
    case "/chat/completions":
      return isStream ? streamed(chatEvents(reply, wantsUsage(fields))) : plain(chatAnswer(reply));
    case "/completions":
      return isStream
        ? streamed(completionEvents(reply, wantsUsage(fields)))
        : plain(completionAnswer(reply));
    case "/responses":
      return isStream ? streamed(responsesEvents(reply)) : plain(responsesAnswer(reply));
    case "/messages":
      return isStream ? streamed(messagesEvents(reply)) : plain(messagesAnswer(reply));
    case "/messages/count_tokens":
      return plain({ input_tokens: reply.inputTokens });
    case "/embeddings":
      return plain(embeddings(fields, reply, context));
    default:
      return undefined;
  }
}

function plain(value: object): MockAnswer {
  return { kind: "plain", value };
}

function streamed(events: readonly MockEvent[]): MockAnswer {
  return { kind: "stream", events };
}

function replyTo(fields: RequestFields, context: MockContext): MockReply {
  const model = String(fields["model"]);
  const prompt = JSON.stringify(fields["messages"] ?? fields["input"] ?? fields["prompt"] ?? "");
  const random = seededRandom(seedOf(prompt, context.seed));
  const count = model === "mock-chat-mini" ? 1 : 2 + Math.floor(random() * 3);
  const start = Math.floor(random() * SENTENCES.length);
  const sentences = Array.from({ length: count }, (_, i) => SENTENCES[(start + i) % SENTENCES.length]);
  const text = [`This is ${context.endpointName}, a mock endpoint.`, ...sentences].join(" ");
  const { id, createdSec } = context;
  return { id, createdSec, model, text, inputTokens: tokensOf(prompt) };
}

function wantsUsage(fields: RequestFields): boolean {
  const options = fields["stream_options"];
  return (
    typeof options === "object" &&
    options !== null &&
    "include_usage" in options &&
    options.include_usage === true
  );
}

function embeddings(fields: RequestFields, reply: MockReply, context: MockContext): object {
  const input = fields["input"] ?? "";
  // A list of numbers is one input in tokens; any other list is one input an entry.
  const inputs: readonly unknown[] = Array.isArray(input) && typeof input[0] !== "number" ? input : [input];
  const dimensions = dimensionsOf(fields["dimensions"]);
  const vectors = inputs.map((text) => unitVector(dimensions, seedOf(JSON.stringify(text), context.seed)));
  return embeddingsAnswer(reply, vectors, fields["encoding_format"] === "base64" ? "base64" : "float");
}

function dimensionsOf(value: unknown): number {
  const isUsable =
    typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MAX_DIMENSIONS;
  return isUsable ? value : EMBEDDING_DIMENSIONS;
}

/** The same text has the same vector, at every endpoint. */
function unitVector(dimensions: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const raw = Float32Array.from({ length: dimensions }, () => random() * 2 - 1);
  const norm = Math.hypot(...raw);
  return raw.map((value) => value / norm);
}
