// Where the sentences of a language are read: from the tables in a checkout, else from the file that the build has made of
// them, beside the bundle or in the single executable.

import { createRequire } from "node:module";
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
  if (typeof __filename === "string") return createRequire(__filename)(`./${file}`) as Sentences;
  const tables: typeof import("./all-sentences.ts") = createRequire(import.meta.url)("./all-sentences.ts");
  return tables.SENTENCES[language]();
}
