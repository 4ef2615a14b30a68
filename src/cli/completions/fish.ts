// Completions for fish, with what each command and option is for.

import { type CommandNode, type CommandTree, flagsWithValue, type OptionNode } from "./command-tree.ts";

/** The function of the script that knows which command is being typed. */
const AT = "__oai_gateway_at";

/** Folders; fish hands over an option together with its value. */
const FOLDERS = '(__fish_complete_directories (commandline -ct | string replace -r "^--[^=]*=" ""))';

/** The script: one line for each thing that may be typed. */
export function fishCompletions(tree: CommandTree): string {
  const none = `${AT} ""`;
  const usual = tree.commands.filter(({ name }) => name === tree.usual);
  const lines = [
    `# fish completions of ${tree.name}: put this line into ~/.config/fish/config.fish`,
    `#   ${tree.name} completions fish | source`,
    whereabouts(tree),
    `complete -c ${tree.name} -f`,
    ...tree.options.map((option) => optionLine(tree.name, undefined, option)),
    ...usual
      .flatMap(({ options }) => own(options, tree.options))
      .map((one) => optionLine(tree.name, none, one)),
    ...tree.commands.flatMap((command) => [
      `complete -c ${tree.name} -n ${quoted(none)} -a ${command.name} -d ${quoted(command.about)}`,
      ...commandLines(tree.name, command, tree.options),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function commandLines(
  program: string,
  { name, options, words }: CommandNode,
  shared: readonly OptionNode[],
): string[] {
  const here = `${AT} ${name}`;
  return [
    ...own(options, shared).map((option) => optionLine(program, here, option)),
    ...words.flatMap((place, index) => {
      const taken =
        place.choices.length > 0
          ? `-a ${quoted(place.choices.join(" "))}`
          : place.name === "file"
            ? "-F"
            : "";
      return taken === "" ? [] : [`complete -c ${program} -n ${quoted(`${here} ${index}`)} ${taken}`];
    }),
  ];
}

/**
 * A function that succeeds where its first argument is the command that is being typed, "" before there is one, and its
 * second, if there is one, the number of words behind it.
 */
function whereabouts(tree: CommandTree): string {
  return `function ${AT}
  set -l command ''
  set -l place 0
  set -l isvalue no
  for word in (commandline -opc)
    if test $isvalue = yes
      set isvalue no
    else if contains -- $word ${flagsWithValue(tree).join(" ")}
      set isvalue yes
    else if string match -q -- '-*' $word
      continue
    else if test -n "$command"
      set place (math $place + 1)
    else if contains -- $word ${tree.commands.map(({ name }) => name).join(" ")}
      set command $word
    end
  end
  test "$command" = "$argv[1]"; and test (count $argv) -lt 2 -o "$argv[2]" = $place
end`;
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
  if (name === "folder") return `-x -a ${quoted(FOLDERS)}`;
  if (name === "file") return isOptional ? "-F" : "-r -F";
  return "-x";
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
