// The hash of a configuration's content: of the file, of its `.env` and of the files that it names.

import { createHash } from "node:crypto";
import { LARGEST_NAMED_BYTES, smallFileBytes } from "../rules/small-file.ts";

/** Identifies a content, so that saving the same again changes nothing; undefined is a file that cannot be read. */
export function hashOf(texts: readonly (string | undefined)[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text === undefined ? "absent\n" : `${text.length}\n${text}`);
  return hash.digest("hex");
}

/** The bytes of a file as they count for the hash. */
export function textOf(bytes: Buffer | undefined): string | undefined {
  return bytes?.toString("latin1");
}

/** The same of a file that is named in the configuration, as it is now. Blocks. Never throws. */
export function namedFileText(path: string): string | undefined {
  const bytes = smallFileBytes(path, LARGEST_NAMED_BYTES);
  return Buffer.isBuffer(bytes) ? textOf(bytes) : undefined;
}
