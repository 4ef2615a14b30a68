// What is refused to people, in the language that its reader asks for. The code is the same in every language.

import type { GatewayError } from "../core/errors.ts";
import { ADMIN_REFUSALS } from "../core/refusals.ts";
import { type Language, languageOfTag } from "./language.ts";
import { translator } from "./messages.ts";
import { SaidRefusal } from "./said-refusal.ts";

/** A longer list is nobody's choice. */
const MAX_CHARS = 500;

/** The language that `Accept-Language` prefers (RFC 9110 §12.5.4) of those that there are; English where it names none. */
export function readerLanguage(accepted: string | undefined): Language {
  const wanted = (accepted ?? "").slice(0, MAX_CHARS).split(",");
  const known = wanted
    .map((one) => {
      const [range = "", ...parameters] = one.split(";").map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      const language = range.startsWith("*") ? "en" : languageOfTag(range);
      return { language, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ language, quality }) => quality > 0 && language !== undefined)
    .toSorted((a, b) => b.quality - a.quality);
  return known[0]?.language ?? "en";
}

/** The same for a command, whose reader wants to know what is wrong with this very request, and no more. */
export function commandWords(error: GatewayError, language: Language): string {
  return error instanceof SaidRefusal ? translator(language)(error.words) : refusalWords(error, language);
}

/**
 * What went wrong. In Chinese a refusal of the admin API is what its code means, with the words for this very request
 * behind it; codes that requests to models have too mean something of these, so that the words stand alone. Where there
 * are none but in English, it is the meaning.
 */
export function refusalWords(error: GatewayError, language: Language): string {
  const { code, message } = error;
  if (language === "en") return message;
  const say = translator(language);
  if (!(error instanceof SaidRefusal)) return say(`error.${code}`);
  const words = say(error.words);
  return code in ADMIN_REFUSALS ? `${say(`error.${code}`)}（${words}）` : words;
}
