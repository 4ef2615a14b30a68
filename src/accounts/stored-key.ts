// A client key as the store has it: a document whose text nobody has checked, and what is made of it. Of the key itself
// only its digest is there.

import { checkedRules, isKeyName } from "./key-fields.ts";
import type { KeyRules } from "./key-rules.ts";

/** A digest under which a key is known, and until when. */
type OldDigest = {
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly untilMs: number;
};

/** A client key of the store. */
export type StoredKey = KeyRules & {
  /** Stable, and unique over all keys. */
  readonly id: string;
  readonly name: string;
  /** By `pepperedDigest`. */
  readonly digest: string;
  /** The first letters of the key, by which people know it again; no secret. */
  readonly prefix: string;
  readonly createdMs: number;
  /** Those that it was rotated from, as long as they are good. */
  readonly old: readonly OldDigest[];
  /** By which pepper the digests were made. */
  readonly pepper: string;
};

const HEX = /^[0-9a-f]{64}$/;
const ID = /^key_[a-z0-9]{12}$/;
const PREFIX = /^[\x21-\x7e]{1,16}$/;
const MAX_OLD = 4;

/** The document of a key. */
export function keyText(key: StoredKey): string {
  return JSON.stringify(key);
}

/** The key of a document; undefined where it is none, whatever it says. */
export function keyOfText(id: string, text: string): StoredKey | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { name, digest, prefix, createdMs, old, pepper, ...rest } = value as Record<string, unknown>;
  const isSound =
    isKeyId(id) &&
    rest["id"] === id &&
    isKeyName(name) &&
    isDigest(digest) &&
    typeof prefix === "string" &&
    PREFIX.test(prefix) &&
    isTime(createdMs) &&
    typeof pepper === "string" &&
    Array.isArray(old) &&
    old.length <= MAX_OLD &&
    old.every(isOld);
  if (!isSound) return undefined;
  const rules = checkedRules(rest);
  if (rules.kind === "bad") return undefined;
  return { ...rules.rules, id, name, digest, prefix, createdMs, old, pepper };
}

/** Whether a text is the id of a key of the store. */
function isKeyId(text: string): boolean {
  return ID.test(text);
}

/** The digests that are still good, and the one that no longer is the key's, for so long. */
export function rotatedDigests(key: StoredKey, nowMs: number, graceMs: number): readonly OldDigest[] {
  const old = key.old.filter(({ untilMs }) => untilMs > nowMs);
  if (graceMs <= 0) return old.slice(-MAX_OLD);
  return [...old, { digest: key.digest, untilMs: nowMs + graceMs }].slice(-MAX_OLD);
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && HEX.test(value);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

function isOld(value: unknown): value is OldDigest {
  if (typeof value !== "object" || value === null) return false;
  const { digest, untilMs } = value as Record<string, unknown>;
  return isDigest(digest) && isTime(untilMs);
}
