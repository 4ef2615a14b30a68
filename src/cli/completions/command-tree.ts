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
type ArgumentNode = { readonly name: string; readonly isRequired: boolean };

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

/** What completions are made of. */
export type CompletionFacts = {
  readonly tree: CommandTree;
  /** The words that may stand for an argument, by its name. */
  readonly words: Readonly<Record<string, readonly string[]>>;
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

/** Reads the tree off a program. `help`: what is said of `--help`, which every command has. */
export function treeOf(program: GrammarCommand, usual: string, help: string): CommandTree {
  const helpOption = { long: "--help", short: "-h", about: help, value: undefined };
  const nodeOf = (command: GrammarCommand): CommandNode => ({
    name: command.name(),
    about: command.description(),
    options: [...optionsOf(command), helpOption],
    words: command.registeredArguments
      .filter((argument) => argument.name() !== "words")
      .map((argument) => ({ name: argument.name(), isRequired: argument.required })),
  });
  return {
    name: program.name(),
    about: program.description(),
    options: [...optionsOf(program), helpOption],
    commands: program.commands.map(nodeOf),
    usual,
  };
}

function optionsOf(command: GrammarCommand): OptionNode[] {
  return command.options.map(({ long = "", short, description, flags, argChoices }) => {
    const [, bracket, name] = /([<[])(\w+)[>\]]/.exec(flags) ?? [];
    const choices = argChoices ?? KNOWN_VALUES[name ?? ""] ?? [];
    const value = name === undefined ? undefined : { name, isOptional: bracket === "[", choices };
    return { long, short, about: description, value };
  });
}
