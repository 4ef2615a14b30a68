// Which language the reader has, and whether his terminal can show it.

import type { Environment } from "../core/env.ts";

/** Languages that people are spoken to in. */
export type Language = "en" | "zh-TW";

const CHINESE = /^zh[-_](?:TW|HK|MO|Hant)/i;
const ENGLISH = /^en(?:[-_.@]|$)/i;

/** Whether `--lang` names a language that there is. */
export function isKnownLanguage(flag: string): boolean {
  return /^(?:en|zh)(?:[-_.@]|$)/i.test(flag);
}

/**
 * The language of `--lang`, else of `LANGUAGE`, else of the locale, as gettext has it. Where the locale cannot show
 * Chinese, English.
 */
export function chooseLanguage(flag: string | undefined, env: Environment): Language {
  if (flag !== undefined) return /^zh/i.test(flag) ? "zh-TW" : "en";
  const locale = localeFor("LC_MESSAGES", env) ?? "";
  return wantsChinese(locale, env["LANGUAGE"] ?? "") && isUtf8(env) ? "zh-TW" : "en";
}

/** `LANGUAGE` is a list, the first that there is counts; the locales `C` and `POSIX` want no translation at all. */
function wantsChinese(locale: string, list: string): boolean {
  if (/^(?:C|POSIX)$/.test(locale)) return false;
  if (list === "") return CHINESE.test(locale);
  const known = list.split(":").find((one) => CHINESE.test(one) || ENGLISH.test(one));
  return known !== undefined && CHINESE.test(known);
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
