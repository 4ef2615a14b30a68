// How many requests a second were settled lately. Counted only while somebody wants to know.

import type { Clock } from "../../core/clock.ts";

/** Seconds that count. */
const SECONDS = 10;

/** Requests a second. */
export type RequestRates = { readonly requests: number; readonly failed: number };

/** The last ten seconds. */
export class LiveRates {
  readonly #clock: Clock;
  readonly #requests = new Array<number>(SECONDS + 1).fill(0);
  readonly #failed = new Array<number>(SECONDS + 1).fill(0);
  #second = 0;
  #begunMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts from here on. */
  begin(): void {
    this.#begunMs = this.#clock.nowMs();
    this.#second = Math.floor(this.#begunMs / 1_000);
    this.#requests.fill(0);
    this.#failed.fill(0);
  }

  add(isFailed: boolean): void {
    const at = this.#turn();
    this.#requests[at] = (this.#requests[at] ?? 0) + 1;
    if (isFailed) this.#failed[at] = (this.#failed[at] ?? 0) + 1;
  }

  /** Of the last ten seconds, or since the count began where that is less. */
  read(): RequestRates {
    this.#turn();
    const nowMs = this.#clock.nowMs();
    const begunMs = Math.max(this.#begunMs, (Math.floor(nowMs / 1_000) - SECONDS) * 1_000);
    const seconds = Math.max(1, (nowMs - begunMs) / 1_000);
    const rate = (counts: readonly number[]) =>
      Math.round((10 * counts.reduce((sum, one) => sum + one, 0)) / seconds) / 10;
    return { requests: rate(this.#requests), failed: rate(this.#failed) };
  }

  /** The place of this second; those that were not counted meanwhile are empty. */
  #turn(): number {
    const second = Math.floor(this.#clock.nowMs() / 1_000);
    const passed = Math.min(second - this.#second, SECONDS + 1);
    for (let step = 1; step <= passed; step += 1) {
      const at = (this.#second + step) % (SECONDS + 1);
      this.#requests[at] = 0;
      this.#failed[at] = 0;
    }
    if (passed > SECONDS) {
      this.#requests.fill(0);
      this.#failed.fill(0);
    }
    this.#second = second;
    return second % (SECONDS + 1);
  }
}
