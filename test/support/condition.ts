// Waiting without sleeping: a condition that is looked at again whenever something happened, and a gate that lets
// others pass one by one.

/** Lets tests wait for a fact; whoever changes the fact calls `notify`. */
export class Condition {
  readonly #checks = new Set<() => void>();

  /** Looks at every awaited fact again. */
  notify(): void {
    for (const check of this.#checks) check();
  }

  /** Resolves as soon as `isMet` holds, at once if it does already. */
  until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => {
      const check = (): void => {
        if (!isMet()) return;
        this.#checks.delete(check);
        resolve();
      };
      this.#checks.add(check);
    });
  }
}

/** A gate that is shut at first: each `open` lets a number of passers through. */
export class Gate {
  readonly #changed = new Condition();
  #permits = 0;
  #waiting = 0;

  /** Lets `count` more pass, `Infinity` for all. */
  open(count = 1): void {
    this.#permits += count;
    this.#changed.notify();
  }

  /** Waits for a permit and takes it. */
  async pass(): Promise<void> {
    this.#waiting += 1;
    this.#changed.notify();
    // A check runs to its end before the next, so that taking the permit inside it cannot race.
    await this.#changed.until(() => {
      if (this.#permits < 1) return false;
      this.#permits -= 1;
      return true;
    });
    this.#waiting -= 1;
  }

  /** Resolves when somebody stands before the gate. */
  reached(): Promise<void> {
    return this.#changed.until(() => this.#waiting > 0 && this.#permits < 1);
  }
}
