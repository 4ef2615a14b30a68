// The table of API paths: one row an operation, in place of one handler an operation. Pure data; matching is
// `wires/paths/router.ts`. A new path is a new row.

/** Where a request says which model it wants. */
type ModelPlace = "body" | "path" | "query" | "none";

/** How an event stream of this operation says that it is complete. */
export type StreamDialect = "chat" | "responses" | "anthropic" | "typed" | "unknown";

/** A row: an API path and what the data plane has to know of it. */
export type Operation = {
  /** Stable short name for logs and metrics: `chat`, `embeddings`, … */
  readonly name: string;
  readonly methods: readonly string[];
  /** Path below the version prefix, such as `/chat/completions`. `{model}` may hold slashes. */
  readonly path: string;
  /** Where the same path lives at an endpoint: below `base_url`, or below it without its final `/v1`. */
  readonly upstream: "base" | "root";
  readonly model: ModelPlace;
  /** The model that the vendor's API assumes where the field is left out; absent = the field is required. */
  readonly optionalModel?: string | undefined;
  readonly dialect: StreamDialect;
  /** What the request asks to switch to, as `Upgrade` names it; absent for all that stays with HTTP. */
  readonly upgrade?: string;
  /**
   * Whether the answer is a receipt for work that goes on (or, for a path that is not known, may be): such a request is
   * never sent twice. `in_background`: only where the body says so.
   */
  readonly job: "never" | "always" | "in_background";
  /** Where `model` stands in an answer or in a stream's event, as dotted paths. */
  readonly answerModelPaths: readonly string[];
};

type Extra = Partial<
  Pick<Operation, "methods" | "upstream" | "optionalModel" | "dialect" | "answerModelPaths" | "model" | "job">
>;

function post(name: string, path: string, extra: Extra = {}): Operation {
  return {
    name,
    path,
    methods: ["POST"],
    upstream: "base",
    model: "body",
    dialect: "unknown",
    job: "never",
    answerModelPaths: ["model"],
    ...extra,
  };
}

const RESPONSES: Extra = { dialect: "responses", answerModelPaths: ["model", "response.model"] };

/** The model-routed paths (OpenAI's document, and what vLLM, Ollama, LM Studio and llama.cpp add). */
export const OPERATIONS: readonly Operation[] = [
  post("chat", "/chat/completions", { dialect: "chat" }),
  post("completions", "/completions", { dialect: "chat" }),
  post("embeddings", "/embeddings"),
  post("responses", "/responses", { ...RESPONSES, optionalModel: "", job: "in_background" }),
  post("responses_compact", "/responses/compact", RESPONSES),
  post("responses_input_tokens", "/responses/input_tokens", { ...RESPONSES, optionalModel: "" }),
  post("moderations", "/moderations", { optionalModel: "omni-moderation-latest" }),
  post("images_generations", "/images/generations", { dialect: "typed", optionalModel: "gpt-image-1" }),
  post("images_edits", "/images/edits", { dialect: "typed", optionalModel: "gpt-image-1" }),
  post("images_variations", "/images/variations", { optionalModel: "dall-e-2" }),
  post("audio_speech", "/audio/speech", { dialect: "typed" }),
  post("audio_transcriptions", "/audio/transcriptions", { dialect: "typed" }),
  post("audio_translations", "/audio/translations"),
  post("videos", "/videos", { optionalModel: "sora-2", job: "always" }),
  post("fine_tuning_jobs", "/fine_tuning/jobs", { job: "always" }),
  post("rerank", "/rerank"),
  post("score", "/score"),
  post("messages", "/messages", { dialect: "anthropic", answerModelPaths: ["model", "message.model"] }),
  post("messages_count_tokens", "/messages/count_tokens"),
  post("model", "/models/{model}", { methods: ["GET", "DELETE"], model: "path", answerModelPaths: ["id"] }),
];

/** `POST /v2/rerank`: Cohere's second version; it has a version prefix of its own. */
export const RERANK_V2: Operation = post("rerank", "/v2/rerank", { upstream: "root" });

/**
 * OpenAI's realtime API over WebSocket. A POST to the same path is another matter, that of WebRTC, and is passed on like
 * any unknown path.
 */
export const REALTIME: Operation = {
  ...post("realtime", "/realtime", { methods: ["GET"], model: "query", answerModelPaths: [] }),
  upgrade: "websocket",
};

/** Any other POST below `/v1` with a top-level `model`, under the path the client used, below the base URL. */
export function passthroughOperation(path: string): Operation {
  return post("passthrough", path, { job: "always" });
}
