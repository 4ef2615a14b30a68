// What is known of one vendor's API, as one object: its paths, how it takes a key, its list of models, how its streams
// end and its errors are told. A call has two of them, which need not be the same: that of the client, found by the
// path, and that of the endpoint, found when the configuration is compiled. The objects are in a folder for each vendor.

import type { ErrorCode, GatewayError } from "../core/errors.ts";
import type { ErrorAnswer } from "./errors/error-answer.ts";
import type { ErrorBody } from "./errors/error-body.ts";
import type { JsonObject } from "./errors/json-prefix.ts";
import type { ParsedModels } from "./lists/parse-models.ts";
import type { ChatApi, ClientWireName, Operation } from "./paths/operation.ts";
import type { PathForm } from "./paths/path-forms.ts";
import type { ContentSearch } from "./stream/content-search.ts";

/** The vendors whose wires are known, as `endpoints[].api` has them. */
export const WIRE_NAMES = ["openai", "anthropic", "azure", "gemini"] as const;
export type WireName = (typeof WIRE_NAMES)[number];

/** Where an endpoint's paths begin. */
export type WireAddress = {
  /** Path of the base URL, such as `/v1`; empty when there is none. */
  readonly basePath: string;
  /** The same without a final version. */
  readonly rootPath: string;
};

/** A request for one token, to see whether an endpoint does its work. */
export type WireProbe = {
  readonly operation: Operation;
  /** What is asked for in place of it where a stream has a path of its own. */
  readonly streamed?: { readonly operation: Operation; readonly query: string };
  /** The body, for a model by the endpoint's own name. `isNewer`: with the limit's newer name, for models that know only that. */
  body(model: string, options: { readonly isStream?: boolean; readonly isNewer?: boolean }): Buffer;
};

/** A model as it is told to clients. */
export type ListedModel = {
  readonly name: string;
  /** Who serves it. */
  readonly owner: string;
  /** The endpoint's own entry, whose unknown fields are kept; undefined where it gave none. */
  readonly entry: Readonly<Record<string, unknown>> | undefined;
};

/** What is answered where no model has anything to do. */
export type IdleAnswer = {
  readonly body: JsonObject;
  /** What did not come about of it, as a clause of visible ASCII. */
  readonly warning: string;
};

/** How a vendor's clients are understood and answered. */
type ClientSide = {
  /** The paths that its clients ask for; how a stream of each ends, and where model and usage stand, are columns. */
  readonly operations: readonly Operation[];
  /** The plain form of a path that its clients write in a way of their own. */
  readonly pathForm: PathForm | undefined;
  /** Which paths are its clients' whatever there is, as they are sent: what goes wrong there is told in its words. */
  readonly ownPaths: RegExp;
  /** A header (lower case) that its clients send with every request; tells them apart on paths that wires share. */
  readonly clientMark: string | undefined;
  /** A parameter of the query in which its clients may send their key. */
  readonly keyParameter: string | undefined;
  /** Whether its clients read streams that have comments in them. */
  readonly takesComments: boolean;
  /** Whether a stream that is asked for by such a query comes as one JSON list, and not as events. */
  listsEvents(query: string): boolean;
  /** Name and value of a header that a request needs, added where neither client nor configuration has it. */
  readonly neededHeader: readonly [name: string, value: string] | undefined;
  /** Name of the header in which its clients look for the id of a request, besides `x-request-id`. */
  readonly idHeader: string | undefined;
  /** An error of our own as the body of an answer. */
  envelope(error: GatewayError, requestId?: string): string;
  /** An error of an endpoint that has another wire, as the answer. */
  endpointError(status: number, said: ErrorBody, requestId: string): ErrorAnswer;
  /** The same as an event of a stream of this operation. */
  endpointErrorEvent(operation: Operation, said: ErrorBody): Buffer;
  /** The same as an event, ready to be appended at an event border of a stream of this operation. */
  errorEvent(operation: Operation, code: ErrorCode, message: string): Buffer;
  /** Looks for something that a model made in an answer that comes in pieces; one for each answer that is looked at. */
  contentSearch(): ContentSearch;
  listOf(models: readonly ListedModel[]): unknown;
  entryOf(model: ListedModel): JsonObject;
  /**
   * The answer to a request that asks no model to do anything, by its body and the time (milliseconds since 1970); it
   * gives undefined where one has to be asked.
   */
  readonly idleAnswer:
    | ((operation: Operation, body: JsonObject, wallMs: number) => IdleAnswer | undefined)
    | undefined;
};

