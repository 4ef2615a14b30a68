// `explain [CODE]`: what an error code means and how it is mended, for codes of requests and of the configuration; all
// codes where none is given.

import { CONFIG_CODES, type ConfigCode } from "../../config/report/codes.ts";
import { ERRORS, type ErrorCode } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { wrapToWidth } from "../../core/text-width.ts";
import { message } from "../../language/messages.ts";
import { type CommandContext, type ExitCode, printJson, printNote, refuse } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";

/** Explains one code, or lists all; case and dashes do not matter. */
export async function runExplain(context: CommandContext, word: string | undefined): Promise<ExitCode> {
  const { terminal } = context;
  if (word === undefined) {
    if (context.isJson)
      printJson(
        context,
        allCodes().map((code) => describe(code)),
      );
    else {
      terminal.out(listLines(context).join("\n"));
      printNote(context, context.text("explain.more"));
    }
    return 0;
  }
  const code = findCode(word);
  if (code === undefined) return refuseUnknown(context, word);
  if (context.isJson) printJson(context, describe(code));
  else terminal.out(explanation(context, code));
  return 0;
}

type AnyCode = ErrorCode | ConfigCode;

function refuseUnknown(context: CommandContext, word: string): ExitCode {
  const [guess] = nearest(spelling(word), [...requestCodes(), ...configCodes().map(spelling)]);
  const meant = guess === undefined ? undefined : findCode(guess);
  const hint = meant === undefined ? {} : { fix: message("fix.didYouMean", { name: meant }) };
  const refused = message("explain.unknown", { code: word });
  refuse(context, { message: refused, ...hint, next: message("explain.list") });
  return 1;
}

function spelling(word: string): string {
  return word.trim().toLowerCase().replaceAll("-", "_");
}

function findCode(word: string): AnyCode | undefined {
  const wanted = spelling(word);
  return allCodes().find((code) => spelling(code) === wanted);
}

/** Every code that can be explained. */
export function allCodes(): AnyCode[] {
  return [...requestCodes(), ...configCodes()];
}

function requestCodes(): ErrorCode[] {
  return Object.keys(ERRORS).filter(isErrorCode);
}

function configCodes(): ConfigCode[] {
  return Object.keys(CONFIG_CODES).filter(isConfigCode);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function isConfigCode(code: string): code is ConfigCode {
  return Object.hasOwn(CONFIG_CODES, code);
}

function describe(code: AnyCode): unknown {
  return isConfigCode(code)
    ? { code, about: "configuration", ...CONFIG_CODES[code] }
    : { code, about: "request", ...ERRORS[code] };
}

/** All codes, each with the first sentence of its meaning: the rest is a command away. */
function listLines({ terminal, text }: CommandContext): string[] {
  const width = terminal.outColumns();
  const rowsOf = (codes: readonly AnyCode[], meaningOf: (code: AnyCode) => string) =>
    layOutTable(
      codes.map((code) => [code, firstSentence(meaningOf(code))]),
      { width },
    );
  const meaningOf = (code: AnyCode): string =>
    isConfigCode(code) ? text(CONFIG_CODES[code].meaning) : text(`error.${code}`);
  const { paint } = terminal;
  return [
    paint.bold(text("explain.requests")),
    ...rowsOf(requestCodes(), meaningOf),
    "",
    paint.bold(text("explain.configuration")),
    ...rowsOf(configCodes(), meaningOf),
  ];
}

function firstSentence(meaning: string): string {
  return /^.*?(?:[.?](?= |$)|[。？])/.exec(meaning)?.[0] ?? meaning;
}

/** A code with its facts, in paragraphs. */
function explanation(context: CommandContext, code: AnyCode): string {
  const { text, terminal } = context;
  const width = terminal.outColumns();
  const paragraph = (said: string) =>
    width === undefined ? `  ${said}` : wrapToWidth(`  ${said}`, width, 2);
  if (!isConfigCode(code))
    return [code, paragraph(text(`error.${code}`)), paragraph(factsOf(context, code))].join("\n\n");
  const { severity, meaning, mend } = CONFIG_CODES[code];
  const title = text("explain.config", { code, severity: message(`explain.${severity}`) });
  return [title, paragraph(text(meaning)), paragraph(text("label.fix", { text: mend }))].join("\n\n");
}

function factsOf({ text }: CommandContext, code: ErrorCode): string {
  const { status, type, fault, retry, strike } = ERRORS[code];
  const facts = [
    message("explain.status", { status, type }),
    message("explain.fault", { who: message(`fault.${fault}`) }),
    message(retry === "another_target" ? "explain.retried" : "explain.final"),
    ...(strike ? [message("explain.strike")] : []),
  ];
  return text(facts.reduce((first, second) => message("note.both", { first, second })));
}
