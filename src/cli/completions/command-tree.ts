// Commands, options and arguments as plain data, read off the grammar, so that what is made of them never lags.

import { LANGUAGES } from "../../language/language.ts";

/** What an option takes. */
type OptionValue = {
  readonly name: string;
  /** `--bundle [file]`: may be left out. */
  readonly isOptional: boolean;
  /** The only values there are; none where anything goes. */
  readonly choices: readonly string[];
};

/** An option, as it is typed. */
export type OptionNode = {
  readonly long: string;
  readonly short: string | undefined;
  readonly about: string;
  /** Undefined for one that is only set or not. */
  readonly value: OptionValue | undefined;
};

/** A word after the command. */
type ArgumentNode = {
  readonly name: string;
  readonly isRequired: boolean;
  /** The only words there are; none where anything goes. */
  readonly choices: readonly string[];
};

/** A command. */
export type CommandNode = {
  readonly name: string;
  readonly about: string;
  readonly options: readonly OptionNode[];
  readonly words: readonly ArgumentNode[];
};

/** The whole grammar. */
export type CommandTree = {
  readonly name: string;
  readonly about: string;
  /** Options before or after any command. */
  readonly options: readonly OptionNode[];
  readonly commands: readonly CommandNode[];
  /** The command that is meant where none is named. */
  readonly usual: string;
};

/** The parts of a grammar's command that are read. */
export type GrammarCommand = {
  name(): string;
  description(): string;
  readonly options: readonly {
    readonly long?: string | undefined;
    readonly short?: string | undefined;
    readonly description: string;
    readonly flags: string;
    readonly argChoices?: readonly string[] | undefined;
  }[];
  readonly registeredArguments: readonly {
    name(): string;
    readonly required: boolean;
    readonly argChoices?: readonly string[] | undefined;
  }[];
  readonly commands: readonly GrammarCommand[];
};

/** Values of options that take any text, where there are few that make sense. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = { language: LANGUAGES };

/** The same for arguments, by command and name. */
const KNOWN_WORDS: Readonly<Record<string, readonly string[]>> = {
  "prices action": ["import", "recalculate"],
};

/** Reads the tree off a program. `help`: what is said of `--help`, which every command has. */
export function treeOf(program: GrammarCommand, usual: string, help: string): CommandTree {
  const helpOption = { long: "--help", short: "-h", about: help, value: undefined };
  const nodeOf = (command: GrammarCommand): CommandNode => ({
    name: command.name(),
    about: command.description(),
    options: [...optionsOf(command), helpOption],
    words: command.registeredArguments
      .filter((argument) => argument.name() !== "words")
      .map((argument) => ({
        name: argument.name(),
        isRequired: argument.required,
        choices: argument.argChoices ?? KNOWN_WORDS[`${command.name()} ${argument.name()}`] ?? [],
      })),
  });
  return {
    name: program.name(),
    about: program.description(),
    options: [...optionsOf(program), helpOption],
    commands: program.commands.map(nodeOf),
    usual,
  };
}

/** The tree with the words that may stand for an argument, by its name. */
export function withWords(
  tree: CommandTree,
  words: Readonly<Record<string, readonly string[]>>,
): CommandTree {
  const known = (place: ArgumentNode): ArgumentNode => ({
    ...place,
    choices: words[place.name] ?? place.choices,
  });
  const commands = tree.commands.map((command) => ({ ...command, words: command.words.map(known) }));
  return { ...tree, commands };
}

/** Every spelling of an option that takes the next word for its value. */
export function flagsWithValue({ commands, options }: CommandTree): string[] {
  const all = [...options, ...commands.flatMap((command) => command.options)];
  const taking = all.filter(({ value }) => value !== undefined && !value.isOptional);
  return [...new Set(taking.flatMap(({ long, short }) => (short === undefined ? [long] : [long, short])))];
}

function optionsOf(command: GrammarCommand): OptionNode[] {
  return command.options.map(({ long = "", short, description, flags, argChoices }) => {
    const [, bracket, name] = /([<[])(\w+)[>\]]/.exec(flags) ?? [];
    const choices = argChoices ?? KNOWN_VALUES[name ?? ""] ?? [];
    const value = name === undefined ? undefined : { name, isOptional: bracket === "[", choices };
    return { long, short, about: description, value };
  });
}
