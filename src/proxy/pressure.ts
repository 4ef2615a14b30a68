// Says when to refuse new requests so that those under way can be finished: the event loop is late for some time,
// memory is nearly used up, or the bodies that are held are too many. Refuses nothing itself. One per gateway; fed by
// the lag meter's beat and by the reading of bodies, asked by `handle.ts` with one comparison a request.

import { totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";

/** Bounds; each is left only well below where it is entered, so that shedding does not flutter. */
export type PressureLimits = {
  /** A beat later than this is late … */
  readonly lagMs: number;
  /** … and when beats were late for so long, the loop is: one long stop, or a laptop's sleep, is no overload. */
  readonly lateForMs: number;
  /** Shares of the heap's limit and of the memory that the process may use, over 0 to 1. */
  readonly heapShare: number;
  readonly rssShare: number;
  /** Bytes of request bodies in memory at most. */
  readonly bodyBytes: number;
};

/** What memory looks like, in bytes. */
export type MemoryReading = {
  readonly heapBytes: number;
  readonly heapLimitBytes: number;
  readonly rssBytes: number;
  readonly rssLimitBytes: number;
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
const MEBIBYTE = 1024 * 1024;

/** Bounds for a machine with so much memory for the process. */
export function pressureLimits(memory: MemoryReading): PressureLimits {
  // Bodies are outside the heap; a quarter leaves room for answers under way and for the copies of large uploads.
  const bodyBytes = Math.max(256 * MEBIBYTE, Math.min(2_048 * MEBIBYTE, memory.rssLimitBytes / 4));
  return { lagMs: 500, lateForMs: 1_500, heapShare: 0.85, rssShare: 0.9, bodyBytes };
}

/** Reads the process's memory: some 10 µs. */
export function readMemory(rssLimitBytes: number): MemoryReading {
  const heap = getHeapStatistics();
  return {
    heapBytes: heap.used_heap_size,
    heapLimitBytes: heap.heap_size_limit,
    rssBytes: readRss() ?? heap.total_heap_size + heap.external_memory,
    rssLimitBytes,
  };
}

/** Undefined where it cannot be had: it is read from a file, and there may be none to open. */
function readRss(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch {
    return undefined;
  }
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
  /** Told at each change, for the log; must not throw. */
  readonly onChange: (change: PressureChange) => void;
};

/** The state. */
export class Pressure {
  readonly #options: PressureOptions;
  #reason: PressureReason | undefined;
  #lateSinceMs: number | undefined;
  #bodyBytes = 0;
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

  /** Bytes of request bodies held now. */
  get bodyBytes(): number {
    return this.#bodyBytes;
  }

  /** Requests that were refused for it. */
  get shed(): number {
    return this.#shed;
  }

  /** Counts a refusal. */
  noteShed(): void {
    this.#shed += 1;
  }

  /**
   * Takes room for a body of so many bytes, before it is read where its length is told; false when there is none.
   * A body alone always has room, whatever its size: that is bounded elsewhere.
   */
  tryHold(bytes: number): boolean {
    if (bytes > 0 && this.#bodyBytes > 0 && this.#bodyBytes + bytes > this.#options.limits.bodyBytes)
      return false;
    this.#bodyBytes += bytes;
    return true;
  }

  /** Gives room back, as much as was taken. */
  release(bytes: number): void {
    this.#bodyBytes -= bytes;
  }

  /** At every beat of the lag meter. */
  onBeat(lagMs: number): void {
    const memory = this.#options.readMemory();
    const isLate = this.#isLate(lagMs);
    const reason = isLate ? "event_loop" : this.#memoryReason(memory);
    if ((reason === undefined) === (this.#reason === undefined)) {
      this.#reason = reason;
      return;
    }
    this.#reason = reason;
    this.#options.onChange({ reason, lagMs, memory });
  }

  /** Late for long enough; and once that it was, until a beat is in time. */
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
    const rssBound = limits.rssShare * (this.#reason === "memory" ? RELEASE : 1);
    return memory.rssBytes >= memory.rssLimitBytes * rssBound ? "memory" : undefined;
  }
}

/** The pressure of this process, which tells the log of each change. */
export function makePressure(clock: Clock, log: Log): Pressure {
  const limitBytes = memoryLimitBytes();
  const readNow = () => readMemory(limitBytes);
  const onChange = ({ reason, lagMs }: PressureChange): void => {
    if (reason === undefined) log.info("pressure_over", "New requests are taken again.");
    else log.warn("pressure", `New requests are refused: ${reason}.`, { reason, lagMs: Math.round(lagMs) });
  };
  return new Pressure({ clock, limits: pressureLimits(readNow()), readMemory: readNow, onChange });
}
