// Ollama's two paths for vectors over OpenAI's one.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { EMBEDDINGS } from "../../openai/operations.ts";
import { Notes } from "../notes.ts";
import type { AnswerContext, StreamTranslation, Translation } from "../translation.ts";
import { asObject, asText, badAnswer, malformed, objectsOf } from "../values.ts";
import { noteOfServer } from "./chat-fields.ts";
import { metricFields } from "./metrics.ts";

/** Several texts at once. */
export const EMBED_OVER_EMBEDDINGS: Translation = {
  from: "ollama_embed",
  to: "embeddings",
  operation: EMBEDDINGS,
  request(body) {
    const { input, dimensions } = body;
    if (input === undefined || input === null) throw malformed("input", "is missing");
    const size = typeof dimensions === "number" && dimensions > 0 ? { dimensions } : {};
    return {
      body: { input, ...size },
      notes: notesOf(body),
      answer: { plain: embedAnswer, stream: noStream },
    };
  },
};

/** One text, in the older words. */
export const EMBEDDINGS_OVER_EMBEDDINGS: Translation = {
  from: "ollama_embeddings",
  to: "embeddings",
  operation: EMBEDDINGS,
  request(body) {
    const { prompt } = body;
    if (typeof prompt !== "string") throw malformed("prompt", "must be a text");
    const plain = (answer: JsonObject): JsonObject => ({ embedding: vectorsOf(answer)[0] ?? [] });
    return { body: { input: prompt }, notes: notesOf(body), answer: { plain, stream: noStream } };
  },
};

/** Texts that are too long are cut there unless the client says otherwise; endpoints of OpenAI's API refuse them. */
function notesOf(body: JsonObject): readonly string[] {
  const { options } = body;
  const notes = new Notes();
  for (const name of Object.keys(asObject(options) ?? {})) notes.add(`options.${name}`);
  noteOfServer(body, notes);
  return notes.texts;
}

function embedAnswer(answer: JsonObject, context: AnswerContext): JsonObject {
  const { eval_count: _, ...metrics } = metricFields(answer, {
    totalMs: context.elapsedMs?.(),
    firstMs: undefined,
  });
  return { model: context.model ?? asText(answer["model"]), embeddings: vectorsOf(answer), ...metrics };
}

/** In the order of the texts. */
function vectorsOf(answer: JsonObject): readonly (readonly unknown[])[] {
  if (!Array.isArray(answer["data"])) throw badAnswer("it has no list of vectors");
  const rows = objectsOf(answer["data"]).map(({ index, embedding }, place) => {
    if (!Array.isArray(embedding)) throw badAnswer("a vector in it is no list");
    return { at: typeof index === "number" ? index : place, embedding: embedding as readonly unknown[] };
  });
  return rows.sort((one, two) => one.at - two.at).map(({ embedding }) => embedding);
}

function noStream(): StreamTranslation {
  const refuse = (): never => {
    throw badAnswer("vectors do not come as a stream");
  };
  return { push: refuse, finish: refuse };
}
