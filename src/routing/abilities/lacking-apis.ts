// Which paths an endpoint has said that it does not know: a request in the words of one of them need not be sent there
// again. It is forgotten after a while, since servers are updated.

import type { Clock } from "../../core/clock.ts";

/** So long a word counts; after it one request finds out whether it still holds. */
const KEPT_MS = 10 * 60_000;

/** All endpoints' words. Bounded: by the endpoints, and by the operations that are noted. */
export class LackingApis {
  readonly #clock: Clock;
  /** By endpoint, then by operation: until when. */
  readonly #until = new Map<string, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether nothing is noted, so that nobody need be asked. */
  get isEmpty(): boolean {
    return this.#until.size === 0;
  }

  /** The endpoint does not know the path of this operation. */
  note(endpoint: string, operation: string): void {
    const known = this.#until.get(endpoint) ?? new Map<string, number>();
    known.set(operation, this.#clock.nowMs() + KEPT_MS);
    this.#until.set(endpoint, known);
  }

  has(endpoint: string, operation: string): boolean {
    const untilMs = this.#until.get(endpoint)?.get(operation);
    return untilMs !== undefined && this.#clock.nowMs() < untilMs;
  }

  /** Another server stands behind the name now. */
  forget(endpoint: string): void {
    this.#until.delete(endpoint);
  }

  retain(isEndpointKept: (name: string) => boolean): void {
    for (const name of this.#until.keys()) if (!isEndpointKept(name)) this.#until.delete(name);
  }
}
