// Which language the viewer reads: the one of the address (`?lang=`), else the one chosen before, else the browser's.

import { signal } from "@preact/signals";
import { kept } from "../app/kept.ts";

/** The languages, each by its own name. */
export const LANGUAGES = { en: "English", "zh-TW": "繁體中文", "zh-CN": "简体中文" } as const;

/** A language of the dashboard. */
export type Language = keyof typeof LANGUAGES;

const KEPT = "language";

/** The language in use. */
export const language = signal<Language>("en");

/** The words of one part of the dashboard in every language. `en` defines the shape; the others are held to it by type. */
export function catalogue<Words>(words: Readonly<Record<Language, Words>>): () => Words {
  return () => words[language.value];
}

/** Finds the language out, at the start. */
export function startLanguage(): void {
  const asked = new URLSearchParams(location.search).get("lang");
  const chosen = [asked, kept(KEPT)].map((tag) => (tag === null ? undefined : languageOf(tag)));
  const own = navigator.languages.map(languageOf).find((one) => one !== undefined);
  useLanguage(chosen.find((one) => one !== undefined) ?? own ?? "en");
  if (asked !== null && languageOf(asked) !== undefined) chooseLanguage(language.value);
}

/** Takes a language and remembers it. */
export function chooseLanguage(chosen: Language): void {
  kept(KEPT, chosen);
  useLanguage(chosen);
}

function useLanguage(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = chosen;
}

/**
 * The language that a tag of BCP 47 asks for, by the rule of the server: Chinese of no script and no region is that of
 * Taiwan. Undefined where it is none of ours.
 */
export function languageOf(tag: string): Language | undefined {
  const [main = "", ...rest] = tag.toLowerCase().split("-");
  if (main === "en") return "en";
  if (main !== "zh") return undefined;
  if (rest.includes("hant")) return "zh-TW";
  return rest.some((part) => ["hans", "cn", "sg", "my"].includes(part)) ? "zh-CN" : "zh-TW";
}
