// Notices when the machine gives this process no time: its endpoints are late then, and the gateway beside it most likely
// too, which is no fault of the gateway.

const TICK_MS = 50;
/** The gateway waits a second for its endpoints. */
const LATE_MS = 250;

/** Watches from its making to `end`. */
export class Starvation {
  readonly #stretches: (readonly [fromMs: number, toMs: number])[] = [];
  readonly #timer: NodeJS.Timeout;
  #lastMs = performance.now();

  constructor() {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Whether this process stood still at any time of a call. */
  wasAt(fromMs: number, toMs: number): boolean {
    return this.#stretches.some(([from, to]) => from <= toMs && fromMs <= to);
  }

  /** How often it stood still, and for how long altogether. */
  get told(): string {
    const totalMs = this.#stretches.reduce((sum, [from, to]) => sum + to - from, 0);
    return `${this.#stretches.length} times, ${(totalMs / 1_000).toFixed(1)} s`;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lastMs > TICK_MS + LATE_MS) this.#stretches.push([this.#lastMs, nowMs]);
    this.#lastMs = nowMs;
  }
}
