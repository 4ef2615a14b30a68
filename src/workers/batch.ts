// Runs a piece of work a moment after it was asked for, once for all that ask meanwhile. Costs nothing while nobody asks.

/** Between the first who asks and the work: well below the tenth of a second within which processes agree. */
const BATCH_MS = 20;

/** One such piece of work. */
export class Batch {
  readonly #work: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `work` must not throw. */
  constructor(work: () => void) {
    this.#work = work;
  }

  /** Bound, so that it can be handed out. */
  readonly ask = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, BATCH_MS).unref();
  };

  /** Does what was asked for now. */
  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work();
  }

  /** It is not done any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
