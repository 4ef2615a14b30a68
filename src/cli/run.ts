// One run of the command line: in which language, on which terminal, and what is left to say of a fault of ours. Which
// commands there are is in `program.ts`.

import { isSea } from "node:sea";
import { isatty } from "node:tty";
import { listOfWords } from "../config/yaml/draft.ts";
import { processEnv } from "../core/env.ts";
import { chooseLanguage, LANGUAGES, languageOfTag } from "../language/language.ts";
import { startedAs } from "../language/launch.ts";
import { message, translator } from "../language/messages.ts";
import { runArguments } from "./program.ts";
import { type CommandContext, type ExitCode, type KeepCode, refuse } from "./terminal/command.ts";
import { createTerminal } from "./terminal/terminal.ts";

/** Commands whose answer may be JSON. */
const ANSWERING: ReadonlySet<string> = new Set([
  "check",
  "doctor",
  "models",
  "route",
  "reset",
  "explain",
  "version",
  "keys",
  "usage",
  "logs",
  "admin",
  "budget",
  "import",
  "prices",
  "config",
]);

/** Runs the command that the arguments name; `serve` when they name none. */
export async function runProgram(argv: readonly string[], keepCode: KeepCode | undefined): Promise<ExitCode> {
  const env = processEnv();
  const command = startedAs(env, {
    script: process.argv[1],
    executable: isSea() ? process.argv0 : undefined,
  });
  const language = languageFlag(argv);
  const isKnown = language === undefined || languageOfTag(language) !== undefined;
  const spoken = chooseLanguage(isKnown ? language : undefined, env);
  const text = translator(spoken, command);
  const { stdout, stderr } = process;
  // Standard input is opened by who reads it: that takes its time of each start.
  const terminal = createTerminal({ stdin: { isTTY: isatty(0) }, stdout, stderr }, env);
  const said = { terminal, text, language: spoken, command };
  const context = { ...said, env, cwd: process.cwd(), keepCode, isJson: false };
  ignoreClosedPipes();
  if (!isKnown) return refuseLanguage({ ...context, isJson: isJsonAsked(argv) }, language);
  try {
    return await runArguments(argv, context);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    refuse(context, { message: message("fail.internal", { message: words }), next: message("next.report") });
    if (env["OAI_GATEWAY_DEBUG"] && error instanceof Error) context.terminal.err(error.stack ?? "");
    return 1;
  }
}

function refuseLanguage(context: CommandContext, value: string): ExitCode {
  const wanted = message("want.oneOf", { values: listOfWords(LANGUAGES) });
  const refused = message("fail.option", { option: "--lang", wanted, value });
  refuse(context, { message: refused, next: message("next.help") });
  return 2;
}

/** Whether the answer is to be JSON: asked here too, where no option has been read yet. */
function isJsonAsked(argv: readonly string[]): boolean {
  // For commands that serve it is the form of the log, and none of an answer.
  if (!argv.some((word) => ANSWERING.has(word))) return false;
  return argv.some(
    (word, index) =>
      word === "--json" || word === "--format=json" || (word === "json" && argv[index - 1] === "--format"),
  );
}

/** `--lang` decides the language of the help itself, so that it is read before commander does. */
function languageFlag(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((word) => word === "--lang" || word.startsWith("--lang="));
  if (index === -1) return undefined;
  const word = argv[index] ?? "";
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : argv[index + 1];
}

/** `oai-gateway models | head -1` must not end in a stack trace. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}
