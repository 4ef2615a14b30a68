// Which language the reader has, and whether his terminal can show it.

import type { Environment } from "../core/env.ts";

/** Languages that people are spoken to in, by their tags (BCP 47). */
export const LANGUAGES = ["en", "zh-TW", "zh-CN"] as const;

/** One of them. */
export type Language = (typeof LANGUAGES)[number];

/**
 * The language that a tag or a locale asks for, however it is written: the script decides, else the region. Chinese of
 * neither is that of Taiwan. Undefined where it is none of ours.
 */
export function languageOfTag(tag: string): Language | undefined {
  if (/^en(?:[-_.@]|$)/i.test(tag)) return "en";
  if (!/^zh(?:[-_.@]|$)/i.test(tag)) return undefined;
  if (/[-_]Hant(?:[-_.@]|$)/i.test(tag)) return "zh-TW";
  return /[-_](?:Hans|CN|SG|MY)(?:[-_.@]|$)/i.test(tag) ? "zh-CN" : "zh-TW";
}

/**
 * The language of `--lang`, else of `LANGUAGE`, else of the locale, or of the system where no variable names one
 * (`system`, Windows). Where the locale cannot show Chinese, English.
 */
export function chooseLanguage(
  flag: string | undefined,
  env: Environment,
  system = systemLocale(),
): Language {
  if (flag !== undefined) return languageOfTag(flag) ?? "en";
  const wanted = wantedLocales(env, system)
    .map(languageOfTag)
    .find((language) => language !== undefined);
  return wanted !== undefined && isUtf8(env) ? wanted : "en";
}

/**
 * The locales that the reader wants, the best first. The list of `LANGUAGE` stands in place of a locale that is not the
 * C one: where nothing of it is there, texts stay in English (GNU gettext manual, "Specifying a Priority List of
 * Languages").
 */
function wantedLocales(env: Environment, system: string): readonly string[] {
  const locale = localeFor("LC_MESSAGES", env);
  if (locale !== undefined && /^(?:C|POSIX)$/.test(locale)) return [];
  const list = env["LANGUAGE"] ?? "";
  return list === "" ? [locale ?? system] : list.split(":");
}

/** The language of Windows, which sets no variable for it; elsewhere that of nobody, and messages are in English. */
function systemLocale(): string {
  return process.platform === "win32" ? Intl.DateTimeFormat().resolvedOptions().locale : "";
}

/** Whether the locale can show more than ASCII. A locale nobody set is taken for UTF-8, as in containers. */
export function isUtf8(env: Environment): boolean {
  const locale = localeFor("LC_CTYPE", env);
  return locale === undefined || /utf-?8/i.test(locale) || !/^(?:C|POSIX)$|\./.test(locale);
}

/**
 * The locale in force for characters (`LC_CTYPE`) or for the language of messages (`LC_MESSAGES`), by the order of
 * POSIX (Base Definitions, chapter 8.2); undefined when none is set.
 */
function localeFor(category: "LC_CTYPE" | "LC_MESSAGES", env: Environment): string | undefined {
  return [env["LC_ALL"], env[category], env["LANG"]].find((value) => value !== undefined && value !== "");
}
