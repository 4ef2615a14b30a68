// What the data plane has to know of an API path: one row an operation, in place of one handler an operation. The rows
// are with the vendor whose paths they are; which row a request means is for `router.ts`.

import type { JsonObject } from "../errors/json-prefix.ts";
import type { ObjectUse } from "./object-use.ts";

/** Whose clients ask for a path: each such vendor has a `Wire` of this name. */
export type ClientWireName = "openai" | "anthropic" | "gemini" | "ollama";

/** The APIs for chats that are translated into one another, by the names of their operations. */
export const CHAT_APIS = ["chat", "messages", "responses", "gemini"] as const;
/** APIs that clients have and no endpoint is asked in: their requests are always translated. */
type ClientApi = "ollama_chat" | "ollama_generate" | "ollama_embed" | "ollama_embeddings";
/**
 * `compact`: the path that only makes a conversation shorter, which not every server of Responses has. `embeddings`, and
 * for one text or several in Gemini's words the other two: no chats, but translated all the same.
 */
export type ChatApi =
  | (typeof CHAT_APIS)[number]
  | "compact"
  | "embed_content"
  | "batch_embed_contents"
  | "embeddings"
  | ClientApi;

/** Of which API for chats another one is a part: where there is not the one, there is not the other. */
export const PART_OF: Readonly<Partial<Record<ChatApi, ChatApi>>> = {
  compact: "responses",
  embed_content: "gemini",
  batch_embed_contents: "gemini",
};

/**
 * Where a request says which model it wants; `session`: in the description of a session, in its body; `path`: all of the
 * path is the model's; `resource`: the path names it before a method, and what a body says of it counts for nothing.
 */
type ModelPlace = "body" | "session" | "path" | "resource" | "query" | "none";

/** How an event stream of this operation says that it is complete; `lines`: a line of JSON each, made by the gateway alone. */
export type StreamDialect = "chat" | "responses" | "anthropic" | "gemini" | "typed" | "lines" | "unknown";

/**
 * When the answer is a stream: where the body asks for one, unless it wants none, or by the path alone, whatever the body
 * says.
 */
type Streaming = "where_asked" | "unless_told" | "always" | "never";

/** A row: an API path and what the data plane has to know of it. */
export type Operation = {
  /** Stable short name for logs and metrics: `chat`, `embeddings`, … */
  readonly name: string;
  readonly methods: readonly string[];
  /** Whose request it is, whatever the endpoint's own wire. */
  readonly wire: ClientWireName;
  /**
   * Path below the version prefix, such as `/chat/completions`. `{model}` may hold slashes; other names in braces stand
   * for ids, and an operation that was matched has the ids themselves.
   */
  readonly path: string;
  /** Where the same path lives at an endpoint: below `base_url`, below it without its final `/v1`, or nowhere. */
  readonly upstream: "base" | "root" | "none";
  readonly model: ModelPlace;
  /** The model that the vendor's API assumes where the field is left out; absent = the field is required. */
  readonly optionalModel?: string | undefined;
  /** A field of the body that older clients name the model in; undefined: there is none. */
  readonly olderModelField?: string;
  readonly dialect: StreamDialect;
  readonly streams: Streaming;
  /** Whether it asks what is known of a model, which the gateway's own list tells. */
  readonly tellsModel: boolean;
  /** Whether a model writes the answer, so that one without any content is no answer. */
  readonly isWritten: boolean;
  /** What the request asks to switch to, as `Upgrade` names it; undefined for all that stays with HTTP. */
  readonly upgrade: string | undefined;
  /** Whether the gateway itself is the socket's other end, and each event that asks for an answer is a request. */
  readonly isServedSocket: boolean;
  /**
   * Whether the answer is a receipt for work that goes on (or, for a path that is not known, may be): such a request is
   * never sent twice. `in_background`: only where the body says so.
   */
  readonly job: "never" | "always" | "in_background";
  /** The API whose chats these are, where an endpoint that has another may be asked in its words. */
  readonly chatApi: ChatApi | undefined;
  /** The API of the chats whose tokens it counts, without a model's work: what an endpoint cannot count is estimated. */
  readonly countsFor: ChatApi | undefined;
  /**
   * The answer to such a request, by its body, where nobody counts; undefined for all other operations.
   * @throws GatewayError untranslatable where a part of what is to be counted is not in the request
   */
  readonly estimateOf: ((body: JsonObject) => JsonObject) | undefined;
  /** Where `model` stands in an answer or in a stream's event, as dotted paths. */
  readonly answerModelPaths: readonly string[];
  /** Where the count of tokens stands in an answer or in a stream's event, as dotted paths; empty where there is none. */
  readonly usagePaths: readonly string[];
  /** A body with another name of the model wherever it names it, for a `resource` whose bodies may. */
  readonly renamedBody: ((body: Buffer, model: string) => Buffer) | undefined;
  /** What it has to do with objects that endpoints keep; undefined: nothing. */
  readonly object: ObjectUse | undefined;
};

/** What of a row is not as usual. */
export type OperationExtra = Partial<Omit<Operation, "name" | "path" | "isWritten">>;

const WRITTEN: ReadonlySet<StreamDialect> = new Set<StreamDialect>([
  "chat",
  "responses",
  "anthropic",
  "gemini",
  "lines",
]);

/** A row: a POST with a `model` in its body, but for what `extra` says. */
export function post(name: string, path: string, extra: OperationExtra = {}): Operation {
  return {
    name,
    path,
    wire: "openai",
    methods: ["POST"],
    upstream: "base",
    model: "body",
    dialect: "unknown",
    streams: "where_asked",
    tellsModel: false,
    isWritten: extra.dialect !== undefined && WRITTEN.has(extra.dialect),
    upgrade: undefined,
    isServedSocket: false,
    job: "never",
    chatApi: undefined,
    countsFor: undefined,
    estimateOf: undefined,
    answerModelPaths: ["model"],
    usagePaths: [],
    renamedBody: undefined,
    object: undefined,
    ...extra,
  };
}

/** Any other POST below `/v1` with a top-level `model`, under the path the client used, below the base URL. */
export function passthroughOperation(path: string): Operation {
  return post("passthrough", path, { job: "always" });
}
