// Notices when the machine gives this process no time, whose endpoints are late then, or the gateway beside it: neither is
// a fault of the gateway. Of the gateway only that counts for which it stood in the system's queue: what it does itself for
// too long is its own.

import { readFileSync } from "node:fs";

const TICK_MS = 50;
/** The gateway waits a second for its endpoints: a quarter of one without time is too much, in one piece or in many. */
const WINDOW_MS = 1_000;
const LATE_MS = 250;

/** Watches from its making to `end`. */
export class Starvation {
  readonly #stretches: (readonly [fromMs: number, toMs: number])[] = [];
  readonly #timer: NodeJS.Timeout;
  /** Undefined where the system does not tell. */
  readonly #gatewayPid: number | undefined;
  #lastMs = performance.now();
  #queuedMs = 0;
  /** How late the ticks of the last second came. */
  #late: (readonly [atMs: number, lateMs: number])[] = [];

  constructor(gatewayPid: number | undefined) {
    this.#gatewayPid = gatewayPid;
    this.#queuedMs = this.#queuedNow();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Whether this process had too little time while a call was under way. */
  wasAt(fromMs: number, toMs: number): boolean {
    // The timer may be late itself.
    this.#tick();
    return this.#stretches.some(([from, to]) => from <= toMs && fromMs <= to);
  }

  /** How often it had too little time, and for how long altogether. */
  get told(): string {
    const totalMs = this.#stretches.reduce((sum, [from, to]) => sum + to - from, 0);
    return `${this.#stretches.length} times, ${(totalMs / 1_000).toFixed(1)} s`;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    const queuedMs = this.#queuedNow();
    const lateMs = Math.max(0, nowMs - this.#lastMs - TICK_MS, queuedMs - this.#queuedMs);
    this.#queuedMs = queuedMs;
    this.#late = [...this.#late, [nowMs, lateMs] as const].filter(([atMs]) => nowMs - atMs < WINDOW_MS);
    const sumMs = this.#late.reduce((sum, [, ms]) => sum + ms, 0);
    if (sumMs > LATE_MS) this.#note(Math.min(this.#lastMs, nowMs - WINDOW_MS), nowMs);
    this.#lastMs = nowMs;
  }

  /** For how long the gateway's thread was ready and did not run, since its start; Linux says so. */
  #queuedNow(): number {
    if (this.#gatewayPid === undefined) return 0;
    try {
      const path = `/proc/${this.#gatewayPid}/task/${this.#gatewayPid}/schedstat`;
      return Number(readFileSync(path, "utf8").split(" ")[1]) / 1e6;
    } catch {
      return this.#queuedMs;
    }
  }

  /** A time at which the gateway could not serve, for a reason of this test's own: a full collection that it asked for. */
  noteStill(fromMs: number, toMs: number): void {
    if (toMs - fromMs > LATE_MS) this.#note(fromMs, toMs);
  }

  /** One stretch with the one before it where they meet. */
  #note(fromMs: number, toMs: number): void {
    const last = this.#stretches.at(-1);
    if (last !== undefined && last[1] >= fromMs)
      this.#stretches[this.#stretches.length - 1] = [last[0], toMs];
    else this.#stretches.push([fromMs, toMs]);
  }
}
