// Timers of the system that are used again. Nearly every wait of a request is over long before its limit: its timer runs on
// then, for whoever needs one next, and so most requests set none and clear none.

/** Who has a timer. */
export interface TimerOwner {
  /** Its time is over, or part of it: a timer that had run before rings sooner than it was asked for. */
  ring(): void;
}

/** So many run on for nobody; one rings when its time is over, and is gone. */
const MAX_SPARE = 256;

/** The timers that run on. */
export class SpareTimers {
  readonly #spare: LentTimer[] = [];

  /** A timer that rings once, after `waitMs` milliseconds at the latest. To be given back, unless it has rung. */
  take(waitMs: number, owner: TimerOwner): LentTimer {
    const latestMs = performance.now() + waitMs;
    const last = this.#spare.at(-1);
    if (last === undefined || last.ringsMs > latestMs) return new LentTimer(this, waitMs, latestMs, owner);
    this.#spare.pop();
    last.lend(owner);
    return last;
  }

  /** Nobody waits for it any more. Not twice. */
  giveBack(timer: LentTimer): void {
    if (this.#spare.length < MAX_SPARE) {
      timer.keep();
      this.#spare.push(timer);
    } else timer.clear();
  }

  /** One that runs for nobody has rung. */
  forget(timer: LentTimer): void {
    const at = this.#spare.indexOf(timer);
    if (at !== -1) this.#spare.splice(at, 1);
  }
}

/** One of them. */
export class LentTimer {
  /** When it rings, by the process's own time. */
  readonly ringsMs: number;
  readonly #timer: NodeJS.Timeout;
  #owner: TimerOwner | undefined;

  constructor(spare: SpareTimers, waitMs: number, ringsMs: number, owner: TimerOwner) {
    this.ringsMs = ringsMs;
    this.#owner = owner;
    this.#timer = setTimeout(
      () => {
        if (this.#owner === undefined) spare.forget(this);
        else this.#owner.ring();
      },
      Math.max(1, Math.ceil(waitMs)),
    );
  }

  /** It is this owner's now. */
  lend(owner: TimerOwner): void {
    this.#owner = owner;
    this.#timer.ref();
  }

  /** It runs on for nobody, which keeps no process from ending. */
  keep(): void {
    this.#owner = undefined;
    this.#timer.unref();
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
