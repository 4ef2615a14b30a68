// `explain CODE`: what an error code means and how it is mended, for codes of requests and of the configuration.

import { CONFIG_CODES, type ConfigCode } from "../../config/report/codes.ts";
import { cleanText } from "../../core/clean-text.ts";
import { ERRORS, type ErrorCode } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { type CommandContext, type ExitCode, printFailure, printJson } from "../terminal/command.ts";

/** Options of `explain`. */
export type ExplainOptions = { readonly json?: boolean };

/** Explains one code; case and dashes do not matter. */
export async function runExplain(
  context: CommandContext,
  options: ExplainOptions,
  word: string,
): Promise<ExitCode> {
  const { terminal, text } = context;
  const code = findCode(word);
  if (code === undefined) {
    const shown = cleanText(word);
    const [guess] = nearest(word, allCodes());
    const hint = guess === undefined ? {} : { fix: text("fix.didYouMean", { name: guess }) };
    printFailure(context, {
      message: text("explain.unknown", { code: shown }),
      ...hint,
      next: text("next.codes"),
    });
    return 1;
  }
  if (options.json === true) printJson(context, describe(code));
  else terminal.out(isConfigCode(code) ? configText(code) : requestText(code));
  return 0;
}

type AnyCode = ErrorCode | ConfigCode;

function findCode(word: string): AnyCode | undefined {
  const wanted = word.trim().toLowerCase().replaceAll("-", "_");
  return allCodes().find((code) => code.toLowerCase() === wanted);
}

/** Every code that can be explained. */
export function allCodes(): AnyCode[] {
  return [...Object.keys(ERRORS).filter(isErrorCode), ...Object.keys(CONFIG_CODES).filter(isConfigCode)];
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

function configText(code: ConfigCode): string {
  const { severity, meaning, mend } = CONFIG_CODES[code];
  return `${code} (${severity} in the configuration)\n\n  ${meaning}\n\n  fix: ${mend}`;
}

const FAULTS = {
  client: "the caller",
  gateway: "this gateway",
  upstream: "the endpoint",
} as const;

function requestText(code: ErrorCode): string {
  const { status, type, fault, retry, strike, meaning } = ERRORS[code];
  const facts = [
    `status ${status}, type ${type}`,
    `at fault: ${FAULTS[fault]}`,
    retry === "another_target" ? "another endpoint is tried first" : "never tried again",
    ...(strike ? ["counts against the endpoint's health"] : []),
  ];
  return `${code}\n\n  ${meaning}\n\n  ${facts.join("; ")}`;
}
