// Looks at something again and again, one look at a time, each a while after the one before has ended; and what a look
// at a path sees. What a change means is for who looks.

import { type BigIntStats, stat } from "node:fs";

/** The mark of a pipe or a device: what was read from it is gone, and opening it again may wait for ever. */
export const NO_FILE = "no file";

/** Identity, length and times of what a path means now, links followed; the reason where there is nothing. Never rejects. */
export function statMark(path: string): Promise<string> {
  // By a callback: half the processor's time of the form with promises.
  return new Promise((resolve) => {
    const answer = (error: NodeJS.ErrnoException | null, found: BigIntStats): void => {
      if (error !== null) resolve(error.code ?? "unknown");
      else if (!found.isFile() && !found.isDirectory()) resolve(NO_FILE);
      else resolve([found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(" "));
    };
    stat(path, { bigint: true }, answer);
  });
}

/** A loop of looks. */
export class Looks {
  readonly #look: () => Promise<number>;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  /**
   * `look` gives the milliseconds until the next one. One that rejects has seen nothing, and another follows after as long
   * as before it: a loop that ended would leave every later change unseen.
   */
  constructor(look: () => Promise<number>) {
    this.#look = look;
  }

  /** Nothing that a look under way finds out counts any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Begins, with a look after so many milliseconds. */
  begin(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
        .catch(() => delayMs)
        .then((nextMs) => this.begin(nextMs));
    }, delayMs);
  }

  /** Ends it, and resolves when the look under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }
}
