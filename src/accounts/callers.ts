// Who is calling: the configured client keys, found by the digest of what was sent.

import { ModelScope } from "../routing/table/model-scope.ts";
import { type ClientKey, keyDigest } from "./client-key.ts";

/** Who has sent a key that is one of ours. */
export type Caller = {
  readonly name: string;
  /** Of the key; tells callers apart. */
  readonly digest: string;
  /** Whose the objects are that it makes: its name, or `#` for all keys that were given none, whose places change. */
  readonly owner: string;
  /** The models that the key may use; undefined: all. */
  readonly models: ModelScope | undefined;
  /** Milliseconds since 1970; Infinity where the key does not expire. */
  readonly expiresMs: number;
  /** Where its new objects go that name no model; undefined: as for all. */
  readonly defaultEndpoint: string | undefined;
};

/** The callers of one configuration. */
export class Callers {
  /**
   * By digest. A look-up may take longer for some digests than for others, which tells nothing of a key: whoever guesses
   * cannot choose the digest of a guess (docs/decisions/client-keys.md).
   */
  readonly #byDigest: ReadonlyMap<string, Caller>;

  constructor(keys: readonly ClientKey[]) {
    this.#byDigest = new Map(keys.map((key) => [key.digest, callerOf(key)]));
  }

  /** Whether nobody needs a key. */
  get isEmpty(): boolean {
    return this.#byDigest.size === 0;
  }

  /** Whose key a text is, exactly as it stands. Costs one digest, whatever the number of keys. */
  find(sent: string): Caller | undefined {
    return this.#byDigest.get(keyDigest(sent));
  }
}

function callerOf({ name, digest, models, expiresMs, defaultEndpoint }: ClientKey): Caller {
  return {
    name,
    owner: name.startsWith("#") ? "#" : name,
    digest,
    models: models === undefined ? undefined : new ModelScope(models),
    expiresMs: expiresMs ?? Number.POSITIVE_INFINITY,
    defaultEndpoint,
  };
}
