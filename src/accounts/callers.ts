// Who may call: the client keys of one configuration and those of the store, found by the digest of what was sent.

import { type Caller, callerOfConfig } from "./caller.ts";
import { type ClientKey, keyDigest } from "./client-key.ts";
import type { KeyTable } from "./key-table.ts";

/** Who needs a key: everybody, everybody where there is any key, or nobody, where those who send one are known by it. */
export type KeyNeed = "always" | "where_any" | "nobody";

/** The callers of one configuration, and of the store as it is at each moment. */
export class Callers {
  /**
   * By digest. A look-up may take longer for some digests than for others, which tells nothing of a key: whoever guesses
   * cannot choose the digest of a guess (docs/decisions/client-keys.md).
   */
  readonly #byDigest: ReadonlyMap<string, Caller>;
  readonly #stored: KeyTable | undefined;
  readonly #need: KeyNeed;

  /** `need`: who has to have one. */
  constructor(keys: readonly ClientKey[], stored: KeyTable | undefined, need: KeyNeed = "where_any") {
    this.#need = need;
    this.#byDigest = new Map(keys.map((key) => [key.digest, callerOfConfig(key)]));
    this.#stored = stored;
  }

  /** Whether nobody needs a key. */
  get isEmpty(): boolean {
    if (this.#need !== "where_any") return this.#need === "nobody";
    return this.#byDigest.size === 0 && this.#stored?.isNeeded !== true;
  }

  /** Whether who sends a key is known by it, though nobody needs one. */
  get isKeyWelcome(): boolean {
    return this.#need === "nobody";
  }

  /** Whether there are keys that are not known yet, so that a key that is unknown may still be good. */
  get isWaiting(): boolean {
    return this.#stored?.isWaiting === true;
  }

  /** Whose key a text is, exactly as it stands. Costs two digests at most, whatever the number of keys. */
  find(sent: string, wallMs: number): Caller | undefined {
    const found = this.#byDigest.size === 0 ? undefined : this.#byDigest.get(keyDigest(sent));
    return found ?? this.#stored?.find(sent, wallMs);
  }
}
