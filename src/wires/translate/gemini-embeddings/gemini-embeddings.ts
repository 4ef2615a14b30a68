// Vectors for Gemini's clients over endpoints that have `/embeddings`: of one content, or of several at once.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { EMBEDDINGS } from "../../openai/operations.ts";
import { listSaid, said } from "../gemini-chat/said.ts";
import { Notes } from "../notes.ts";
import type { AnswerTranslation, Translation } from "../translation.ts";
import {
  asObject,
  asText,
  badAnswer,
  type MadeObject,
  malformed,
  objectsOf,
  untranslatable,
} from "../values.ts";

/** What says more of a text than an endpoint of OpenAI's API can be told. */
const HINTS = ["taskType", "title", "embedContentConfig"] as const;

/** Of one content. */
export const EMBED_TO_EMBEDDINGS: Translation = {
  from: "embed_content",
  to: "embeddings",
  operation: EMBEDDINGS,
  request(body) {
    const notes = new Notes();
    const fields = { input: textOf(body, "", notes), ...sizeOf([body]) };
    return { body: fields, notes: notes.texts, answer: answerOf(([embedding]) => ({ embedding })) };
  },
};

/** Of several. */
export const BATCH_EMBED_TO_EMBEDDINGS: Translation = {
  from: "batch_embed_contents",
  to: "embeddings",
  operation: EMBEDDINGS,
  request(body) {
    const notes = new Notes();
    const requests = listSaid(said(body, "requests"));
    if (requests === undefined || requests.length === 0)
      throw malformed("requests", "must be a list of objects");
    const input = requests.map((one, index) => textOf(one, `requests.${index}.`, notes));
    return {
      body: { input, ...sizeOf(requests) },
      notes: notes.texts,
      answer: answerOf((embeddings) => ({ embeddings })),
    };
  },
};

function textOf(request: JsonObject, path: string, notes: Notes): string {
  for (const hint of HINTS) if (said(request, hint) !== undefined) notes.add(hint);
  const content = asObject(said(request, "content"));
  const parts = listSaid(said(content ?? {}, "parts"));
  if (parts === undefined) throw malformed(`${path}content`, "must be an object with parts");
  const texts = parts.map((part, index) => {
    const text = said(part, "text");
    if (typeof text === "string") return text;
    throw untranslatable(`${path}content.parts.${index}`, "only texts can be passed on");
  });
  return texts.join("\n");
}

/** Of all texts together there can be one size only. */
function sizeOf(requests: readonly JsonObject[]): JsonObject {
  const sizes = new Set(requests.map((request) => said(request, "outputDimensionality")));
  if (sizes.size > 1)
    throw untranslatable(
      "requests.outputDimensionality",
      "vectors of several sizes cannot be asked for at once",
    );
  const [dimensions] = sizes;
  return dimensions === undefined ? {} : { dimensions };
}

function answerOf(told: (embeddings: readonly JsonObject[]) => JsonObject): AnswerTranslation {
  return {
    plain(answer) {
      const made: MadeObject = told(vectorsIn(answer));
      const prompt = asObject(answer["usage"])?.["prompt_tokens"];
      if (typeof prompt === "number")
        made["usageMetadata"] = { promptTokenCount: prompt, totalTokenCount: prompt };
      return made;
    },
    stream() {
      throw badAnswer("it is a stream");
    },
  };
}

/** In the order of their numbers, which is that of the texts. */
function vectorsIn(answer: JsonObject): readonly JsonObject[] {
  const data = [...objectsOf(answer["data"])].sort((one, two) => Number(one["index"]) - Number(two["index"]));
  if (data.length === 0) throw badAnswer("it has no vectors");
  return data.map(({ embedding }) => ({
    values: Array.isArray(embedding) ? embedding : floatsOf(embedding),
  }));
}

/** Some servers give base64 of little-endian floats whatever they were asked for. */
function floatsOf(packed: unknown): readonly number[] {
  const bytes = Buffer.from(asText(packed), "base64");
  if (bytes.length === 0 || bytes.length % 4 !== 0) throw badAnswer("a vector of it is none");
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}
