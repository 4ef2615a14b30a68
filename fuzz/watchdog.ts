// Notices when the code under test never gives the thread back, which no timer of that thread can: a second thread
// looks at a clock that each case winds up, keeps the input, and ends the process.

import { Worker } from "node:worker_threads";

/** Longest that one case may hold the thread. */
const LIMIT_MS = 10_000;
const MAX_INPUT_BYTES = 1 << 20;

/** The second thread. */
export class Watchdog {
  /** Case number, length of its input, index of its area. */
  readonly #state = new Int32Array(new SharedArrayBuffer(12));
  readonly #input = new Uint8Array(new SharedArrayBuffer(MAX_INPUT_BYTES));
  readonly #worker: Worker;

  constructor(areas: readonly string[], seed: number) {
    const url = new URL("watchdog-thread.ts", import.meta.url);
    const workerData = { state: this.#state, input: this.#input, areas, seed, limitMs: LIMIT_MS };
    this.#worker = new Worker(url, { workerData });
    this.#worker.unref();
  }

  /** A case begins. */
  wind(areaIndex: number, input: Buffer): void {
    this.#input.set(input.subarray(0, MAX_INPUT_BYTES));
    Atomics.store(this.#state, 1, Math.min(input.length, MAX_INPUT_BYTES));
    Atomics.store(this.#state, 2, areaIndex);
    Atomics.add(this.#state, 0, 1);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
