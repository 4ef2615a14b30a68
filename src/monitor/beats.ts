// Remembers for 24 hours whether each model could be served, an hour in one beat. In memory: after a restart it begins
// anew, and what was before is not known.

import type { Clock } from "../core/clock.ts";

/** How an hour was: `unknown` where nobody has looked. */
export type Beat = "up" | "partly" | "down" | "unknown";

/** Beats of a model, an hour each. */
export const BEATS = 24;
const HOUR_MS = 3_600_000;
/** Models that are remembered at most. */
const MAX_MODELS = 1_000;

type ModelLooks = { readonly hours: Float64Array; readonly looks: Uint16Array; readonly ups: Uint16Array };

/** What is remembered. */
export class Beats {
  readonly #clock: Clock;
  readonly #models = new Map<string, ModelLooks>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes how all models are now; those that are not among them any more are forgotten. */
  note(models: Iterable<readonly [name: string, isUp: boolean]>): void {
    const hour = this.#hour();
    const slot = hour % BEATS;
    const seen = new Set<string>();
    for (const [name, isUp] of models) {
      if (seen.size >= MAX_MODELS) break;
      seen.add(name);
      const known = this.#models.get(name) ?? emptyLooks();
      this.#models.set(name, known);
      if (known.hours[slot] !== hour) {
        known.hours[slot] = hour;
        known.looks[slot] = 0;
        known.ups[slot] = 0;
      }
      known.looks[slot] = (known.looks[slot] ?? 0) + 1;
      if (isUp) known.ups[slot] = (known.ups[slot] ?? 0) + 1;
    }
    for (const name of [...this.#models.keys()]) if (!seen.has(name)) this.#models.delete(name);
  }

  /** Of a model, the oldest hour first, the last one that which has begun. */
  of(name: string): readonly Beat[] {
    const now = this.#hour();
    const known = this.#models.get(name);
    return Array.from({ length: BEATS }, (_, index) => {
      const hour = now - BEATS + 1 + index;
      return known === undefined ? "unknown" : beatOf(known, hour);
    });
  }

  #hour(): number {
    return Math.floor(this.#clock.wallMs() / HOUR_MS);
  }
}

function emptyLooks(): ModelLooks {
  return { hours: new Float64Array(BEATS), looks: new Uint16Array(BEATS), ups: new Uint16Array(BEATS) };
}

function beatOf({ hours, looks, ups }: ModelLooks, hour: number): Beat {
  const slot = hour % BEATS;
  const count = looks[slot] ?? 0;
  if (hours[slot] !== hour || count === 0) return "unknown";
  const up = ups[slot] ?? 0;
  if (up === count) return "up";
  return up === 0 ? "down" : "partly";
}
