// Makes the text of docs/errors.md and of the same page in Chinese from the tables of codes.

import { CONFIG_CODES } from "../src/config/report/codes.ts";
import { ERRORS } from "../src/core/errors.ts";
import type { Language } from "../src/language/language.ts";
import { translator } from "../src/language/messages.ts";

/** The page of all codes, in one language; `notice` says that it is generated. */
export function errorsPage(language: Language, notice: string): string {
  const say = translator(language);
  const requests = Object.entries(ERRORS).map(([code, { status, fault, retry }]) => {
    const next = say(retry === "another_target" ? "page.yes" : "page.no");
    const meaning = say(`error.${code as keyof typeof ERRORS}`);
    return `| \`${code}\` | ${status} | ${say(`page.fault.${fault}`)} | ${next} | ${meaning} |`;
  });
  const config = Object.entries(CONFIG_CODES).map(([code, { severity, meaning, mend }]) =>
    [
      say("page.code", { code, severity: say(`explain.${severity}`) }),
      say(meaning),
      say("page.fix", { text: say(mend) }),
    ].join("\n\n"),
  );
  return `${[
    `${say("page.title")}\n\n${say("page.languages")}\n\n${notice}`,
    say("page.intro"),
    say("page.requests"),
    say("page.envelope"),
    [say("page.header"), "|---|---|---|---|---|", ...requests].join("\n"),
    say("page.configuration"),
    ...config,
  ].join("\n\n")}\n`;
}
