// Makes the text of docs/errors.md and of the same page in Chinese from the tables of codes.

import { CONFIG_CODES } from "../src/config/report/codes.ts";
import { ERRORS } from "../src/core/errors.ts";
import type { Language } from "../src/language/language.ts";
import { translator } from "../src/language/messages.ts";
import { pageWords } from "./errors-words.ts";

/** The page of all codes, in one language; `notice` says that it is generated. */
export function errorsPage(language: Language, notice: string): string {
  const say = translator(language);
  const word = pageWords(language);
  const requests = Object.entries(ERRORS).map(([code, { status, fault, retry }]) => {
    const next = word(retry === "another_target" ? "yes" : "no");
    const meaning = say(`error.${code as keyof typeof ERRORS}`);
    return `| \`${code}\` | ${status} | ${word(`fault.${fault}`)} | ${next} | ${meaning} |`;
  });
  const config = Object.entries(CONFIG_CODES).map(([code, { severity, meaning, mend }]) =>
    [
      word("code", { code, severity: say(`explain.${severity}`) }),
      say(meaning),
      word("fix", { text: say(mend) }),
    ].join("\n\n"),
  );
  return `${[
    `${word("title")}\n\n${word("languages")}\n\n${notice}`,
    word("intro"),
    word("requests"),
    word("envelope"),
    [word("header"), "|---|---|---|---|---|", ...requests].join("\n"),
    word("configuration"),
    ...config,
  ].join("\n\n")}\n`;
}
