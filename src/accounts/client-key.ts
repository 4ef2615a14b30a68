// A client key as the configuration has it, compiled: of the key itself only its digest is left.

import { hash } from "node:crypto";

/** A key by which clients of the gateway are let in. */
export type ClientKey = {
  /** As log lines and errors call it. Unique; `#3` for the third entry where it was given none. */
  readonly name: string;
  /** By `keyDigest`. */
  readonly digest: string;
  /** Patterns over the names of models that it may use; undefined: all. */
  readonly models: readonly string[] | undefined;
  /** Milliseconds since 1970 from which on it lets nobody in; undefined: never. */
  readonly expiresMs: number | undefined;
  /** The endpoint where its new objects go that name no model; undefined: as for all. */
  readonly defaultEndpoint?: string | undefined;
};

/** SHA-256 of a key, 64 hexadecimal digits in lower case: what `printf %s KEY | sha256sum` prints. */
export function keyDigest(key: string): string {
  return hash("sha256", key, "hex");
}
