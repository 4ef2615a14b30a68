// Who has how many slots of the bounds that hold over all processes. Kept by the process that serves nobody: it lends
// slots, asks those for some back who have more than they use, and never lends more than there are.

/** What is asked of a process: to take more slots, to keep at most so many, or to give back half of those not in use. */
export type BoundOrder =
  | { readonly kind: "take"; readonly bound: string; readonly count: number }
  | { readonly kind: "keep"; readonly bound: string; readonly count: number }
  | { readonly kind: "give_idle"; readonly bound: string };

/** Sends an order to one process. */
type SendOrder = (member: number, order: BoundOrder) => void;

type Bound = {
  max: number;
  /** Slots by process, those that it still owes included. */
  readonly held: Map<number, number>;
  /** Processes that want more, the one first that has waited longest. */
  readonly wanting: Map<number, number>;
};

/** The slots of all bounds. */
export class BoundLedger {
  readonly #bounds = new Map<string, Bound>();
  readonly #members = new Set<number>();
  readonly #send: SendOrder;
  /** How many processes there are to be; those that were not started yet have their part kept. */
  readonly #count: number;

  constructor(count: number, send: SendOrder) {
    this.#count = count;
    this.#send = send;
  }

  /** Takes the bounds of a configuration: what is not named is bounded no more. */
  configure(maxima: ReadonlyMap<string, number>): void {
    for (const name of this.#bounds.keys()) if (!maxima.has(name)) this.#bounds.delete(name);
    for (const [name, max] of maxima) {
      const known = this.#bounds.get(name);
      if (known === undefined) {
        const bound = { max, held: new Map<number, number>(), wanting: new Map<number, number>() };
        this.#bounds.set(name, bound);
        for (const member of this.#members) this.#lend(name, bound, member, this.#part(bound));
        continue;
      }
      known.max = max;
      if (free(known) < 0) for (const member of known.held.keys()) this.#askToKeep(name, member, known);
      this.#serve(name, known);
    }
  }

  /** A process begins: its part of each bound, as far as there is one free. */
  join(member: number): ReadonlyMap<string, number> {
    this.#members.add(member);
    const parts = new Map<string, number>();
    for (const [name, bound] of this.#bounds) {
      const part = Math.max(0, Math.min(this.#part(bound), free(bound)));
      bound.held.set(member, part);
      parts.set(name, part);
    }
    return parts;
  }

  /** A process is gone: what it had is free. */
  leave(member: number): void {
    this.#members.delete(member);
    for (const [name, bound] of this.#bounds) {
      bound.held.delete(member);
      bound.wanting.delete(member);
      this.#serve(name, bound);
    }
  }

  /** A process has given slots back. */
  given(member: number, name: string, count: number): void {
    const bound = this.#bounds.get(name);
    if (bound === undefined) return;
    bound.held.set(member, Math.max(0, (bound.held.get(member) ?? 0) - count));
    this.#serve(name, bound);
  }

  /** A process could use so many more. */
  want(member: number, name: string, count: number): void {
    const bound = this.#bounds.get(name);
    if (bound === undefined || !this.#members.has(member)) return;
    bound.wanting.set(member, Math.max(1, count));
    this.#serve(name, bound);
    if (bound.wanting.has(member)) this.#askOthers(name, bound, member);
  }

  #serve(name: string, bound: Bound): void {
    for (const [member, count] of bound.wanting) {
      const left = free(bound);
      if (left <= 0) return;
      bound.wanting.delete(member);
      this.#lend(name, bound, member, Math.min(left, count));
    }
  }

  #lend(name: string, bound: Bound, member: number, wanted: number): void {
    const count = Math.min(wanted, free(bound));
    if (count <= 0) return;
    bound.held.set(member, (bound.held.get(member) ?? 0) + count);
    this.#send(member, { kind: "take", bound: name, count });
  }

  /** Somebody wants slots and none is free. */
  #askOthers(name: string, bound: Bound, wanting: number): void {
    const own = bound.held.get(wanting) ?? 0;
    const fair = Math.floor(bound.max / this.#count);
    const others = [...bound.held].filter(([member, held]) => member !== wanting && held > 0);
    for (const [member] of others) this.#send(member, { kind: "give_idle", bound: name });
    if (own >= Math.max(1, fair)) return;
    // Whoever has less than its part gets it, as soon as requests of those end who have more.
    const rich = others.filter(([, held]) => held > fair);
    if (fair > 0) {
      for (const [member] of rich) this.#send(member, { kind: "keep", bound: name, count: fair });
      return;
    }
    const [richest] = others.toSorted(([, left], [, right]) => right - left);
    if (richest !== undefined)
      this.#send(richest[0], { kind: "keep", bound: name, count: Math.max(0, richest[1] - 1) });
  }

  #askToKeep(name: string, member: number, bound: Bound): void {
    this.#send(member, { kind: "keep", bound: name, count: this.#part(bound) });
  }

  /** An equal part; what is left over goes to those who come first. */
  #part({ max, held }: Bound): number {
    const base = Math.floor(max / this.#count);
    const lent = [...held.values()].filter((count) => count > base).length;
    return base + (lent < max % this.#count ? 1 : 0);
  }
}

function free({ max, held }: Bound): number {
  let lent = 0;
  for (const count of held.values()) lent += count;
  return max - lent;
}
