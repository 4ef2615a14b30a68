// `init`: writes a config.yaml, by questions on a terminal or from what is found. Never overwrites unasked, and never
// writes a key into it: the file names the variable that holds it.

import { dirname, relative, resolve } from "node:path";
import type { DetectedEndpoint } from "../../catalogue/detect.ts";
import { environmentIn, loadConfig } from "../../config/file/load.ts";
import { configCandidates } from "../../config/file/locate.ts";
import { errorCode } from "../../core/error-code.ts";
import { message } from "../../language/messages.ts";
import { pastable, shellOf } from "../../language/shell.ts";
import { printDiagnostics } from "../shared/config-source.ts";
import { lookAround } from "../shared/detection.ts";
import {
  adviceLine,
  type CommandContext,
  type ExitCode,
  printFailure,
  printNote,
} from "../terminal/command.ts";
import { configText, type NewEndpoint } from "./config-text.ts";
import { askForEndpoints, type WantedEndpoints } from "./endpoint-questions.ts";
import { addToEnvFile, isThere, obstacleIn, writeWhole } from "./new-files.ts";
import { BrokenOff, type QuestionStreams, Questions } from "./questions.ts";
import { tryEndpoint } from "./try-endpoint.ts";

/** Options of `init`. */
export type InitOptions = {
  readonly fromDetected?: boolean;
  readonly force?: boolean;
  readonly output: string;
};

type NewFilePlace = { readonly path: string; readonly folder: string; readonly shown: string };

/** Writes the file; `streams` are the terminal's unless a test passes others. */
export async function runInit(
  context: CommandContext,
  options: InitOptions,
  streams?: QuestionStreams,
): Promise<ExitCode> {
  const path = resolve(context.cwd, options.output);
  const target = { path, folder: dirname(path), shown: relative(context.cwd, path) || path };
  if (options.fromDetected === true) return writeDetected(context, options, target);
  if (!context.terminal.isInteractive && streams === undefined) return refuse(context, "init.needsTty");
  const terminal = { input: process.stdin, output: process.stderr, isTerminal: true };
  const questions = new Questions(context, streams ?? terminal);
  try {
    return await writeAsked(context, options, target, questions);
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
    context.terminal.err(`\n  ${context.text("init.brokenOff")}`);
    return 1;
  } finally {
    questions.close();
  }
}

/** Asks nothing, and so overwrites nothing that it was not told to. */
async function writeDetected(
  context: CommandContext,
  { force }: InitOptions,
  target: NewFilePlace,
): Promise<ExitCode> {
  if (force !== true && (await isThere(target.path))) return refuse(context, "init.exists", target.shown);
  const endpoints = await findEndpoints(context, target);
  return write(context, target, { endpoints, keys: new Map() });
}

async function writeAsked(
  context: CommandContext,
  { force }: InitOptions,
  target: NewFilePlace,
  questions: Questions,
): Promise<ExitCode> {
  // Before all questions: nobody wants to answer them for nothing.
  const obstacle = await obstacleIn(target.folder);
  if (obstacle !== undefined) return refuseWrite(context, target, obstacle);
  const isTaken = force !== true && (await isThere(target.path));
  if (isTaken && !(await questions.confirm("init.overwrite", { file: target.shown }, false)))
    return refuse(context, "init.exists", target.shown);
  const found = await questions.during(findEndpoints(context, target));
  const { env } = await environmentIn(target.folder, context.env);
  const wanted = await askForEndpoints({
    context,
    questions,
    found,
    lookup: (variable) => env[variable],
    tryOut: tryEndpoint,
  });
  return write(context, target, wanted);
}

/** What is found with the `.env` that will lie beside the file. */
async function findEndpoints(context: CommandContext, { folder }: NewFilePlace): Promise<NewEndpoint[]> {
  // No gateway runs yet, so that no port is its own.
  const { endpoints, warnings } = await lookAround({ env: context.env, cwd: folder }, 0);
  printDiagnostics(context, warnings);
  return endpoints.map(newEndpoint);
}

async function write(
  context: CommandContext,
  target: NewFilePlace,
  { endpoints, keys }: WantedEndpoints,
): Promise<ExitCode> {
  const { text, terminal } = context;
  if (endpoints.length === 0) {
    printFailure(context, { message: message("init.nothing"), next: message("next.initNothing") });
    return 1;
  }
  const ok = terminal.paint.green(terminal.symbols.ok);
  try {
    if (keys.size > 0) {
      const reach = await addToEnvFile(target.folder, keys);
      const variables = [...keys.keys()].join(text("demo.between"));
      terminal.err(`${ok} ${text("init.writtenKeys", { variables })}`);
      if (reach !== "own")
        printNote(context, text(reach === "tightened" ? "init.envTightened" : "init.envOpen"));
    }
    await writeWhole(target.path, configText(endpoints, text));
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return refuseWrite(context, target, code);
  }
  terminal.err(`${ok} ${text("init.written", { file: target.shown })}`);
  // A variable that is not set yet is worth saying now, not at the next start.
  const loaded = await loadConfig(target.path, context.env);
  if (loaded.kind === "broken") printDiagnostics(context, loaded.problems);
  terminal.err(adviceLine(context, "label.next", nextOf(context, target)));
  return loaded.kind === "broken" ? 3 : 0;
}

/** The command that serves the new file: it has to be named where nobody looks for one. */
function nextOf(context: CommandContext, { path, shown }: NewFilePlace): string {
  if (configCandidates(context).includes(path)) return context.text("next.serve");
  return context.text("next.serveFile", { file: pastable(shown, shellOf(context.env)) });
}

function refuse(context: CommandContext, key: "init.exists" | "init.needsTty", file = ""): ExitCode {
  const fix = message(key === "init.exists" ? "fix.init" : "fix.needsTty");
  printFailure(context, { message: message(key, { file }), fix });
  return 1;
}

function refuseWrite(context: CommandContext, { folder, shown }: NewFilePlace, code: string): ExitCode {
  const refused = message("init.cannotWrite", { file: shown, folder, code });
  printFailure(context, { message: refused, fix: message("fix.initFolder") });
  return 1;
}

function newEndpoint(found: DetectedEndpoint): NewEndpoint {
  const keyVariable = found.apiKey === undefined ? undefined : found.definedAt;
  return { name: found.name, baseUrl: found.baseUrl, keyVariable, weight: 1 };
}
