// Makes client keys and credentials of what is written: files are read, and of a client key only its digest is kept.

import { type ClientKey, keyDigest } from "../accounts/client-key.ts";
import type { Credential } from "../routing/model.ts";
import type { DecodedClientKey } from "./schema/schema-client-keys.ts";
import type { DecodedEndpoint } from "./schema/schema-endpoints.ts";

/** The key in a file; undefined where there is none, which was reported. */
export type KeyOf = (file: string) => string | undefined;

/** The client keys, in the order of the file. */
export function compileClientKeys(entries: readonly DecodedClientKey[], keyOf: KeyOf): readonly ClientKey[] {
  return entries.map((entry, index) => ({
    name: entry.name ?? `#${index + 1}`,
    digest: digestOf(entry, keyOf),
    owner: entry.owner,
    tags: entry.tags ?? [],
    models: entry.models,
    endpoints: entry.endpoints,
    addresses: entry.addresses,
    expiresMs: entry.expiresMs,
    isDisabled: entry.isDisabled,
    logsBodies: entry.logsBodies,
    limits: entry.limits,
    budget: entry.budget,
    defaultEndpoint: entry.defaultEndpoint,
  }));
}

function digestOf({ key, keyFile, sha256 }: DecodedClientKey, keyOf: KeyOf): string {
  if (sha256 !== undefined) return sha256.toLowerCase();
  const text = key ?? (keyFile === undefined ? undefined : keyOf(keyFile));
  // The empty key would let everybody in.
  if (text === undefined || text === "") throw new Error("a client key without a key");
  return keyDigest(text);
}

/** The keys of an endpoint; one without a key where none is sent. */
export function compileCredentials(
  keys: DecodedEndpoint["keys"],
  keyOf: KeyOf,
): readonly [Credential, ...Credential[]] {
  const [first, ...others] = keys.map(({ id, key }) => ({
    id,
    apiKey: typeof key === "string" ? key : keyOf(key.file),
  }));
  return first === undefined ? [{ id: 1, apiKey: undefined }] : [first, ...others];
}
