// The seam of the live view: who may listen is decided before, and what is told is made elsewhere. Types only.

import type { FlatHeaders, Reply } from "../../http/message.ts";
import type { StoreState } from "../../store/store.ts";
import type { Actor } from "../login/actor.ts";
import type { HealthWord } from "./endpoint-health.ts";

/** The figures of the overview at a moment. */
export type LiveState = {
  readonly at: string;
  readonly version: string | null;
  /** Another one after each start. */
  readonly instance: string;
  readonly uptime_ms: number;
  /** Null while nobody has begun to measure. */
  readonly requests_per_second: number | null;
  readonly failed_per_second: number | null;
  readonly in_flight: number;
  readonly waiting: number;
  readonly lag_ms: number;
  readonly pressure: "event_loop" | "heap" | "memory" | null;
  readonly is_draining: boolean;
  readonly open_connections: number;
  readonly models: number;
  readonly config_age_ms: number;
  readonly store: StoreState;
  readonly endpoints: readonly (HealthWord & {
    readonly name: string;
    readonly in_flight: number;
    readonly models: number;
    readonly rests: number;
  })[];
};

/** Where pages listen. */
export type LiveDesk = {
  /**
   * Begins a stream of events.
   * @throws GatewayError admin_not_found, overloaded
   */
  listen(reply: Reply, headers: FlatHeaders, actor: Actor): void;
  /** @throws GatewayError admin_not_found */
  state(): LiveState;
};
