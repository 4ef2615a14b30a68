// How fast an endpoint of a measurement sends the words of its stream.

/** Where the client has not read the start of a stream by then, its first word counts as two. */
const AFTER_START_MS = 30;
/**
 * So many words are written in one turn where they are not apart: of one each it is the machine's load that says how many
 * are read at once.
 */
export const GROUP = 50;

/**
 * Words as fast as they leave, many at once, or apart: each once the client has read the one before,
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

  /** Writes all words; `write` calls back when a word has left, and joins what it is given in one turn. */
  send(write: (next: () => void) => void, end: () => void): void {
    let left = this.#count;
    const step = (): void => {
      if (left === 0) {
        end();
        return;
      }
      if (this.#isApart) {
        left -= 1;
        this.#onRead = step;
        write(() => {});
        return;
      }
      const group = Math.min(left, GROUP);
      left -= group;
      for (let word = 1; word < group; word += 1) write(() => {});
      write(() => setImmediate(step));
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
