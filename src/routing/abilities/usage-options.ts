// Which endpoints take `stream_options.include_usage` in chats, and which refuse it: found out by asking once.

import type { Clock } from "../../core/clock.ts";

/** So long a refusal counts; after it one request finds out whether it still holds, since servers are updated. */
const REFUSED_MS = 24 * 60 * 60_000;

const DOUBT_MS = 60_000;

/** All endpoints' words, by name. Bounded by the endpoints. */
export class UsageOptions {
  readonly #clock: Clock;
  readonly #taking = new Set<string>();
  readonly #refusedUntil = new Map<string, number>();
  readonly #doubtedUntil = new Map<string, number>();

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

  /**
   * Whether an error that does not say what it is about may be one about the option: not of an endpoint that takes it, and
   * of each other at most once a minute, since every such doubt costs a request.
   */
  mayDoubt(endpoint: string): boolean {
    if (this.#taking.has(endpoint)) return false;
    const nowMs = this.#clock.nowMs();
    if (nowMs < (this.#doubtedUntil.get(endpoint) ?? nowMs)) return false;
    this.#doubtedUntil.set(endpoint, nowMs + DOUBT_MS);
    return true;
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
    this.#doubtedUntil.delete(endpoint);
  }

  retain(isEndpointKept: (name: string) => boolean): void {
    for (const name of [...this.#taking, ...this.#refusedUntil.keys(), ...this.#doubtedUntil.keys()])
      if (!isEndpointKept(name)) this.forget(name);
  }
}
