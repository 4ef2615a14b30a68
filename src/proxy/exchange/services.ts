// What the data plane works with: the world in force and the services that outlive it. Types and nothing else.

import type { ClientAccounts } from "../../accounts/spending/client-accounts.ts";
import type { AnswerCache } from "../../cache/answer-cache.ts";
import type { LastingAnswers } from "../../cache/lasting-answers.ts";
import type { Clock } from "../../core/clock.ts";
import type { ExchangeSink, Log } from "../../core/summary.ts";
import type { Tracer } from "../../core/traces/trace.ts";
import type { BodyLimits } from "../../http/message.ts";
import type { OpenSockets } from "../../http/websocket/open-sockets.ts";
import type { StoredObjects } from "../../objects/stored-objects.ts";
import type { Endpoint } from "../../routing/model.ts";
import type { ModelPages } from "../../routing/table/model-pages.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import type { TokenCounting } from "../../tokenizer/counting.ts";
import type { OutboundClient } from "../../upstream/client.ts";
import type { Routes } from "../../upstream/routes.ts";
import type { Router } from "../../wires/paths/router.ts";
import type { AccessRules } from "../admit/access.ts";
import type { Loops } from "../admit/loops.ts";
import type { Overload } from "../admit/overload.ts";
import type { Targets } from "../target/targets.ts";
import type { RequestMemory } from "./request-memory.ts";

/** Everything that a reload replaces, in one reference: an exchange keeps the world it began with. */
export type World = {
  readonly table: RoutingTable;
  readonly access: AccessRules;
  /** The answers of our own that follow from the table. */
  readonly pages: ModelPages;
  readonly bodyLimits: BodyLimits;
  /** How long a client may read nothing of what it is sent, where that is no answer: those see to it themselves. */
  readonly writeStallMs: number;
  /** Silence after which a comment keeps a stream's connection alive; undefined: never. */
  readonly keepAliveMs: number | undefined;
  readonly holdsFirstEvent: boolean;
  readonly failsOnEmptyAnswer: boolean;
  /** Whether endpoints are asked for the usage of streams whose clients have not asked for it. */
  readonly asksForUsage: boolean;
  /** Begins a trace's part for each request; undefined where traces are off. */
  readonly tracer?: Tracer | undefined;
  /** How much of a body is kept, for keys that ask for it; 0: nothing. */
  readonly bodyBytes: number;
  /** All that are configured. */
  readonly endpoints: readonly Endpoint[];
};

/** The services of the data plane. */
export type Services = {
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each exchange that is over. */
  readonly settled: ExchangeSink;
  readonly client: OutboundClient;
  /** The ways to the configured endpoints. */
  readonly routes: Routes;
  readonly targets: Targets;
  /** Counts what streams have used that do not tell. */
  readonly tokens: TokenCounting;
  /** What is known of the objects that endpoints keep. */
  readonly objects: StoredObjects;
  readonly overload: Overload;
  /** Answers that are used again. */
  readonly answers: AnswerCache;
  /** Those of them that outlive the process. */
  readonly lastingAnswers: LastingAnswers;
  /** Who the clients are, and what they may use and spend. */
  readonly clients: ClientAccounts;
  readonly router: Router;
  /** Sockets that are served here, which have to hear of a stop. */
  readonly sockets: OpenSockets;
  /** Of the program; undefined where it is not known. */
  readonly version: string | undefined;
  /** What requests leave for those after them. */
  readonly memory: RequestMemory;
  /** Knows requests that go round in a circle. */
  readonly loops: Loops;
  /** The world in force now. */
  readonly world: () => World;
  readonly discovery: DiscoveryHooks;
  /** True once the process has been told to stop: new requests are refused. */
  readonly isDraining: () => boolean;
  /** Whether `/readyz` says yes: at least one model can be served. */
  readonly isReady: () => boolean;
};

/** What a request may ask of the catalogue. */
type DiscoveryHooks = {
  /** True once every endpoint has answered or failed for the first time. */
  readonly hasFirstAnswers: () => boolean;
  readonly firstAnswers: () => Promise<void>;
  /** A client asked for a name nobody lists: asks the endpoints again, at most once in a while. */
  readonly askForUnknownName: () => Promise<void>;
  /** Who has never told its models. */
  readonly untold: () => Untold;
};

/** The endpoints that should have a list of models and have never given one. */
type Untold = {
  /** With the reason in words that may be told to clients. */
  readonly endpoints: readonly { readonly name: string; readonly reason: string }[];
  /** No other endpoint has told its models either. */
  readonly isNobodyTold: boolean;
  /** Until one of them is asked again, from now; 1 to 10 s. */
  readonly waitMs: number;
};
