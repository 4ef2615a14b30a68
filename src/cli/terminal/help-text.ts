// How the help is laid out: widths, titles in the reader's language, examples that can be pasted.

import { textWidth, wrapToWidth } from "../../core/text-width.ts";
import { asStarted } from "../../language/launch.ts";
import type { MessageKey, Translate } from "../../language/messages.ts";
import type { CommandContext } from "./command.ts";

const TITLES: Readonly<Record<string, MessageKey>> = {
  "Usage:": "title.usage",
  "Options:": "title.options",
  "Global Options:": "title.globalOptions",
  "Commands:": "title.commands",
  "Arguments:": "title.arguments",
};

/** Where nobody looks, help is as wide as most terminals. */
const USUAL_WIDTH = 80;

/** A title as commander has it, in the reader's language. */
export function titleIn(title: string, text: Translate): string {
  const key = TITLES[title];
  return key === undefined ? title : text(key);
}

/** What a usage line has besides names. */
export function usageIn(usage: string, text: Translate): string {
  return usage.replace("[options]", text("usage.options")).replace("[command]", text("usage.command"));
}

/** What a command takes without an option, by the name that its grammar has for it. */
const WORDS: Readonly<Record<string, MessageKey>> = {
  action: "word.action",
  key: "word.key",
  model: "word.model",
  endpoint: "word.endpoint",
  file: "word.file",
  code: "word.code",
  shell: "word.shell",
};

/** An argument as commander has it. */
type Word = {
  readonly argChoices?: readonly string[];
  readonly description: string;
  readonly name: () => string;
};

/** What is said of an argument: its choices where it has any. */
export function argumentText(argument: Word, text: Translate): string {
  const { argChoices } = argument;
  if (argChoices !== undefined)
    return text("word.choices", { choices: argChoices.join(text("word.between")) });
  const key = WORDS[argument.name()];
  return key === undefined ? argument.description : text(key);
}

/** Commander's ways of measuring and wrapping, by what a terminal shows. */
export const HELP_WIDTHS = {
  displayWidth: textWidth,
  boxWrap: (text: string, width: number): string => wrapToWidth(text, width, 0),
  // Also a narrow terminal breaks no word.
  minWidthToWrap: 12,
} as const;

/** The examples of a command, one a line, under their title. Lines are not broken: they are there to be pasted. */
export function exampleLines(examples: readonly string[], { text, command }: CommandContext): string {
  const lines = examples.map((line) => `  ${asStarted(line, command)}`);
  return `\n${text("title.example")}\n${lines.join("\n")}`;
}

/** Paragraphs, each broken anew for a width; line feeds within one are those of its table. */
export function paragraphsAt(paragraphs: readonly string[], width = USUAL_WIDTH): string {
  return paragraphs.map((one) => `\n${wrapToWidth(unfold(one), width, 0)}`).join("\n");
}

function unfold(text: string): string {
  return text.replace(/(\S)\n(?=(\S))/g, (_, before: string, after: string) => {
    const isWide = textWidth(before) === 2 || textWidth(after) === 2;
    return isWide ? before : `${before} `;
  });
}
