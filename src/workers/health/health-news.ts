// What processes tell one another of the health of endpoints: what has changed since they told last, as plain data.
// All times are those of `shared-time.ts`.

import type { BreakerCounts, BreakerPlace, BreakerTurn } from "../../routing/health/breaker-state.ts";
import type { CooldownState } from "../../routing/health/cooldown-state.ts";
import type { CooldownScope } from "../../routing/saved-cooldown.ts";

/** What one breaker has counted, and its last ejection or the end of that, if it is new. */
export type BreakerNews = {
  readonly place: BreakerPlace;
  readonly counts: BreakerCounts;
  readonly turn: BreakerTurn | undefined;
  /** Whether the teller has the probe out; undefined where that has not changed. */
  readonly isProbeOut: boolean | undefined;
};

/** A rest that was set, or that a success has ended. */
export type RestNews =
  | { readonly kind: "set"; readonly scope: CooldownScope; readonly state: CooldownState }
  /** By an attempt that began then. */
  | { readonly kind: "served"; readonly scope: CooldownScope; readonly startedMs: number }
  /** The endpoint's list has the model after all. */
  | { readonly kind: "listed"; readonly endpoint: string; readonly model: string };

/** An allowance that is spent until then. */
type SpentNews = { readonly target: string; readonly untilMs: number };

/** All of it. */
export type HealthNews = {
  readonly breakers: readonly BreakerNews[];
  readonly rests: readonly RestNews[];
  readonly spent: readonly SpentNews[];
};

/** A turn with all its times moved. */
export function movedTurn(turn: BreakerTurn, byMs: number): BreakerTurn {
  return {
    ...turn,
    ejectedMs: turn.ejectedMs + byMs,
    closedMs: turn.closedMs + byMs,
    untilMs: turn.untilMs + byMs,
  };
}

/** A rest with all its times moved. */
export function movedRest(state: CooldownState, byMs: number): CooldownState {
  return { ...state, untilMs: state.untilMs + byMs, setMs: state.setMs + byMs };
}
