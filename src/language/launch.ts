// By which command this program was started, so that hints can be pasted: a checkout has no `oai-gateway` on the path.

import type { Environment } from "../core/env.ts";
import { pastableProgram, shellOf } from "./shell.ts";

/** The name that texts have. */
const NAME = "oai-gateway";
/** A command in a text: the name with what follows it, so that the program's name alone stays what it is. */
const COMMAND =
  /\boai-gateway(?= (?:-[a-zV-]|\{name\} --|(?:serve|demo|init|check|doctor|models|route|reset|explain|completions|schema|version|keys|usage|logs|admin|budget|config|import|prices|backup|restore)\b))/g;

/** The program in a script of npm, by its name or by its file. */
const IN_SCRIPT = /(?:^|[\s'"/\\;&|(])oai-gateway(?:\.(?:cjs|js|cmd|exe))?(?=$|[\s'";&|)])/;

/** How npm starts it in a checkout. */
const SCRIPT = `npm run ${NAME} --`;
/** The same on Windows, where npm's script for PowerShell loses what follows a bare `--`. */
const WINDOWS_SCRIPT = `npm run ${NAME} "--"`;

/** What is known of the file that was started. */
export type Started = {
  /** The script's path, as it was given to Node. */
  readonly script?: string | undefined;
  /** The program as it was typed, where it is an executable of its own. */
  readonly executable?: string | undefined;
};

/**
 * How to start the program again: by its own name, `npx oai-gateway` where it is installed for one folder or for one
 * time, npm's form in a checkout (npm names its script to what it starts), or the executable.
 */
export function startedAs(
  env: Environment,
  started: Started = {},
  platform: NodeJS.Platform = process.platform,
): string {
  if (started.executable !== undefined) return pastableProgram(started.executable, shellOf(env, platform));
  const isByNpm = isStartedByNpm(env);
  if (isByNpm && env["npm_command"] === "exec") return `npx ${NAME}`;
  if (/[\\/]node_modules[\\/]\.bin[\\/]/.test(started.script ?? "")) return `npx ${NAME}`;
  if (!isByNpm || env["npm_package_name"] !== NAME) return NAME;
  return platform === "win32" ? WINDOWS_SCRIPT : SCRIPT;
}

/**
 * Whether npm (`npm run`, `npx`) has started this program. Its variables alone do not tell: a shell below npm, such as
 * an editor's, hands them to all that is started there, so that the script must name the program.
 */
export function isStartedByNpm(env: Environment): boolean {
  return env["npm_lifecycle_event"] !== undefined && IN_SCRIPT.test(env["npm_lifecycle_script"] ?? "");
}

/** How a person has a running gateway read its configuration anew: on Windows there are no signals to send. */
export function reloadHint(platform: NodeJS.Platform = process.platform): string {
  return platform === "win32" ? "press r" : "send SIGHUP";
}

/** A text whose commands can be pasted. */
export function asStarted(text: string, command: string): string {
  if (command === NAME) return text;
  // Alone it is the command that serves, which has a script of its own in a checkout.
  if (text === NAME) return command === SCRIPT || command === WINDOWS_SCRIPT ? "npm start" : command;
  // By a function: a path may hold signs that mean something in a replacement.
  return text.replace(COMMAND, () => command);
}
