// What a command is handed, with a terminal of a given width whose lines are kept.

import type { CommandContext } from "../../src/cli/terminal/command.ts";
import { createTerminal } from "../../src/cli/terminal/terminal.ts";
import type { Language } from "../../src/language/language.ts";
import { translator } from "../../src/language/messages.ts";

/** A context, and what was written to each stream. */
export type ShownContext = {
  readonly context: CommandContext;
  readonly out: string[];
  readonly err: string[];
};

/** `columns` undefined: no stream is a terminal. */
export function shownContext(
  language: Language,
  columns: number | undefined,
  more: Readonly<Record<string, string>> = {},
): ShownContext {
  const out: string[] = [];
  const err: string[] = [];
  const env = { NO_COLOR: "1", LC_ALL: "C.UTF-8", ...more };
  const streamTo = (lines: string[]) => ({
    isTTY: columns !== undefined,
    ...(columns === undefined ? {} : { columns }),
    write: (text: string) => lines.push(text) > 0,
  });
  const streams = { stdin: { isTTY: columns !== undefined }, stdout: streamTo(out), stderr: streamTo(err) };
  const terminal = createTerminal(streams, env);
  const context = {
    terminal,
    text: translator(language),
    language,
    env,
    cwd: "/",
    command: "oai-gateway",
    isJson: false,
  };
  return { context, out, err };
}
