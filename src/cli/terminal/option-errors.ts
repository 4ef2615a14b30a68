// What commander finds wrong with options and arguments, in the form and the language of every other failure. Commander
// tells it as a sentence in English alone, which is read here; one that is not known is shown as it is.

import { nearest } from "../../core/nearest.ts";
import { type Message, message, verbatim } from "../../language/messages.ts";
import { type CommandContext, refuse } from "./command.ts";

type Misuse = {
  readonly message: Message;
  /** What was probably meant. */
  readonly meant?: string | undefined;
};

/** A sentence of commander's, and what it is in ours. */
const READERS: readonly (readonly [RegExp, (found: readonly string[]) => Misuse])[] = [
  [
    /^unknown option '(.+?)'(?:\n\(Did you mean (?:one of )?([^,?]+).*\?\))?$/s,
    ([option = "", meant]) => ({ message: message("option.unknown", { option }), meant }),
  ],
  [
    /^missing required argument '(.+)'$/s,
    ([name = ""]) => ({ message: message("option.missingArgument", { name }) }),
  ],
  [
    /^option '(.+)' argument missing$/s,
    ([option = ""]) => ({ message: message("option.missingValue", { option }) }),
  ],
  [
    /^option '(.+?)' argument '(.*)' is invalid\. Allowed choices are (.+)\.$/s,
    ([option = "", value = "", choices = ""]) => {
      const [meant] = nearest(value, choices.split(", "));
      return { message: message("option.invalid", { option, value, choices }), meant };
    },
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.+?)'\. Allowed choices are (.+)\.$/s,
    ([value = "", name = "", choices = ""]) => {
      const [meant] = nearest(value, choices.split(", "));
      return { message: message("argument.invalid", { name, value, choices }), meant };
    },
  ],
  [
    /^too many arguments.*\. Expected (\d+) arguments? but got (\d+)\.$/s,
    ([expected = "", count = ""]) => ({ message: message("option.excess", { expected, count }) }),
  ],
];

/** Prints a refusal of commander's; `next` is the help that has the option. */
export function printRefusal(context: CommandContext, said: string, next: Message): void {
  const plain = said.replace(/^error: /, "").trimEnd();
  const { message: refused, meant } = refusalOf(plain) ?? { message: verbatim(plain), meant: undefined };
  const fix = meant === undefined ? {} : { fix: message("fix.didYouMean", { name: meant }) };
  refuse(context, { message: refused, ...fix, next });
}

function refusalOf(said: string): Misuse | undefined {
  for (const [pattern, read] of READERS) {
    const match = pattern.exec(said);
    if (match !== null) return read(match.slice(1));
  }
  return undefined;
}
