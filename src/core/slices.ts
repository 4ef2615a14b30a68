// Long work in slices: one slice a turn of the event loop, whatever is under way, so that nobody else waits for
// longer than one slice takes. Knows nothing of what is done. One per gateway.

/** Work that yields after each slice; what it returns is the result. */
export type SlicedWork<Result> = Generator<void, Result>;

/** Bytes that one slice may look at: 5 ms of the slowest scanning that a client can ask for (bench/json-scan.bench.ts). */
export const SLICE_BYTES = 256 * 1024;

/** What runs for the first time runs some ten times slower, until it is compiled: so it begins with small slices. */
const FIRST_SLICE_BYTES = 16 * 1024;

/** Bytes of the slice that begins at `at`: a sixteenth of what was looked at before, `mostBytes` at most. */
export function sliceBytesAt(at: number, mostBytes: number): number {
  return Math.min(mostBytes, Math.max(FIRST_SLICE_BYTES, at >> 4));
}

type WaitingWork = { readonly step: () => boolean };

/** Runs sliced work of all requests in turn. */
export class SliceQueue {
  readonly #waiting: WaitingWork[] = [];
  #isScheduled = false;

  /** The result of the work. Rejects with what the work throws. */
  run<Result>(work: SlicedWork<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const step = (): boolean => {
        try {
          const { done, value } = work.next();
          if (done === true) resolve(value);
          return done === true;
        } catch (error) {
          reject(error);
          return true;
        }
      };
      this.#waiting.push({ step });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  /** One slice of whoever has waited longest; a large body does not hold up a smaller one behind it. */
  #turn(): void {
    this.#isScheduled = false;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    if (!next.step()) this.#waiting.push(next);
    if (this.#waiting.length > 0) this.#schedule();
  }
}

/** The result of sliced work, without a pause: for bodies that are one slice anyway. */
export function runAtOnce<Result>(work: SlicedWork<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
