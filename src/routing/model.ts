// The words of routing: endpoints, targets, models. Types only; `table/` builds them, `choice/` picks.

import type { ConfiguredPrice, ModelPrice } from "../pricing/price.ts";
import type { ForwardProxy } from "../upstream/forward-proxy.ts";
import type { ClientCertificate } from "../upstream/trust.ts";
import type { ListEntry } from "../wires/lists/parse-models.ts";
import type { ChatApi } from "../wires/paths/operation.ts";
import type { VersionPass, Wire } from "../wires/wire.ts";
import type { EndpointSecrets } from "./endpoint-secrets.ts";

/** Limits of one attempt at an endpoint, in milliseconds. */
export type Timeouts = {
  /** TCP and TLS together. */
  readonly connectMs: number;
  /** From the request's last byte to the answer's head, for streams and for plain requests. */
  readonly firstByteStreamMs: number;
  readonly firstBytePlainMs: number;
  /** From the head of a stream to its first event. */
  readonly firstEventMs: number;
  /** Silence between two chunks of an answer. */
  readonly idleMs: number;
  /** Whole time of a plain request over all its attempts; streams have none. */
  readonly totalMs: number;
};

/** One key of an endpoint. An endpoint that needs none has one credential whose `apiKey` is undefined. */
export type Credential = {
  /** Position in the configuration, from 1: `name#2` names the second key in logs. Never the key itself. */
  readonly id: number;
  readonly apiKey: string | undefined;
};

/** Which of an endpoint's models are offered. */
export type ModelSelection =
  | { readonly kind: "static"; readonly names: readonly string[] }
  | { readonly kind: "discovered"; readonly include: readonly string[]; readonly exclude: readonly string[] };

/** Where requests wait while a limit of requests under way is reached. */
export type QueueLimits = {
  /** Requests that may wait; 0: none waits. */
  readonly max: number;
  /** How long one waits before it is refused. */
  readonly timeoutMs: number;
};

/** A probe that costs money: a request for one token of this model, while the endpoint is ejected. */
type PaidProbe = { readonly model: string; readonly intervalMs: number };

/** A backend as the configuration calls it, compiled: all that a request only looks up. */
export type Endpoint = {
  readonly name: string;
  /** `base_url` normalised: no trailing slash, query or fragment. */
  readonly baseUrl: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path of `base_url`, such as `/v1`; empty when there is none. */
  readonly basePath: string;
  /** `basePath` without a final `/v1`, `/v2` and the like. */
  readonly rootPath: string;
  /** Whose API it has: how its key is sent, where its paths and its list are. */
  readonly wire: Wire;
  /** The APIs for chats that it has, as configured; left out: what it answers to says that. */
  readonly speaks?: ReadonlySet<ChatApi>;
  readonly weight: number;
  /** Its tier, from 1: a larger one is used only when nothing of the smaller ones is available. */
  readonly priority: number;
  readonly enabled: boolean;
  /** It takes no new requests while those under way end: a person wants it so. Its models stay listed. */
  readonly isDraining?: boolean;
  /** Requests under way at most; Infinity when there is no limit. */
  readonly maxInFlight: number;
  /** Where requests wait when it is full and no other target can take them. */
  readonly queue: QueueLimits;
  /** Undefined: only free probes. */
  readonly probe: PaidProbe | undefined;
  /** Further certificate authorities to trust for it, PEM; undefined when there are none. */
  readonly caPem: string | undefined;
  /** What it is shown of us, where it asks; undefined: nothing. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** The forward proxy on the way to it; undefined: it is asked directly. */
  readonly proxy: ForwardProxy | undefined;
  readonly credentials: readonly [Credential, ...Credential[]];
  /** Configured headers, `organization` and `project` among them; flat, lower-case names. */
  readonly fixedHeaders: readonly string[];
  /** Whether `api-version` of a client's query is for it. */
  readonly passesApiVersion?: VersionPass;
  /** What of these must not be told; shows nothing in a log or in JSON. */
  readonly secrets: EndpointSecrets;
  readonly timeouts: Timeouts;
  readonly models: ModelSelection;
  /** What it costs, as configured: all its models, and those whose own names match a pattern. Else tables say it. */
  readonly price?: ConfiguredPrice | undefined;
  readonly prices?: readonly ModelPrice[];
  /** Where the configuration defines it, such as `config.yaml:14`. */
  readonly definedAt: string;
};

/** An endpoint plus its own name for the model plus a weight. */
export type Target = {
  /** `endpoint/upstreamModel`: identifies state that outlives reloads. */
  readonly key: string;
  readonly endpoint: Endpoint;
  readonly upstreamModel: string;
  readonly weight: number;
  /** Limits of an attempt at it: the endpoint's, with those of the model over them. */
  readonly timeouts: Timeouts;
  /** True when the endpoint's list was read and does not have the model (it is used all the same). */
  readonly isUnlisted: boolean;
};

