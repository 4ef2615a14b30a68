// Who is said to be at fault by one request, and not yet by a second: a key that was refused, a model that was
// missing. A refusal may be about the request; two different requests that meet the same one, with no success in
// between, are believed. Keeps count and asks nobody: that is for `proxy/target/refusals.ts`.

import type { Clock } from "../../core/clock.ts";
import { makeRoom } from "../make-room.ts";
import type { CooldownClass } from "../saved-cooldown.ts";

/** A request that comes again after so long is no client's retry any more and counts as another one. */
const SAME_REQUEST_MS = 60_000;
/** A first word is forgotten after this. */
const MEMORY_MS = 600_000;
/** Clients choose the names of pinned models, so there must be a bound. */
const MAX_SUSPECTS = 1_000;

type Suspect = {
  readonly endpoint: string;
  class: CooldownClass;
  /** The request that said so, by `identityOf`. */
  witness: string;
  heardMs: number;
  /** How often in a row two requests were believed. */
  times: number;
};

/** What a refusal amounts to. */
export type Accusation = {
  /** True once a different request has met the same. */
  readonly isBelieved: boolean;
  /** True when nobody had said it before. */
  readonly isFirst: boolean;
  /** How often in a row it was believed before, without a success: for rests that grow. */
  readonly times: number;
};

/** All that are suspected. Free while there are none. */
export class Suspicions {
  readonly #clock: Clock;
  readonly #suspects = new Map<string, Suspect>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#suspects.size;
  }

  /** A request met a refusal. `key` names what was refused, `witness` the request. */
  accuse(key: string, endpoint: string, said: { class: CooldownClass; witness: string }): Accusation {
    const nowMs = this.#clock.nowMs();
    const known = this.#suspects.get(key);
    if (
      known === undefined ||
      known.class !== said.class ||
      nowMs - known.heardMs > MEMORY_MS + SAME_REQUEST_MS
    ) {
      makeRoom(this.#suspects, MAX_SUSPECTS);
      this.#suspects.set(key, { endpoint, ...said, heardMs: nowMs, times: known?.times ?? 0 });
      return { isBelieved: false, isFirst: known === undefined, times: known?.times ?? 0 };
    }
    const isOther = known.witness !== said.witness || nowMs - known.heardMs >= SAME_REQUEST_MS;
    const { times } = known;
    if (isOther) known.times += 1;
    known.witness = said.witness;
    known.heardMs = nowMs;
    return { isBelieved: isOther, isFirst: false, times };
  }

  /** A request that began at `startedMs` was served: whatever was said before that is over. */
  acquit(key: string, startedMs: number): void {
    if (this.#suspects.size === 0) return;
    const suspect = this.#suspects.get(key);
    if (suspect !== undefined && startedMs >= suspect.heardMs) this.#suspects.delete(key);
  }

  /** Forgets all of an endpoint. */
  forget(endpoint: string): void {
    for (const [key, suspect] of this.#suspects)
      if (suspect.endpoint === endpoint) this.#suspects.delete(key);
  }
}
