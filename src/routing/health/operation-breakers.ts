// The health of each model at each endpoint, apart for each operation: rerank may fail where chat succeeds. Keeps
// breakers and nothing else; which of them counts is for `target-health.ts`.

import { makeRoom } from "../make-room.ts";
import type { Breaker } from "./breaker.ts";
import type { OperationHealth } from "./health-snapshot.ts";

/** The operation that is meant where none is named: text, which most requests are about. */
export const USUAL_OPERATION = "chat";

/** Clients choose the names of pinned models, so there must be a bound. */
const MAX_TARGETS = 10_000;
/** Paths that no table has are the client's choice as well: of each target only so many are told apart. */
const MAX_UNKNOWN_PATHS = 16;

/** Breakers by target and operation. An operation outside of the table of operations is named by its path. */
export class OperationBreakers {
  readonly #byTarget = new Map<string, Map<string, Breaker>>();
  readonly #make: () => Breaker;

  constructor(make: () => Breaker) {
    this.#make = make;
  }

  /** Targets that ever failed. */
  get size(): number {
    return this.#byTarget.size;
  }

  /** Undefined while the operation never failed there. */
  of(targetKey: string, operation: string): Breaker | undefined {
    return this.#byTarget.get(targetKey)?.get(operation);
  }

  /** All of one target, by operation. */
  allOf(targetKey: string): Iterable<readonly [operation: string, breaker: Breaker]> {
    return this.#byTarget.get(targetKey) ?? [];
  }

  /** The breaker, made where there is none yet; the oldest one goes where there are too many. */
  made(targetKey: string, operation: string): Breaker {
    const breakers = this.#breakersAt(targetKey);
    const known = breakers.get(operation);
    if (known !== undefined) return known;
    if (isUnknownPath(operation)) makeRoomForPath(breakers);
    const breaker = this.#make();
    breakers.set(operation, breaker);
    return breaker;
  }

  /** All breakers as they stand now. */
  snapshot(): readonly OperationHealth[] {
    return [...this.#byTarget].flatMap(([target, breakers]) =>
      [...breakers].map(([operation, breaker]) => ({ target, operation, ...breaker.snapshot() })),
    );
  }

  /** Every breaker, whatever it is of. */
  *breakers(): Iterable<Breaker> {
    for (const breakers of this.#byTarget.values()) yield* breakers.values();
  }

  targetKeys(): Iterable<string> {
    return this.#byTarget.keys();
  }

  forget(targetKey: string): void {
    this.#byTarget.delete(targetKey);
  }

  #breakersAt(targetKey: string): Map<string, Breaker> {
    const known = this.#byTarget.get(targetKey);
    if (known !== undefined) return known;
    makeRoom(this.#byTarget, MAX_TARGETS);
    const breakers = new Map<string, Breaker>();
    this.#byTarget.set(targetKey, breakers);
    return breakers;
  }
}

function isUnknownPath(operation: string): boolean {
  return operation.startsWith("/");
}

function makeRoomForPath(breakers: Map<string, Breaker>): void {
  const unknown = [...breakers.keys()].filter(isUnknownPath);
  const [oldest] = unknown.length >= MAX_UNKNOWN_PATHS ? unknown : [];
  if (oldest !== undefined) breakers.delete(oldest);
}
