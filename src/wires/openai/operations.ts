// The paths of OpenAI's API, and what vLLM, Ollama, LM Studio and llama.cpp add to them. A new path is a new row.

import { type Operation, type OperationExtra, post } from "../paths/operation.ts";
import { estimateOfResponse } from "../translate/estimate-tokens.ts";
import { MODEL_USES, OBJECT_OPERATIONS } from "./object-operations.ts";

const USAGE: OperationExtra = { usagePaths: ["usage"] };
const CHAT: OperationExtra = { ...USAGE, dialect: "chat" };
const RESPONSES_LIKE: OperationExtra = {
  dialect: "responses",
  answerModelPaths: ["model", "response.model"],
  usagePaths: ["usage", "response.usage"],
};
const PICTURES: OperationExtra = { ...USAGE, dialect: "typed", optionalModel: "gpt-image-1" };

/** A chat: the operation of most requests, and that of a probe. */
export const CHAT_COMPLETIONS: Operation = post("chat", "/chat/completions", {
  ...CHAT,
  chatApi: "chat",
  object: MODEL_USES.chat,
});

/** Texts as vectors. */
export const EMBEDDINGS: Operation = post("embeddings", "/embeddings", USAGE);

/** A text that goes on, without roles: the older API. */
export const COMPLETIONS: Operation = post("completions", "/completions", CHAT);

/** A response: a chat in the words of the newer API. */
export const RESPONSES: Operation = post("responses", "/responses", {
  ...RESPONSES_LIKE,
  optionalModel: "",
  job: "in_background",
  chatApi: "responses",
  object: MODEL_USES.responses,
});

/** Responses over a socket: the model is named by each event. */
const RESPONSES_SOCKET: Operation = post("responses_socket", "/responses", {
  methods: ["GET"],
  model: "none",
  upgrade: "websocket",
  isServedSocket: true,
});

/** The model-routed paths (OpenAI's document, and what local servers add). */
export const OPENAI_OPERATIONS: readonly Operation[] = [
  CHAT_COMPLETIONS,
  COMPLETIONS,
  EMBEDDINGS,
  RESPONSES,
  RESPONSES_SOCKET,
  post("responses_compact", "/responses/compact", {
    ...RESPONSES_LIKE,
    chatApi: "compact",
    object: MODEL_USES.fromResponse,
  }),
  post("responses_input_tokens", "/responses/input_tokens", {
    countsFor: "responses",
    estimateOf: estimateOfResponse,
    optionalModel: "",
    object: MODEL_USES.fromResponse,
  }),
  // Questions about a text, each answered by a class or a score.
  post("decisions", "/decisions", USAGE),
  post("moderations", "/moderations", { optionalModel: "omni-moderation-latest" }),
  post("images_generations", "/images/generations", PICTURES),
  post("images_edits", "/images/edits", { ...PICTURES, object: MODEL_USES.pictures }),
  post("images_variations", "/images/variations", { ...USAGE, optionalModel: "dall-e-2" }),
  post("audio_speech", "/audio/speech", { ...USAGE, dialect: "typed" }),
  post("audio_transcriptions", "/audio/transcriptions", { ...USAGE, dialect: "typed" }),
  post("audio_translations", "/audio/translations"),
  post("videos", "/videos", { optionalModel: "sora-2", job: "always", object: MODEL_USES.video }),
  post("fine_tuning_jobs", "/fine_tuning/jobs", { job: "always", object: MODEL_USES.job }),
  post("rerank", "/rerank", USAGE),
  post("score", "/score", USAGE),
  post("model", "/models/{model}", {
    methods: ["GET", "DELETE"],
    model: "path",
    tellsModel: true,
    answerModelPaths: ["id"],
  }),
  // Cohere's second version, which has a version prefix of its own.
  post("rerank", "/v2/rerank", { ...USAGE, upstream: "root" }),
  ...OBJECT_OPERATIONS,
];
