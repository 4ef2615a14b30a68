// What a data plane is made of: its own parts, and what it has in common with those of other processes. Types only.

import type { ClientState } from "./accounts/spending/client-accounts.ts";
import type { CountNews } from "./accounts/spending/count-news.ts";
import type { TellNews } from "./alerts/alert.ts";
import type { CatalogueView } from "./catalogue/catalogue-view.ts";
import type { KeptPlace } from "./catalogue/kept.ts";
import type { GatewayConfig } from "./config/compile.ts";
import type { Clock } from "./core/clock.ts";
import type { ExchangeSink, Log } from "./core/summary.ts";
import type { StoredObjects } from "./objects/stored-objects.ts";
import type { Traces } from "./observe/traces/traces.ts";
import type { TargetChecks } from "./proxy/target/refusals.ts";
import type { TargetHealth } from "./routing/health/target-health.ts";
import type { Store } from "./store/store.ts";
import type { AnswerShelf } from "./store/stored-answer.ts";
import type { AskingClient, OutboundClient } from "./upstream/client.ts";

/** What a data plane is made of. */
export type DataPlaneOptions = KeptPlace & {
  readonly config: GatewayConfig;
  readonly log: Log;
  /** What asks endpoints; closed with the data plane. */
  readonly client: OutboundClient;
  /** Told of each exchange that is over. */
  readonly settled: ExchangeSink;
  /** Closed with the data plane. */
  readonly traces: Traces;
  readonly clock?: Clock;
  /** The program's version, for the page at `/`. */
  readonly version?: string;
  /** What keeps client keys, and what was spent; nothing of it outlives the process where it is left out. */
  readonly store?: Store | undefined;
  /** Where several processes serve: what they share. */
  readonly shared?: SharedParts | undefined;
  /** Told of what the operator should hear of; nobody where it is left out. */
  readonly tellNews?: TellNews | undefined;
};

/** What a data plane has in common with those of other processes. */
export type SharedParts = {
  readonly health: TargetHealth;
  readonly objects: StoredObjects;
  /** In how many processes the memory is divided, and bounds that are counted apart. */
  readonly processes: number;
  /** Where another process asks endpoints for this one, and says what was found out. */
  readonly owner?: OwnerParts | undefined;
  /** Told whenever the endpoints' lists, or the configuration, were put to use. */
  readonly onRebuilt?: (() => void) | undefined;
};

/** What the process that owns the gateway does for one that serves. */
type OwnerParts = {
  readonly catalogue: CatalogueView;
  readonly checks: TargetChecks;
  /** Where answers are that outlive the process; undefined: nowhere. */
  readonly answers: AnswerShelf | undefined;
  readonly gatewayId: string;
  /** The data folder in which prices are that were imported; it says when there are others. */
  readonly priceFolder: string | undefined;
  readonly clients: ClientState;
  /** Told of what is counted of limits and budgets. */
  readonly news: CountNews;
  /** Where each rotation began. */
  readonly rotations: unknown;
};

/** What asks endpoints for the gateway itself. */
export type AskingParts = { readonly client: AskingClient; readonly clock: Clock };

/** Which rests are to be ended: all, those of an endpoint, of a model, or of both. */
export type ResetScope = { readonly endpoint: string | undefined; readonly model: string | undefined };
