// By which command this program was started, so that hints can be pasted: a checkout has no `oai-gateway` on the path.

import type { Environment } from "../core/env.ts";

/** The name that texts have. */
const NAME = "oai-gateway";
/** A command in a text: the name with what follows it, so that the program's name alone stays what it is. */
const COMMAND =
  /\boai-gateway(?= (?:-[a-zV-]|(?:serve|demo|init|check|doctor|models|route|reset|explain|completions|schema|version)\b))/g;

/** How to start the program: `oai-gateway`, or npm's form in a checkout (npm names its script to what it starts). */
export function startedAs(env: Environment): string {
  const isScript = env["npm_lifecycle_event"] !== undefined && env["npm_package_name"] === NAME;
  return isScript ? `npm run ${NAME} --` : NAME;
}

/** A text whose commands can be pasted. */
export function asStarted(text: string, command: string): string {
  if (command === NAME) return text;
  // Alone it is the command that serves, which has a script of its own.
  return text === NAME ? "npm start" : text.replace(COMMAND, command);
}

/** A text of `asStarted` as it is for programs, which read the same whoever started this. */
export function asNamed(text: string, command: string): string {
  return text.replaceAll(`${command} `, `${NAME} `);
}
