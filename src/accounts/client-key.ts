// A client key as the configuration has it, compiled: of the key itself only its digest is left.

import { hash } from "node:crypto";
import type { KeyRules } from "./key-rules.ts";

/** A key by which clients of the gateway are let in. */
export type ClientKey = Partial<KeyRules> & {
  /** As log lines and errors call it. Unique; `#3` for the third entry where it was given none. */
  readonly name: string;
  /** By `keyDigest`. */
  readonly digest: string;
  /** The endpoint where its new objects go that name no model; undefined: as for all. */
  readonly defaultEndpoint?: string | undefined;
};

/** SHA-256 of a key, 64 hexadecimal digits in lower case: what `printf %s KEY | sha256sum` prints. */
export function keyDigest(key: string): string {
  return hash("sha256", key, "hex");
}

/** The id of a key of the configuration: its name, marked as no id of the store is. */
export function configKeyId(name: string): string {
  return `config:${name}`;
}
