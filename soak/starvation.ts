// Notices when the machine gives this process no time: its endpoints are late then, and the gateway beside it most likely
// too, which is no fault of the gateway.

const TICK_MS = 50;
/** The gateway waits a second for its endpoints: a quarter of one without time is too much, in one piece or in many. */
const WINDOW_MS = 1_000;
const LATE_MS = 250;

/** Watches from its making to `end`. */
export class Starvation {
  readonly #stretches: (readonly [fromMs: number, toMs: number])[] = [];
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();
  /** How late the ticks of the last second came. */
  #late: (readonly [atMs: number, lateMs: number])[] = [];

  constructor() {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Whether this process had too little time while a call was under way. */
  wasAt(fromMs: number, toMs: number): boolean {
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
    const lateMs = Math.max(0, nowMs - this.#lastMs - TICK_MS);
    this.#late = [...this.#late, [nowMs, lateMs] as const].filter(([atMs]) => nowMs - atMs < WINDOW_MS);
    const sumMs = this.#late.reduce((sum, [, ms]) => sum + ms, 0);
    if (sumMs > LATE_MS) this.#note(Math.min(this.#lastMs, nowMs - WINDOW_MS), nowMs);
    this.#lastMs = nowMs;
  }

  /** One stretch with the one before it where they meet. */
  #note(fromMs: number, toMs: number): void {
    const last = this.#stretches.at(-1);
    if (last !== undefined && last[1] >= fromMs)
      this.#stretches[this.#stretches.length - 1] = [last[0], toMs];
    else this.#stretches.push([fromMs, toMs]);
  }
}
