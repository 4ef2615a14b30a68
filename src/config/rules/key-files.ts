// Reads the keys that a configuration names by their files: those of endpoints, and those of clients.

import { resolve } from "node:path";
import { isUtf16 } from "../../core/files/utf16.ts";
import { type Message, message } from "../../language/messages.ts";
import { LARGEST_NAMED_BYTES, smallFileBytes, type Unread } from "./small-file.ts";

/** The key of a file, or what is wrong with the file. Neither sentence shows what is in it. */
export type KeyResult =
  | { readonly kind: "ok"; readonly key: string }
  | { readonly kind: "bad"; readonly what: Message; readonly fix: Message };

/** More than any key; a file that is larger was not meant. */
const LARGEST_BYTES = 16 * 1_024;

/** The files of one configuration, each read once, so that what was checked is what is used. */
export class KeyFiles {
  readonly #folder: string;
  readonly #read = new Map<string, { readonly bytes: Buffer | undefined; readonly result: KeyResult }>();

  /** Paths are relative to the folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Never throws. */
  read(file: string): KeyResult {
    const path = resolve(this.#folder, file);
    const known = this.#read.get(path);
    if (known !== undefined) return known.result;
    const bytes = smallFileBytes(path, LARGEST_NAMED_BYTES);
    const result = Buffer.isBuffer(bytes) ? keyOf(bytes) : bad(bytes.why);
    this.#read.set(path, { bytes: Buffer.isBuffer(bytes) ? bytes : undefined, result });
    return result;
  }

  /** Absolute paths of all that were read, in their order. */
  get paths(): readonly string[] {
    return [...this.#read.keys()];
  }

  /** What was in each of them, in the same order; undefined for one that could not be read. */
  get contents(): readonly (Buffer | undefined)[] {
    return [...this.#read.values()].map(({ bytes }) => bytes);
  }
}

function keyOf(bytes: Buffer): KeyResult {
  if (bytes.length > LARGEST_BYTES) return bad("large");
  if (isUtf16(bytes)) return bad("utf16");
  // The decoder drops a byte order mark.
  const text = new TextDecoder().decode(bytes);
  const key = text.replace(/[\r\n]+$/, "");
  if (key.trim() === "") return bad("empty");
  return /[\r\n]/.test(key) ? bad("lines") : { kind: "ok", key };
}

function bad(why: Unread["why"] | "utf16" | "empty" | "lines"): KeyResult {
  return { kind: "bad", what: message(`keyFile.${why}`), fix: message(`keyFile.${why}.fix`) };
}
