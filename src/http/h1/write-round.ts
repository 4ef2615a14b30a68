// Small writes of all connections, one behind the other: what one turn of the event loop has read for many streams is written
// when all of it was read. One kind of work at a time keeps the processor's caches, and a stream that was read more than
// once in a turn is written once.

/** Has something to write. */
export interface RoundWriter {
  /** Writes it; must not throw. */
  writeNow(): void;
}

/** What is to be written in the present turn of the event loop. */
export class WriteRound {
  #waiting: RoundWriter[] = [];
  #spare: RoundWriter[] = [];
  readonly #run = (): void => {
    const writers = this.#waiting;
    // What is added meanwhile has a round of its own.
    this.#waiting = this.#spare;
    // By numbers: an iterator would make an object for each.
    for (let at = 0; at < writers.length; at += 1) writers[at]?.writeNow();
    writers.length = 0;
    this.#spare = writers;
  };

  /** Has it write behind the reads of this turn. Once a round: whoever has written before then has nothing left. */
  add(writer: RoundWriter): void {
    if (this.#waiting.length === 0) setImmediate(this.#run);
    this.#waiting.push(writer);
  }
}
