// Who may call: the client keys of one configuration and those of the store, found by the digest of what was sent.

import { type Caller, callerOfConfig } from "./caller.ts";
import { type ClientKey, keyDigest } from "./client-key.ts";
import type { KeyTable } from "./key-table.ts";

/** The callers of one configuration, and of the store as it is at each moment. */
export class Callers {
  /**
   * By digest. A look-up may take longer for some digests than for others, which tells nothing of a key: whoever guesses
   * cannot choose the digest of a guess (docs/decisions/client-keys.md).
   */
  readonly #byDigest: ReadonlyMap<string, Caller>;
  readonly #stored: KeyTable | undefined;
  readonly #isRequired: boolean;

  /** `isRequired`: a key is asked for even where there is none. */
  constructor(keys: readonly ClientKey[], stored: KeyTable | undefined, isRequired: boolean) {
    this.#isRequired = isRequired;
    this.#byDigest = new Map(keys.map((key) => [key.digest, callerOfConfig(key)]));
    this.#stored = stored;
  }

  /** Whether nobody needs a key. */
  get isEmpty(): boolean {
    return !this.#isRequired && this.#byDigest.size === 0 && this.#stored?.isNeeded !== true;
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
