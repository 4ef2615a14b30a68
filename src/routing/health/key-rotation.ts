// Which of an endpoint's keys is next: they take turns, and one that rests is passed over. Keeps whose turn it is and
// nothing else; which keys rest is for `cooldown.ts`.

import type { Credential, Target } from "../model.ts";
import type { Cooldowns } from "./cooldown.ts";

/** Whether a request was refused already with this key of an endpoint. */
export type IsRefused = (endpoint: string, credential: number) => boolean;

/** The turns of all endpoints with several keys. */
export class KeyRotation {
  readonly #cooldowns: Cooldowns;
  /** By endpoint: where the next look begins. */
  readonly #next = new Map<string, number>();

  constructor(cooldowns: Cooldowns) {
    this.#cooldowns = cooldowns;
  }

  /** The next free key; where all rest or are refused, the one that is back soonest, or the first. O(keys). */
  take(target: Target, isRefused: IsRefused | undefined): Credential {
    const { name, credentials } = target.endpoint;
    const start = credentials.length === 1 ? 0 : (this.#next.get(name) ?? 0);
    let best = credentials[0];
    let bestMs = Number.POSITIVE_INFINITY;
    for (let step = 0; step < credentials.length && bestMs > 0; step++) {
      const credential = credentials[(start + step) % credentials.length];
      if (credential === undefined || isRefused?.(name, credential.id) === true) continue;
      const untilMs = this.#cooldowns.untilMs(name, credential.id, target.upstreamModel);
      if (untilMs >= bestMs) continue;
      best = credential;
      bestMs = untilMs;
    }
    if (credentials.length > 1) this.#next.set(name, credentials.indexOf(best) + 1);
    return best;
  }

  /** Forgets endpoints that are gone. */
  retain(isEndpointKept: (name: string) => boolean): void {
    for (const name of this.#next.keys()) if (!isEndpointKept(name)) this.#next.delete(name);
  }
}
