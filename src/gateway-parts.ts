// What a gateway is made of, and the processes that may serve for it. Types only.

import type { ExchangeSink } from "./core/summary.ts";
import type { DataPlane } from "./data-plane.ts";
import type { Part } from "./front.ts";
import type { Listen } from "./http/listener.ts";
import type { DataPlaneOptions, ResetScope, SharedParts } from "./plane-parts.ts";
import type { Snapshot } from "./snapshot.ts";
import type { AppendEntry, RunningStore } from "./store/store.ts";

/** What a gateway is started with. */
export type GatewayOptions = Omit<DataPlaneOptions, "settled" | "client" | "tellNews" | "traces"> & {
  /** Who is told of each exchange that is over, in this order; the log only when it is among them. */
  readonly sinks: readonly ExchangeSink[];
  /** What answers some paths in place of the API. */
  readonly parts?: readonly Part[];
  /** What keeps usage and the log of requests; closed with the gateway. None where it is left out. */
  readonly store?: RunningStore | undefined;
  /** Other processes that serve in place of this one, which then owns what they share. */
  readonly crew?: Crew | undefined;
};

/** Processes that serve for the one that owns the gateway. */
export type Crew = {
  /** How many there are to be. */
  readonly count: number;
  readonly shared: SharedParts;
  /** Whose configuration, lists and health they serve by, where their entries go, and what only this one can answer. Before `listen`. */
  join(plane: DataPlane, append: AppendEntry, parts: readonly Part[], noteUnpriced?: NoteUnpriced): void;
  /** Starts them; what it gives back stands for the listeners of all. */
  readonly listen: Listen;
  /** Has them take the configuration of the data plane. */
  reload(): void;
  reset(scope: ResetScope): void;
  emptyCache(): void;
  /** Whether entries are wanted where none are kept. */
  watch(isWatched: boolean): void;
  /** A snapshot with what they have under way. */
  complete(snapshot: Snapshot): Snapshot;
};

/** Told of a model, by its endpoint and as that calls it, that was used and whose price nobody knows. */
type NoteUnpriced = (endpoint: string, model: string) => void;