/** A list of models that not every endpoint of a vendor has. It comes whole. */
export type BetterList = {
  /** Path and query; undefined where such an address has none. */
  path(address: WireAddress): string | undefined;
  /** Adds the headers that carry the key there. */
  pushKey(headers: string[], apiKey: string): void;
  /** The models in an answer; undefined where it is no such list. Never rejects. */
  read(body: Buffer): Promise<ParsedModels | undefined>;
};

/**
 * Whether an endpoint gets the version of the API that a client's query names: `undated`: unless it is a date, which
 * belongs to paths that have no version of their own.
 */
export type VersionPass = boolean | "undated";

/** How an endpoint of a vendor is called. */
type EndpointSide = {
  /** The API for chats that every such endpoint has. */
  readonly ownApi: ChatApi;
  /** Those that one may have of which nothing is said, and their parts: it is asked for no others. */
  readonly mayHave: ReadonlySet<ChatApi>;
  /** Adds the headers that carry the key, for a request in the words of a wire. Flat, lower-case names. */
  pushKey(headers: string[], apiKey: string, spoken: WireName | ClientWireName): void;
  /** Path of an operation at an endpoint, without a query. Not for one whose path holds the model. */
  pathOf(address: WireAddress, operation: Operation): string;
  /** The same of a method of a model, which stands before it in the path. */
  methodPath(address: WireAddress, operation: Operation, model: string): string;
  /** Path and query of a request for its list of models: of the first page, or of that behind the id `after`. */
  listPath(address: WireAddress, after: string | undefined): string;
  /** A list that is asked for first, since it says better what is served; undefined where there is none. */
  readonly betterList: BetterList | undefined;
  /** Reads a page of it. Never rejects. */
  readList(body: Buffer): Promise<ParsedModels>;
  /** Whose request the question for its list of models is. */
  readonly listWire: ClientWireName;
  /** Its own first. Each says something of its operation alone. */
  readonly probes: readonly [WireProbe, ...WireProbe[]];
  /** Whether the API's version in a client's query is for it. */
  readonly passesApiVersion: VersionPass;
};

/** What is known of one vendor's clients, whether or not endpoints are asked in their words. */
export type ClientWire = { readonly name: ClientWireName | WireName } & ClientSide;

/** One vendor's API. Without state; shared by all calls. */
export type Wire = { readonly name: WireName } & ClientSide & EndpointSide;

/** Path of an operation below the base URL, or below its root for one that has a version of its own. */
export function usualPath(address: WireAddress, operation: Operation): string {
  return (operation.upstream === "root" ? address.rootPath : address.basePath) + operation.path;
}

/** Where servers that are none of the vendor's have a model's methods: other gateways, whose paths clients ask for. */
export function usualMethodPath(address: WireAddress, operation: Operation, model: string): string {
  const name = encodeURIComponent(model).replaceAll("%2F", "/").replaceAll("%3A", ":");
  return `${address.rootPath}/v1beta${operation.path.replace("{model}", () => name)}`;
}

/** Path and query of a probe: for a model, at an endpoint of its wire. */
export function probePath(
  { wire, ...address }: WireAddress & { readonly wire: Wire },
  probe: WireProbe,
  model: string,
  isStream: boolean,
): string {
  const streamed = isStream ? probe.streamed : undefined;
  const { operation, query } = streamed ?? { operation: probe.operation, query: "" };
  if (operation.model === "resource") return wire.methodPath(address, operation, model) + query;
  return wire.pathOf(address, operation) + query;
}

/** The APIs that a server may have which speaks OpenAI's wire, or another beside it. */
export const USUAL_APIS: ReadonlySet<ChatApi> = new Set<ChatApi>([
  "chat",
  "messages",
  "responses",
  "compact",
  "embeddings",
]);

/** Where lists of models usually are, with the query of a first page, and the id behind which a further one begins. */
export function usualListPath(address: WireAddress, after: string | undefined, query = ""): string {
  const further = after === undefined ? "" : `after_id=${encodeURIComponent(after)}`;
  const all = [query, further].filter((one) => one !== "").join("&");
  return `${address.basePath}/models${all === "" ? "" : `?${all}`}`;
}
