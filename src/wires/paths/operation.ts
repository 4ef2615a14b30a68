// What the data plane has to know of an API path: one row an operation, in place of one handler an operation. The rows
// are with the vendor whose paths they are; which row a request means is for `router.ts`.

import type { ObjectUse } from "./object-use.ts";

/** Whose clients ask for a path: each such vendor has a `Wire` of this name. */
export type ClientWireName = "openai" | "anthropic" | "ollama";

/** The APIs for chats that are translated into one another, by the names of their operations. */
export const CHAT_APIS = ["chat", "messages", "responses"] as const;
/** APIs that clients have and no endpoint is asked in: their requests are always translated. */
type ClientApi = "ollama_chat" | "ollama_generate" | "ollama_embed" | "ollama_embeddings";
/**
 * `compact`: the path that only makes a conversation shorter, which not every server of Responses has. `embeddings`: no
 * chat, but what others are translated into all the same.
 */
export type ChatApi = (typeof CHAT_APIS)[number] | "compact" | "embeddings" | ClientApi;

/** Where a request says which model it wants; `session`: in the description of a session, in its body. */
type ModelPlace = "body" | "session" | "path" | "query" | "none";

/** How an event stream of this operation says that it is complete; `lines`: a line of JSON each, made by the gateway alone. */
export type StreamDialect = "chat" | "responses" | "anthropic" | "typed" | "lines" | "unknown";

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
  /** Whether the answer is a stream where the request does not say. */
  readonly streamsUnlessTold: boolean;
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
  /** Where `model` stands in an answer or in a stream's event, as dotted paths. */
  readonly answerModelPaths: readonly string[];
  /** Where the count of tokens stands in an answer or in a stream's event, as dotted paths; empty where there is none. */
  readonly usagePaths: readonly string[];
  /** What it has to do with objects that endpoints keep; undefined: nothing. */
  readonly object: ObjectUse | undefined;
};

/** What of a row is not as usual. */
export type OperationExtra = Partial<Omit<Operation, "name" | "path" | "isWritten">>;

const WRITTEN: ReadonlySet<StreamDialect> = new Set<StreamDialect>([
  "chat",
  "responses",
  "anthropic",
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
    streamsUnlessTold: false,
    tellsModel: false,
    isWritten: extra.dialect !== undefined && WRITTEN.has(extra.dialect),
    upgrade: undefined,
    isServedSocket: false,
    job: "never",
    chatApi: undefined,
    countsFor: undefined,
    answerModelPaths: ["model"],
    usagePaths: [],
    object: undefined,
    ...extra,
  };
}

/** Any other POST below `/v1` with a top-level `model`, under the path the client used, below the base URL. */
export function passthroughOperation(path: string): Operation {
  return post("passthrough", path, { job: "always" });
}
