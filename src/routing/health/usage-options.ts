// Which endpoints take `stream_options.include_usage` in chats, and which refuse it: found out by asking once.

import type { Clock } from "../../core/clock.ts";

/** So long a refusal counts; after it one request finds out whether it still holds, since servers are updated. */
const REFUSED_MS = 24 * 60 * 60_000;

/** All endpoints' words, by name. Bounded by the endpoints. */
export class UsageOptions {
  readonly #clock: Clock;
  readonly #taking = new Set<string>();
  readonly #refusedUntil = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the endpoint is to be asked: it has not refused. */
  mayAsk(endpoint: string): boolean {
    if (this.#refusedUntil.size === 0) return true;
    const untilMs = this.#refusedUntil.get(endpoint);
    return untilMs === undefined || this.#clock.nowMs() >= untilMs;
  }

  /** Whether it has answered a request with the option. */
  takes(endpoint: string): boolean {
    return this.#taking.has(endpoint);
  }

  noteTaken(endpoint: string): void {
    this.#taking.add(endpoint);
  }

  noteRefused(endpoint: string): void {
    this.#taking.delete(endpoint);
    this.#refusedUntil.set(endpoint, this.#clock.nowMs() + REFUSED_MS);
  }

  /** Another server stands behind the name now. */
  forget(endpoint: string): void {
    this.#taking.delete(endpoint);
    this.#refusedUntil.delete(endpoint);
  }

  retain(isEndpointKept: (name: string) => boolean): void {
    for (const name of [...this.#taking, ...this.#refusedUntil.keys()])
      if (!isEndpointKept(name)) this.forget(name);
  }
}
