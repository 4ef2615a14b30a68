// The keys of the store as requests need them, in memory: by digest, so that finding one costs the same with one key as
// with ten thousand. A change is in force at the next request.

import { type Caller, callerOfStored } from "./caller.ts";
import { pepperedDigest } from "./pepper.ts";
import type { StoredKey } from "./stored-key.ts";

/** All of it, or what has changed: plain data, for another process. */
export type KeyNews = {
  /** Undefined where there are no keys. */
  readonly pepper: string | undefined;
  /** Whether there are keys that could not be read yet. */
  readonly isWaiting: boolean;
  /** Whether `keys` are all that there are. */
  readonly isWhole: boolean;
  readonly keys: readonly StoredKey[];
  readonly gone: readonly string[];
};

type FoundKey = {
  readonly caller: Caller;
  /** Milliseconds since 1970. */
  readonly untilMs: number;
};

/** The table. */
export class KeyTable {
  readonly #byDigest = new Map<string, FoundKey>();
  readonly #byId = new Map<string, StoredKey>();
  #pepper: string | undefined;
  #isWaiting = false;

  /** Whether a key is asked for because of them: a gateway that had keys must not be open while they cannot be read. */
  get isNeeded(): boolean {
    return this.#pepper !== undefined || this.#isWaiting;
  }

  /** Whether there are keys that could not be read yet. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  get size(): number {
    return this.#byId.size;
  }

  keys(): readonly StoredKey[] {
    return [...this.#byId.values()];
  }

  get(id: string): StoredKey | undefined {
    return this.#byId.get(id);
  }

  /** Whose key a text is. */
  find(sent: string, wallMs: number): Caller | undefined {
    if (this.#pepper === undefined || this.#byId.size === 0) return undefined;
    const found = this.#byDigest.get(pepperedDigest(this.#pepper, sent));
    return found === undefined || wallMs >= found.untilMs ? undefined : found.caller;
  }

  /** Takes keys, or takes note of those that are gone. */
  take(news: KeyNews): void {
    this.#pepper = news.pepper;
    this.#isWaiting = news.isWaiting;
    if (news.isWhole) {
      this.#byDigest.clear();
      this.#byId.clear();
    }
    for (const id of news.gone) this.#drop(id);
    for (const key of news.keys) this.#put(key);
  }

  /** All of it. */
  whole(): KeyNews {
    return {
      pepper: this.#pepper,
      isWaiting: this.#isWaiting,
      isWhole: true,
      keys: this.keys(),
      gone: [],
    };
  }

  #put(key: StoredKey): void {
    this.#drop(key.id);
    this.#byId.set(key.id, key);
    const caller = callerOfStored(key);
    for (const { digest, untilMs } of key.old) this.#byDigest.set(digest, { caller, untilMs });
    this.#byDigest.set(key.digest, { caller, untilMs: Number.POSITIVE_INFINITY });
  }

  #drop(id: string): void {
    const known = this.#byId.get(id);
    if (known === undefined) return;
    this.#byId.delete(id);
    for (const { digest } of [known, ...known.old]) this.#byDigest.delete(digest);
  }
}
