// Where the sentences of a language are read: from the tables in a checkout, else from the file that the build has made of
// them, beside the bundle or in the single executable.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { getRawAsset, isSea } from "node:sea";
import type { Sentences } from "./all-sentences.ts";
import type { Language } from "./language.ts";

/** Of the bundle, which is CommonJS; not there in a checkout. */
declare const __filename: string | undefined;

/** How the build names the file of a language. */
export function sentencesFile(language: Language): string {
  return `sentences.${language}.json`;
}

/**
 * Every sentence of a language, by its key.
 *
 * @throws MODULE_NOT_FOUND, which names the file, where an installation lacks it
 */
export function readSentences(language: Language): Sentences {
  const file = sentencesFile(language);
  if (isSea()) return JSON.parse(Buffer.from(getRawAsset(file)).toString()) as Sentences;
  if (typeof __filename === "string") return JSON.parse(textOf(join(dirname(__filename), file))) as Sentences;
  const tables: typeof import("./all-sentences.ts") = createRequire(import.meta.url)("./all-sentences.ts");
  return tables.SENTENCES[language]();
}

/** The text of a file of the program's own; Node's `require` takes twice the time, and says the same of a missing one. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    throw Object.assign(new Error(`Cannot find module '${path}'`), { code: "MODULE_NOT_FOUND" });
  }
}
