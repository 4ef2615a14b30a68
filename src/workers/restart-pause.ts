// How long to wait before a process that has died is started anew: not at all the first time, longer where it dies at
// once again and again.

/** Who has served for so long did not die of its start. */
const WELL_MS = 10_000;
const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/** The pauses of one place. */
export class RestartPause {
  #inRow = 0;

  /** In milliseconds, for one that has lived so long. */
  next(livedMs: number): number {
    if (livedMs >= WELL_MS) this.#inRow = 0;
    const pauseMs = this.#inRow === 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#inRow - 1));
    this.#inRow += 1;
    return pauseMs;
  }
}