/** A target's place in the rotation of one model: nginx's `current_weight`. */
export type RotationCell = { current: number };

/** A public name that a client may ask for. */
export type Model = {
  readonly name: string;
  /** `suffix`: listed without the suffix that it was asked with. */
  readonly origin: "listed" | "override" | "prefix" | "pin" | "suffix";
  /** Whether `GET /models` shows it (`hide_merged`, pins). */
  readonly isPublic: boolean;
  readonly targets: readonly Target[];
  /** The rotation's state, one cell a target in the same order; the cells outlive the table. */
  readonly rotation: readonly RotationCell[];
  readonly settings: ModelSettings;
  /** Whether its targets are of different priorities. */
  readonly isTiered: boolean;
  /** Other models that may answer in its place, in order; usually none. */
  readonly fallbacks: readonly FallbackStep[];
  /** The entry of the endpoint that lists it, for `GET /models`; undefined for an override nobody lists. */
  readonly entry: ModelEntry | undefined;
};

/** One model as an endpoint lists it; unknown fields are kept. */
export type ModelEntry = ListEntry;

/** What one endpoint is known to serve. */
export type EndpointModels = {
  readonly endpointName: string;
  /** `listed`: asked and answered, or a static list. `saved`: from an earlier run. `unknown`: no list was ever had. */
  readonly source: "listed" | "static" | "saved" | "unknown";
  readonly entries: readonly ModelEntry[];
};

/** One target of an override as the configuration has it; `*` is every endpoint that lists the public name. */
export type OverrideTarget =
  | { readonly kind: "every"; readonly weight: number | undefined }
  | {
      readonly kind: "one";
      readonly endpointName: string;
      readonly model: string;
      readonly weight: number | undefined;
    };

/** `routing.model_overrides`, one entry. */
export type Override = {
  readonly name: string;
  readonly targets: readonly OverrideTarget[];
  readonly definedAt: string;
};

/** The strategies that can be configured. */
export type ConfiguredStrategy =
  | "weighted"
  | "least_in_flight"
  | "fastest_first_token"
  | "cheapest"
  | "sticky";

/**
 * How the requests for a model are served: the configuration's general values with those of the first matching
 * entry of `routing.models` put over them. Found by `settingsOf`.
 */
export type ModelSettings = {
  /** Public name or pattern (`*` any text, `?` one character). */
  readonly pattern: string;
  readonly strategy: ConfiguredStrategy;
  /** Attempts of one request in all. */
  readonly attempts: number;
  /** Silence before the first token after which a second request is sent elsewhere; undefined: never. */
  readonly hedgeAfterMs: number | undefined;
  /** Win over the endpoint's, one by one; found together by `timeoutsOf`. */
  readonly timeouts: Partial<Timeouts>;
  /** What the model costs, whoever serves it; undefined: as its endpoint says, or a table. */
  readonly price?: ConfiguredPrice | undefined;
  /** Undefined: answers are not kept. */
  readonly cache?: CacheRules | undefined;
};

/** Which answers of a model are used again for requests that are the same. */
export type CacheRules = {
  /** Undefined: only those that a client asks to be kept. */
  readonly ttlMs: number | undefined;
  /** Whoever asks. */
  readonly isShared: boolean;
  /** Whether clients may ask for it. */
  readonly isByHeader: boolean;
};

/** Why a request may go on with another model when its own cannot serve it. */
export type FallbackReason =
  | "rate_limited"
  | "unavailable"
  | "credentials"
  | "model_missing"
  | "context_length";

/** One step of a chain: another model, and the failures after which it is asked. */
export type FallbackStep = { readonly model: string; readonly on: readonly FallbackReason[] };

/** `routing.fallbacks`, one entry. Chains do not continue one another: the steps of the asked model are all. */
export type Fallback = {
  /** The public name that was asked for. */
  readonly name: string;
  readonly steps: readonly FallbackStep[];
  readonly definedAt: string;
};

/** What the routing table is compiled from. */
export type RoutingPlan = {
  readonly mode: "merge" | "prefix";
  readonly hideMerged: boolean;
  readonly endpoints: readonly Endpoint[];
  readonly overrides: readonly Override[];
  /** In the order of the file: the first that matches counts. */
  readonly models: readonly ModelSettings[];
  /** For models that no entry of `models` matches. */
  readonly defaults: ModelSettings;
  readonly fallbacks: readonly Fallback[];
  /** The endpoint where new objects go that name no model, such as files; undefined: by weight. */
  readonly defaultEndpoint?: string | undefined;
};
