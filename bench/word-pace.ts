// How fast an endpoint of a measurement sends the words of its stream.

/** Where the client has not read the start of a stream by then, its first word counts as two. */
const AFTER_START_MS = 30;

/**
 * Words as fast as they leave, so that many are read at once, or apart: each once the client has read the one before,
 * as those of a model come.
 */
export class WordPace {
  readonly #isApart: boolean;
  readonly #count: number;
  #onRead: (() => void) | undefined;

  /** `count`: the words of a stream. */
  constructor(count: number, isApart: boolean) {
    this.#count = count;
    this.#isApart = isApart;
  }

  /** Writes all words; `write` calls back when a word has left. */
  send(write: (next: () => void) => void, end: () => void): void {
    let left = this.#count;
    const step = (): void => {
      if (left === 0) {
        end();
        return;
      }
      left -= 1;
      if (this.#isApart) {
        this.#onRead = step;
        write(() => {});
      } else write(() => setImmediate(step));
    };
    if (this.#isApart) setTimeout(step, AFTER_START_MS);
    else step();
  }

  /** The client has read something. */
  noteRead(): void {
    const next = this.#onRead;
    this.#onRead = undefined;
    if (next !== undefined) setImmediate(next);
  }
}
