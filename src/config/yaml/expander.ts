// Puts variables into the texts of a configuration file, and tells what is wrong with them.

import { type ExpansionProblem, expand, type Lookup } from "../../core/env.ts";
import { nearest } from "../../core/nearest.ts";
import { type Message, message } from "../../language/messages.ts";
import type { Problems } from "../report/diagnostics.ts";
import type { Span } from "../report/span.ts";
import { isOwnKey, type Path, type Places } from "./places.ts";

/** Where variables come from. */
export type Variables = {
  readonly lookup: Lookup;
  readonly names: readonly string[];
  /** Why a variable that is there has no value that could be used; undefined for all others. */
  readonly problemOf?: (name: string) => { readonly message: Message; readonly fix: Message } | undefined;
  /** A further way to set a variable that is missing, as a half sentence. */
  readonly hintFor?: (name: string) => Message | undefined;
};

/** Where a text stands, in the file and among the values. */
type Spot = { readonly at: Span; readonly path: Path };

/** Expands the texts of one file. */
export class Expander {
  readonly #variables: Variables;
  readonly #places: Places;
  readonly #problems: Problems;

  constructor(variables: Variables, places: Places, problems: Problems) {
    this.#variables = variables;
    this.#places = places;
    this.#problems = problems;
  }

  /** The text with its variables' values; empty where one is missing or misspelt, which is reported. */
  expandAt(text: string, { at, path }: Spot): string {
    // What an anchor holds counts where it is used; only there its variables are needed.
    if (typeof path[0] === "string" && isOwnKey(path[0])) return text;
    const expansion = expand(text, this.#variables.lookup);
    if (expansion.problem !== undefined) {
      this.#problems.add("OG131", at, wording(expansion.problem), { fix: message("variable.fixSyntax") });
      this.#places.setVariables(path, [], true);
      return "";
    }
    if (expansion.used.length > 0)
      this.#places.setVariables(path, expansion.used, expansion.missing.length > 0);
    if (text.includes(":-")) this.#places.setDefault(path);
    // A default must not hide a value that was given and cannot be read.
    for (const name of new Set(expansion.used)) {
      const problem = this.#variables.problemOf?.(name);
      if (problem !== undefined) this.#problems.add("OG139", at, problem.message, { fix: problem.fix });
      else if (expansion.missing.includes(name)) this.#reportMissing(name, at);
    }
    return expansion.text;
  }

  #reportMissing(name: string, at: Span): void {
    const near = nearest(name, this.#variables.names)[0];
    const file = baseName(this.#problems.file);
    const fix =
      near === undefined
        ? message("variable.fixMissing", { file })
        : message("variable.fixMisspelt", { near, file });
    const further = this.#variables.hintFor?.(name);
    const all = further === undefined ? fix : message("variable.fixOr", { fix, further });
    this.#problems.add("OG130", at, message("variable.missing", { name }), { fix: all });
  }
}

function wording(problem: ExpansionProblem): Message {
  if (problem.kind === "not_closed") return message("variable.notClosed", { name: problem.name });
  return message(problem.kind === "no_name" ? "variable.noName" : "variable.tooDeep");
}

function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
