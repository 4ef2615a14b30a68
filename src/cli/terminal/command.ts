// What every command is handed and gives back, and the shape in which commands fail.

import { cleanText, visibleLines } from "../../core/clean-text.ts";
import type { Environment } from "../../core/env.ts";
import type { Language } from "../../language/language.ts";
import { english, type Message, saidInEnglish, type Translate } from "../../language/messages.ts";
import type { Terminal } from "./terminal.ts";

/** Keeps what has been compiled so far for the next start, unless as much was kept before. Never throws. */
export type KeepCode = (stage: "started" | "answered") => void;

/** What a command may use of the world. */
export type CommandContext = {
  readonly terminal: Terminal;
  readonly text: Translate;
  /** The one that `text` speaks. */
  readonly language: Language;
  readonly env: Environment;
  readonly cwd: string;
  /** How the program was started, as `startedAs` has it. */
  readonly command: string;
  /** Undefined where there is nothing to keep. */
  readonly keepCode?: KeepCode | undefined;
  /** Whether JSON is asked for; known as soon as the options are read. */
  readonly isJson: boolean;
};

/** Result of a command: 0 fine, 1 a problem, 2 wrong usage, 3 partly degraded. */
export type ExitCode = 0 | 1 | 2 | 3;

/** One line that says what went wrong, and lines that say what to do about it. */
export type Failure = {
  readonly message: Message;
  /** What mends it. */
  readonly fix?: Message;
  /** What to do next, where nothing is broken. */
  readonly next?: Message;
  /** Further lines, such as a piece of configuration, indented below. */
  readonly more?: readonly Message[];
};

/** Prints a failure to standard error; each ends with `fix:` or `next:`. */
export function printFailure(context: CommandContext, failure: Failure): void {
  const { terminal, text } = context;
  const bad = terminal.paint.red(terminal.symbols.bad);
  const lines = [terminal.wrap(`${bad} ${cleanText(text(failure.message))}`, 2)];
  if (failure.fix !== undefined) lines.push(adviceLine(context, "label.fix", text(failure.fix)));
  for (const line of failure.more ?? []) lines.push(`  ${text(line)}`);
  if (failure.next !== undefined) lines.push(adviceLine(context, "label.next", text(failure.next)));
  terminal.err(lines.join("\n"));
}

/** A failure in place of the answer: where JSON is asked for, a program reads it as JSON as well. */
export function refuse(context: CommandContext, failure: Failure): void {
  if (context.isJson) {
    const { message, fix, next } = failure;
    printProblems(context, [{ message: cleanText(english(message)), fix, next }]);
  }
  printFailure(context, failure);
}

/** Problems in place of the answer, as JSON. */
export function printProblems(context: CommandContext, problems: readonly unknown[]): void {
  printJson(context, { ok: false, problems });
}

/** Prints a remark about the data to standard error. */
export function printNote({ terminal }: CommandContext, note: string): void {
  terminal.err(terminal.wrap(`  ${note}`, 2));
}

/** A line of advice for standard error, after its label. A command alone is not broken: it is there to be pasted. */
export function adviceLine(
  { text, terminal, command }: CommandContext,
  label: "label.fix" | "label.next",
  advice: string,
): string {
  const line = `  ${text(label, { text: advice })}`;
  return isCommand(advice, command) ? line : terminal.wrap(line, 4);
}

/** Whether an advice is a command with its options and no word more. */
function isCommand(advice: string, command: string): boolean {
  if (advice.startsWith("chmod ")) return true;
  return (
    advice.startsWith(command) && /^(?: [a-z]+)?(?: -[\w-]+(?: \S+)?)*$/.test(advice.slice(command.length))
  );
}

/** Prints a value as JSON to standard output, its sentences in English: a program reads the same whoever asks. */
export function printJson(context: CommandContext, value: unknown): void {
  // In JSON it is the same text: an escape in a string.
  context.terminal.out(visibleLines(JSON.stringify(value, saidInEnglish, 2)));
}
