// Completions for fish, with what each command and option is for.

import type { CommandNode, CompletionFacts, OptionNode } from "./command-tree.ts";

/** The script: one line for each thing that may be typed. */
export function fishCompletions({ tree, words }: CompletionFacts): string {
  const names = tree.commands.map(({ name }) => name).join(" ");
  const none = `not __fish_seen_subcommand_from ${names}`;
  const usual = tree.commands.filter(({ name }) => name === tree.usual);
  const lines = [
    `# fish completions of ${tree.name}: put this line into ~/.config/fish/config.fish`,
    `#   ${tree.name} completions fish | source`,
    `complete -c ${tree.name} -f`,
    ...tree.options.map((option) => optionLine(tree.name, undefined, option)),
    ...usual
      .flatMap(({ options }) => own(options, tree.options))
      .map((one) => optionLine(tree.name, none, one)),
    ...tree.commands.flatMap((command) => [
      `complete -c ${tree.name} -n ${quoted(none)} -a ${command.name} -d ${quoted(command.about)}`,
      ...commandLines(tree.name, command, tree.options, words),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(
  program: string,
  { name, options, words: places }: CommandNode,
  shared: readonly OptionNode[],
  words: CompletionFacts["words"],
): string[] {
  const here = `__fish_seen_subcommand_from ${name}`;
  const known = words[places[0]?.name ?? ""];
  return [
    ...own(options, shared).map((option) => optionLine(program, here, option)),
    ...(known === undefined
      ? []
      : [`complete -c ${program} -n ${quoted(here)} -a ${quoted(known.join(" "))}`]),
  ];
}

/** Those that are not shared by all commands. */
function own(options: readonly OptionNode[], shared: readonly OptionNode[]): OptionNode[] {
  return options.filter(({ long }) => !shared.some((option) => option.long === long));
}

function optionLine(
  program: string,
  where: string | undefined,
  { long, short, about, value }: OptionNode,
): string {
  return [
    `complete -c ${program}`,
    ...(where === undefined ? [] : [`-n ${quoted(where)}`]),
    `-l ${long.replace(/^--/, "")}`,
    ...(short === undefined ? [] : [`-s ${short.replace(/^-/, "")}`]),
    ...(value === undefined ? [] : [valueFlags(value)]),
    `-d ${quoted(about)}`,
  ].join(" ");
}

function valueFlags({ name, isOptional, choices }: NonNullable<OptionNode["value"]>): string {
  if (choices.length > 0) return `-x -a ${quoted(choices.join(" "))}`;
  if (name === "folder") return "-x -a '(__fish_complete_directories)'";
  if (name === "file") return isOptional ? "-F" : "-r -F";
  return "-x";
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
