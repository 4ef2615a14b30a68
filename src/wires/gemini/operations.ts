// The methods of a model in Gemini's API that are served. A plain and a streamed answer have a path each.

import { type Operation, type OperationExtra, post } from "../paths/operation.ts";
import { renamedBody } from "./renamed-body.ts";
import { estimateOfContents } from "./token-count.ts";

const RESOURCE: OperationExtra = {
  wire: "gemini",
  model: "resource",
  answerModelPaths: [],
  streams: "never",
};
const GENERATES: OperationExtra = {
  ...RESOURCE,
  dialect: "gemini",
  chatApi: "gemini",
  answerModelPaths: ["modelVersion"],
  usagePaths: ["usageMetadata"],
};

function method(name: string, of: string, extra: OperationExtra): Operation {
  return post(name, `/models/{model}:${of}`, extra);
}

/** A chat in Gemini's words, and its probe. */
export const GENERATE_CONTENT: Operation = method("generate_content", "generateContent", GENERATES);

/** The same with its answer as a stream. */
export const STREAM_GENERATE_CONTENT: Operation = method("stream_generate_content", "streamGenerateContent", {
  ...GENERATES,
  streams: "always",
});

/** All of them. */
export const GEMINI_OPERATIONS: readonly Operation[] = [
  GENERATE_CONTENT,
  STREAM_GENERATE_CONTENT,
  method("count_tokens", "countTokens", {
    ...RESOURCE,
    countsFor: "gemini",
    estimateOf: estimateOfContents,
    renamedBody,
  }),
  method("embed_content", "embedContent", { ...RESOURCE, chatApi: "embed_content", renamedBody }),
  method("batch_embed_contents", "batchEmbedContents", {
    ...RESOURCE,
    chatApi: "batch_embed_contents",
    renamedBody,
  }),
];

/** By the name that stands in the path. */
export const METHODS: ReadonlyMap<string, Operation> = new Map(
  GEMINI_OPERATIONS.map((operation) => [operation.path.slice(operation.path.indexOf(":") + 1), operation]),
);
