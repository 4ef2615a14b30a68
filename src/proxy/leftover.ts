// What is left of an answer that nobody wants: a little of it is read, so that its connection can be used again; then
// the connection is closed. Called by `attempt.ts`.

/** At most this much of an unwanted answer is read, what was kept of it included … */
const MAX_BYTES = 64 * 1024;
/** … and no longer than this. */
export const LEFTOVER_MS = 1_000;

/** The rest of one answer. */
export class Leftover {
  readonly #cancel: () => void;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;

  /** From now on the rest is not wanted; `readBytes` of the answer were read already. */
  constructor(cancel: () => void, readBytes: number) {
    this.#cancel = cancel;
    this.#timer = setTimeout(cancel, LEFTOVER_MS).unref();
    this.drop(readBytes);
  }

  /** Drops a piece. */
  drop(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < MAX_BYTES) return;
    this.stop();
    this.#cancel();
  }

  /** The answer is over. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
