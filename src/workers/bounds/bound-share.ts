// This process's part of a bound that holds over all processes: slots that it was lent, and gives back. There are never
// more under way than slots were lent, so that the sum of all processes is never above the bound.

/** What is bounded: a gate, or the connections of the listener. */
export type Bounded = {
  /** Under way now. */
  readonly inFlight: number;
  /** Takes a number of slots; nobody is cut by fewer. */
  lend(max: number): void;
};

/** The slots of one bound. */
export class BoundShare {
  readonly #bounded: Bounded;
  /** Slots that may be used. */
  #quota: number;
  /** The same, and those still in use that are to be given back. */
  #held: number;

  constructor(bounded: Bounded, quota: number) {
    this.#bounded = bounded;
    this.#quota = quota;
    this.#held = quota;
    bounded.lend(quota);
  }

  get quota(): number {
    return this.#quota;
  }

  /** Whether slots are in use that are to be given back. */
  get isOwing(): boolean {
    return this.#held > this.#quota;
  }

  /** More slots. */
  take(count: number): void {
    this.#held += count;
    this.#quota += count;
    this.#bounded.lend(this.#quota);
  }

  /** Keeps no more than so many slots; `give` says what can be given back now. */
  keep(count: number): void {
    this.#quota = Math.min(this.#quota, count);
    this.#bounded.lend(this.#quota);
  }

  /** Keeps what is in use, and half of what is not: who gives all would have to ask for the next one. */
  keepHalfOfIdle(): void {
    const { inFlight } = this.#bounded;
    this.keep(inFlight + Math.floor(Math.max(0, this.#quota - inFlight) / 2));
  }

  /** What can be given back now: it is given, and is not to be used any more. */
  give(): number {
    const left = Math.max(this.#quota, Math.min(this.#held, this.#bounded.inFlight));
    const given = this.#held - left;
    this.#held = left;
    return given;
  }

  /** What is bounded was set up anew: it has as many slots as before. */
  lendAgain(): void {
    this.#bounded.lend(this.#quota);
  }
}
