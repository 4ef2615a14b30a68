// Says when to refuse new requests so that those under way can be finished: the event loop is late for some time, or
// what is held in memory nearly fills it. Refuses nothing itself. One per gateway; fed by the lag meter's beat, asked
// with one comparison a request.
//
// Memory counts by what is held: V8's heap and the buffers outside of it. The process's resident size says nothing of
// that, since the allocator keeps pages that were given back: a gateway that went by it would stay closed after a peak.

import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import { collectGarbage } from "./collect-garbage.ts";

/** Bounds. Shedding begins at one and ends well below it: at a single bound it would begin and end with each beat. */
export type PressureLimits = {
  /** A beat later than this is late … */
  readonly lagMs: number;
  /** … and when beats were late for so long, the loop is: one long stop, or a laptop's sleep, is no overload. */
  readonly lateForMs: number;
  /** Shares of the heap's limit and of the memory that the process may use, over 0 to 1. */
  readonly heapShare: number;
  readonly heldShare: number;
};

/** What memory looks like, in bytes. */
export type MemoryReading = {
  readonly heapBytes: number;
  readonly heapLimitBytes: number;
  /** The heap in use and all buffers outside of it, those included that nobody collected yet. */
  readonly heldBytes: number;
  /** What the process may use. */
  readonly limitBytes: number;
};

/** Why requests are refused. */
export type PressureReason = "event_loop" | "heap" | "memory";

/** A change: `reason` undefined means that new requests are taken again. */
export type PressureChange = {
  readonly reason: PressureReason | undefined;
  readonly lagMs: number;
  readonly memory: MemoryReading;
};

/** How far below its bound a value must fall to end the shedding. */
const RELEASE = 0.85;
/** The bounds. */
export const PRESSURE_LIMITS: PressureLimits = {
  lagMs: 500,
  lateForMs: 1_500,
  heapShare: 0.85,
  heldShare: 0.8,
};

/** While memory is short, garbage is collected at most this often: each time is a pause … */
const COLLECT_EVERY_MS = 2_000;
/** … and takes one part in so many of the time: over a large heap it may be a second. */
const COLLECTION_SHARE = 50;

/** Reads the process's memory: some 10 µs. */
export function readMemory(limitBytes: number): MemoryReading {
  const heap = getHeapStatistics();
  return {
    heapBytes: heap.used_heap_size,
    heapLimitBytes: heap.heap_size_limit,
    heldBytes: heap.used_heap_size + heap.external_memory,
    limitBytes,
  };
}

/** What this process may use: the container's limit where there is one, else the machine's memory. */
export function memoryLimitBytes(): number {
  const total = totalmem();
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < total ? constrained : total;
}

/** What a `Pressure` is made of. */
export type PressureOptions = {
  readonly clock: Clock;
  readonly limits: PressureLimits;
  readonly readMemory: () => MemoryReading;
  /** Gives back what nobody holds any more; called while memory is short, two seconds apart at least. */
  readonly collect: () => void;
  /** Told at each change, for the log; must not throw. */
  readonly onChange: (change: PressureChange) => void;
};

/** The state. */
export class Pressure {
  readonly #options: PressureOptions;
  #reason: PressureReason | undefined;
  #lateSinceMs: number | undefined;
  #nextCollectionMs = Number.NEGATIVE_INFINITY;
  #shed = 0;

  constructor(options: PressureOptions) {
    this.#options = options;
  }

  /** Whether new requests are to be refused. */
  get isShedding(): boolean {
    return this.#reason !== undefined;
  }

  get reason(): PressureReason | undefined {
    return this.#reason;
  }

  /** Requests that were refused for it. */
  get shed(): number {
    return this.#shed;
  }

  /** Counts a refusal. */
  noteShed(): void {
    this.#shed += 1;
  }

  /** At every beat of the lag meter. */
  onBeat(lagMs: number): void {
    let memory = this.#options.readMemory();
    const isLate = this.#isLate(lagMs);
    let short = this.#memoryReason(memory);
    if (short !== undefined && this.#collect()) {
      memory = this.#options.readMemory();
      short = this.#memoryReason(memory);
    }
    const reason = isLate ? "event_loop" : short;
    if ((reason === undefined) === (this.#reason === undefined)) {
      this.#reason = reason;
      return;
    }
    this.#reason = reason;
    this.#options.onChange({ reason, lagMs, memory });
  }

  /** True once beats were late for long enough, and then until one is in time. */
  #isLate(lagMs: number): boolean {
    const { limits, clock } = this.#options;
    const wasLate = this.#reason === "event_loop";
    if (lagMs < (wasLate ? limits.lagMs * RELEASE : limits.lagMs)) {
      this.#lateSinceMs = undefined;
      return false;
    }
    const nowMs = clock.nowMs();
    this.#lateSinceMs ??= nowMs;
    return wasLate || nowMs - this.#lateSinceMs >= limits.lateForMs;
  }

  #memoryReason(memory: MemoryReading): PressureReason | undefined {
    const { limits } = this.#options;
    const heapBound = limits.heapShare * (this.#reason === "heap" ? RELEASE : 1);
    if (memory.heapBytes >= memory.heapLimitBytes * heapBound) return "heap";
    const heldBound = limits.heldShare * (this.#reason === "memory" ? RELEASE : 1);
    return memory.heldBytes >= memory.limitBytes * heldBound ? "memory" : undefined;
  }

  /** Whether garbage was collected just now, so that memory is worth another look. */
  #collect(): boolean {
    const { clock, collect } = this.#options;
    const beganMs = clock.nowMs();
    if (beganMs < this.#nextCollectionMs) return false;
    collect();
    const endedMs = clock.nowMs();
    this.#nextCollectionMs = endedMs + Math.max(COLLECT_EVERY_MS, (endedMs - beganMs) * COLLECTION_SHARE);
    return true;
  }
}

/** The pressure of this process, which may use so much memory; tells the log of each change. */
export function makePressure(clock: Clock, log: Log, limitBytes: number): Pressure {
  const onChange = ({ reason, lagMs }: PressureChange): void => {
    if (reason === undefined) log.info("pressure_over", "New requests are taken again.");
    else log.warn("pressure", `New requests are refused: ${reason}.`, { reason, lagMs: Math.round(lagMs) });
  };
  return new Pressure({
    clock,
    limits: PRESSURE_LIMITS,
    readMemory: () => readMemory(limitBytes),
    collect: collectGarbage,
    onChange,
  });
}
