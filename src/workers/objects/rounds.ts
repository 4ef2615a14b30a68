// Runs a piece of work for all who ask before it begins, one run at a time: whoever asks while one is under way needs
// what comes after that, and gets the next.

/** The runs of one piece of work. */
export class Rounds {
  readonly #work: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** `work` must not reject. */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves when a run is over that began after this was called. */
  ask(): Promise<void> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#begin();
    });
    return this.#next;
  }

  #begin(): Promise<void> {
    const running = this.#work().then(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
