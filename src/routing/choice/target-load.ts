// What is under way at each target and how fast its first tokens have been: what strategies weigh. Not health and
// not a metric. Outlives reloads.

import type { Clock } from "../../core/clock.ts";

/** All constants of the estimate, in milliseconds. */
export type EstimateOptions = {
  /** Assumed until the first answer: low, so that new targets are soon tried. */
  readonly initialMs: number;
  /** How fast old answers are forgotten. */
  readonly decayMs: number;
};

/** The defaults. */
const LOAD_DEFAULTS: EstimateOptions = { initialMs: 250, decayMs: 30_000 };

/** Time to the first token: a slow answer counts at once and in full, quick ones mend it slowly (Finagle's). */
export class PeakEwma {
  readonly #decayMs: number;
  #estimateMs: number;
  #observedMs: number | undefined;

  constructor(options: EstimateOptions = LOAD_DEFAULTS) {
    this.#decayMs = options.decayMs;
    this.#estimateMs = options.initialMs;
  }

  /** A first token came after `sampleMs`, or a request gave up waiting for it after so long. */
  observe(sampleMs: number, nowMs: number): void {
    const share = this.#observedMs === undefined ? 0 : Math.exp((this.#observedMs - nowMs) / this.#decayMs);
    const decayed = this.#estimateMs * share;
    this.#estimateMs = sampleMs > this.valueMs(nowMs) ? sampleMs : decayed + sampleMs * (1 - share);
    this.#observedMs = nowMs;
  }

  /** The estimate now; it sinks towards 0 while nothing is observed, so that a slow target is tried again. */
  valueMs(nowMs: number): number {
    if (this.#observedMs === undefined) return this.#estimateMs;
    return this.#estimateMs * Math.exp((this.#observedMs - nowMs) / this.#decayMs);
  }
}

/** One target's load. */
export class TargetLoad {
  readonly stream: PeakEwma;
  readonly plain: PeakEwma;
  #inFlight = 0;

  constructor(options: EstimateOptions = LOAD_DEFAULTS) {
    this.stream = new PeakEwma(options);
    this.plain = new PeakEwma(options);
  }

  /** Attempts under way; an open stream is under way until its last byte. */
  get inFlight(): number {
    return this.#inFlight;
  }

  begin(): void {
    this.#inFlight++;
  }

  /** Exactly once for each `begin`. */
  end(): void {
    this.#inFlight--;
  }
}

/** The load of one target at one moment. */
export type TargetLoadSnapshot = {
  /** `Target.key`. */
  readonly target: string;
  readonly inFlight: number;
  /** Milliseconds to the first token, as it is estimated for streams and for plain answers. */
  readonly streamMs: number;
  readonly plainMs: number;
};

/** Clients choose the names of pinned models, so there must be a bound. */
const MAX_LOADS = 10_000;

/** The loads of all targets, by `Target.key`. */
export class TargetLoads {
  readonly #clock: Clock;
  readonly #options: EstimateOptions;
  readonly #loads = new Map<string, TargetLoad>();

  constructor(clock: Clock, options: EstimateOptions = LOAD_DEFAULTS) {
    this.#clock = clock;
    this.#options = options;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** All loads as they stand now: of the targets whose strategy weighs them, and of no others. */
  snapshot(): readonly TargetLoadSnapshot[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#loads].map(([target, { inFlight, stream, plain }]) => {
      return { target, inFlight, streamMs: stream.valueMs(nowMs), plainMs: plain.valueMs(nowMs) };
    });
  }

  /** The load of a target; made where there is none yet. */
  of(targetKey: string): TargetLoad {
    let load = this.#loads.get(targetKey);
    if (load === undefined) {
      load = new TargetLoad(this.#options);
      if (this.#loads.size >= MAX_LOADS) this.#forgetOldest();
      this.#loads.set(targetKey, load);
    }
    return load;
  }

  #forgetOldest(): void {
    for (const [targetKey, load] of this.#loads) {
      if (load.inFlight > 0) continue;
      this.#loads.delete(targetKey);
      return;
    }
  }

  /** Forgets targets that are not kept and have nothing under way. */
  retain(isKept: (targetKey: string) => boolean): void {
    for (const [targetKey, load] of this.#loads) {
      if (load.inFlight === 0 && !isKept(targetKey)) this.#loads.delete(targetKey);
    }
  }
}
