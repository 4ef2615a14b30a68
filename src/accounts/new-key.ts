// Makes keys and ids that nobody can guess.

import { randomBytes } from "node:crypto";

const BASE36 = "abcdefghijklmnopqrstuvwxyz0123456789";
const BASE62 = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${BASE36}`;
const MARK = "ogw_";
const PUBLIC_CHARS = 8;
/** 40 of 62 signs: 238 bits. */
const SECRET_CHARS = 40;
const ID_CHARS = 12;
/** Of a key that was made elsewhere. */
const SHOWN_OF_GIVEN = 4;

/** A new key and what of it is shown for ever: `ogw_ab12cd34`. */
export function newKey(): { readonly key: string; readonly prefix: string } {
  const prefix = `${MARK}${randomText(BASE36, PUBLIC_CHARS)}`;
  return { key: `${prefix}_${randomText(BASE62, SECRET_CHARS)}`, prefix };
}

/** What is shown of a key that somebody else has made: too little to guess the rest of it. */
export function prefixOfGiven(key: string): string {
  return `${key.slice(0, SHOWN_OF_GIVEN)}...`;
}

/** An id for a key. */
export function newKeyId(): string {
  return `key_${randomText(BASE36, ID_CHARS)}`;
}

/** Every sign is as likely as every other: what would make some likelier is thrown away. */
function randomText(signs: string, length: number): string {
  const bound = 256 - (256 % signs.length);
  let text = "";
  while (text.length < length)
    for (const byte of randomBytes(length)) {
      if (byte < bound && text.length < length) text += signs[byte % signs.length];
    }
  return text;
}
