// Which endpoints have sockets of their own, and which have refused one: neither need be found out with each socket of a
// client. It is forgotten after a while, since servers are updated.

import type { Clock } from "../../core/clock.ts";

/** So long it counts; after it one request finds out whether it still holds. */
const KEPT_MS = 10 * 60_000;

/** All that is known. Bounded by the endpoints. */
export class KnownSockets {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly hasOne: boolean; readonly untilMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An endpoint has taken a handshake, or has not. */
  note(endpoint: string, hasOne: boolean): void {
    this.#known.set(endpoint, { hasOne, untilMs: this.#clock.nowMs() + KEPT_MS });
  }

  /** Undefined where it is not known. */
  has(endpoint: string): boolean | undefined {
    const known = this.#known.get(endpoint);
    return known !== undefined && this.#clock.nowMs() < known.untilMs ? known.hasOne : undefined;
  }

  /** Another server stands behind the name now. */
  forget(endpoint: string): void {
    this.#known.delete(endpoint);
  }

  retain(isEndpointKept: (name: string) => boolean): void {
    for (const name of this.#known.keys()) if (!isEndpointKept(name)) this.#known.delete(name);
  }
}
