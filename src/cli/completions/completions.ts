// `completions`: what a shell has to know to complete the command line, made of the grammar itself.

import { message } from "../../language/messages.ts";
import { allCodes } from "../commands/explain.ts";
import { type CommandContext, type ExitCode, printFailure } from "../terminal/command.ts";
import { bashCompletions } from "./bash.ts";
import { type CommandTree, withWords } from "./command-tree.ts";
import { fishCompletions } from "./fish.ts";
import { zshCompletions } from "./zsh.ts";

const SHELLS: ReadonlyMap<string, (tree: CommandTree) => string> = new Map([
  ["bash", bashCompletions],
  ["zsh", zshCompletions],
  ["fish", fishCompletions],
]);

/** Prints the script for a shell; for the person's own where none is named. */
export async function runCompletions(
  context: CommandContext,
  tree: CommandTree,
  named: string | undefined,
): Promise<ExitCode> {
  const { terminal, env } = context;
  const shell = named ?? nameOfShell(env["SHELL"] ?? "");
  const write = SHELLS.get(shell);
  if (write === undefined) {
    const wanted = message("want.oneOf", { values: [...SHELLS.keys()].join(", ") });
    const refused = message("fail.option", { option: "SHELL", value: shell, wanted });
    printFailure(context, { message: refused, fix: message("fix.completions") });
    return 2;
  }
  terminal.out(write(withWords(tree, { code: allCodes(), shell: [...SHELLS.keys()] })).trimEnd());
  return 0;
}

/** A program's name without its folder: Git for Windows gives `C:\Program Files\Git\usr\bin\bash.exe`. */
function nameOfShell(path: string): string {
  return /([^\\/]*?)(?:\.exe)?$/i.exec(path)?.[1] ?? "";
}
