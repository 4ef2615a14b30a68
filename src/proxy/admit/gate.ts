// A bound on requests under way with a bounded queue in front of it, first come, first served. Knows nothing of
// requests. There is one for the whole gateway, and one for each endpoint that has a limit.

/** Bounds of one gate. */
export type GateLimits = {
  /** Under way at most; Infinity: no limit. */
  readonly max: number;
  /** Waiting at most; 0: none waits. */
  readonly queueMax: number;
  /** How long one waits before it is refused. */
  readonly queueMs: number;
};

/** How a wait at a gate ended. Only `entered` took a slot, which `leave` gives back. */
export type WaitEnd = "entered" | "full" | "timed_out" | "cancelled";

/** A gate as it stands at one moment. */
export type GateSnapshot = {
  /** Undefined where there is no limit. */
  readonly max: number | undefined;
  readonly inFlight: number;
  readonly waiting: number;
  /** Refused since the start, at once or after a wait; those that gave up themselves are not among them. */
  readonly shed: number;
};

/** A limit that is never reached. */
export const NO_LIMITS: GateLimits = { max: Number.POSITIVE_INFINITY, queueMax: 0, queueMs: 0 };

type Waiter = {
  readonly settle: (end: WaitEnd) => void;
  /** It waits at another gate as well, which counts and times it: this one is its second queue. */
  readonly isSecond: boolean;
  timer: NodeJS.Timeout | undefined;
  isWaiting: boolean;
  previous: Waiter | undefined;
  next: Waiter | undefined;
};

/** How a gate borrows slots from those of other processes, where the bound is over all of them. */
export type Borrowing = {
  /** Called whenever somebody finds it full. */
  readonly onFull: () => void;
  /** How long one waits for a borrowed slot whom the queue has no room for, and how many do so at most. */
  readonly graceMs: number;
  readonly graceMax: number;
};

/** Counts what is under way. While somebody waits it is full, so that nobody who comes later is first. */
export class Gate {
  #max = Number.POSITIVE_INFINITY;
  #queueMax = 0;
  #queueMs = 0;
  #inFlight = 0;
  #waiting = 0;
  #shed = 0;
  #borrowing: Borrowing | undefined;
  // A linked list: whoever gives up leaves the middle of the queue without a search.
  #first: Waiter | undefined;
  #last: Waiter | undefined;

  constructor(limits: GateLimits = NO_LIMITS) {
    this.configure(limits);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** All of it as it stands now. */
  snapshot(): GateSnapshot {
    const max = Number.isFinite(this.#max) ? this.#max : undefined;
    return { max, inFlight: this.#inFlight, waiting: this.#waiting, shed: this.#shed };
  }

  /** Whether who comes now would have to wait. */
  get isFull(): boolean {
    if (this.#inFlight < this.#max) return false;
    this.#borrowing?.onFull();
    return true;
  }

  /** Whether who would have to wait is refused at once. */
  get isQueueFull(): boolean {
    return this.#waiting >= this.#queueMax + (this.#borrowing?.graceMax ?? 0);
  }

  /** Takes a slot where there is one; never waits. No allocation. */
  tryEnter(): boolean {
    if (this.#inFlight >= this.#max) return false;
    this.#inFlight += 1;
    return true;
  }

  /**
   * Takes a slot, now or when it is its turn. `onCancel` is called at most once, before this returns, with what
   * ends the wait (`cancelled`); calling that later does nothing. After `entered` the caller has to look whether it
   * still wants the slot: a cancel that came just after it does nothing, and the slot would never be given back.
   */
  enter(onCancel: (cancel: () => void) => void): Promise<WaitEnd> {
    return new Promise((settle) => {
      const cancel = this.wait(settle);
      if (cancel !== undefined) onCancel(cancel);
    });
  }

  /**
   * The same for who must know at once: `settle` is called in the very stretch in which the slot is taken, here or
   * later. What ends the wait; undefined when there is none.
   */
  wait(settle: (end: WaitEnd) => void): (() => void) | undefined {
    if (this.tryEnter()) {
      settle("entered");
      return undefined;
    }
    this.#borrowing?.onFull();
    if (this.isQueueFull) {
      this.#shed += 1;
      settle("full");
      return undefined;
    }
    const isQueued = this.#waiting < this.#queueMax;
    const waiter = this.#append(settle, false);
    this.#waiting += 1;
    const waitMs = isQueued ? this.#queueMs : (this.#borrowing?.graceMs ?? 0);
    waiter.timer = setTimeout(() => {
      this.#shed += 1;
      this.#dismiss(waiter, isQueued ? "timed_out" : "full");
    }, waitMs);
    return () => this.#dismiss(waiter, "cancelled");
  }

  /**
   * Stands in this queue too for who waits at another gate, which counts and times the wait. The second queue is as fair
   * as the first: slots go in the order of arrival. Returns what ends the wait here.
   */
  joinSecondQueue(settle: (end: WaitEnd) => void): () => void {
    const waiter = this.#append(settle, true);
    this.#admit();
    return () => this.#dismiss(waiter, "cancelled");
  }

  /** Gives a slot back, exactly once for each that was taken; the next in the queue gets it at once. */
  leave(): void {
    this.#inFlight -= 1;
    if (this.#first !== undefined) this.#admit();
  }

  /**
   * Takes new bounds, for a reload. A larger `max` lets waiters in at once; a smaller one cuts nobody, but lets
   * nobody in until enough have left. Who waits already keeps its place and its time.
   */
  configure(limits: GateLimits): void {
    this.#max = limits.max;
    this.#queueMax = limits.queueMax;
    this.#queueMs = limits.queueMs;
    this.#admit();
  }

  /** From now on slots are borrowed from other processes: `lend` says how many there are. */
  borrow(borrowing: Borrowing): void {
    this.#borrowing = borrowing;
  }

  /** Has so many slots from now on; as with `configure` nobody is cut, and waiters are let in at once. */
  lend(max: number): void {
    this.#max = max;
    this.#admit();
  }

  #append(settle: (end: WaitEnd) => void, isSecond: boolean): Waiter {
    const waiter: Waiter = {
      settle,
      isSecond,
      timer: undefined,
      isWaiting: true,
      previous: this.#last,
      next: undefined,
    };
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    return waiter;
  }

  #admit(): void {
    while (this.#first !== undefined && this.#inFlight < this.#max) {
      // The slot is taken here and not when the waiter goes on, or a newcomer could slip in between.
      this.#inFlight += 1;
      this.#dismiss(this.#first, "entered");
    }
  }

  #dismiss(waiter: Waiter, end: WaitEnd): void {
    if (!waiter.isWaiting) return;
    waiter.isWaiting = false;
    clearTimeout(waiter.timer);
    if (waiter.previous === undefined) this.#first = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === undefined) this.#last = waiter.previous;
    else waiter.next.previous = waiter.previous;
    if (!waiter.isSecond) this.#waiting -= 1;
    waiter.settle(end);
  }
}
