// What the key `h` says: every key with what it does, and the commands that look at the running gateway.

import { asStarted } from "../../language/launch.ts";
import type { MessageKey } from "../../language/messages.ts";
import type { CommandContext } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";

/** What the keys do here. */
export type KeyHelpFacts = {
  readonly url: string;
  /** What `r` does: it reads a file, looks around, or shows the table of the demo. */
  readonly reload: "help.reload" | "help.look" | "help.table";
  /** Whether `d` does anything. */
  readonly hasDemo: boolean;
};

/** The lines, with an empty one before and after. */
export function keyHelpLines(context: CommandContext, facts: KeyHelpFacts): string[] {
  const { text, terminal, command } = context;
  const key = (name: string, about: MessageKey): string[] => [terminal.paint.bold(name), text(about)];
  const keys = [
    key("r", facts.reload),
    ...(facts.hasDemo ? [key("d", "help.demo")] : []),
    key("q  Ctrl-C", "help.quit"),
    key("h  ?", "help.help"),
  ];
  const commands = (["doctor", "models", "route"] as const).map((name) => [
    asStarted(`oai-gateway ${name}${name === "route" ? " MODEL" : ""}`, command),
    text(`help.${name}`),
  ]);
  const rows = (cells: string[][]): string[] =>
    layOutTable(cells, { indent: "    ", width: terminal.errColumns() });
  return [
    "",
    `  ${text("help.keys")}`,
    ...rows(keys),
    "",
    `  ${text("help.elsewhere")}`,
    ...rows(commands),
    "",
    terminal.wrap(`  ${text("help.more", { url: `${facts.url}/v1` })}`, 2),
    "",
  ];
}
