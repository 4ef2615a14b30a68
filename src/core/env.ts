// Environment variables: the one place that reads `process.env`, the `.env` file's format, and `${VAR}` in the
// configuration's strings. Not the reading of files: that is `load.ts`.

import { parseEnv } from "node:util";

/** Variables by name, as far as a reader needs them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's own variables. The only reader of `process.env`; everybody else is handed an `Environment`. */
export function processEnv(): Environment {
  return process.env;
}

/** Finds a variable; the real environment wins over a `.env` file. */
export type Lookup = (name: string) => string | undefined;

/** A lookup in the environment first, then in the text of a `.env` file. */
export function lookupIn(env: Environment, envFileText: string | undefined): Lookup {
  const fromFile: Environment = envFileText === undefined ? {} : parseEnv(envFileText);
  return (name) => own(env, name) ?? own(fromFile, name);
}

/** The environment with what a `.env` file adds to it. */
export function withEnvFile(env: Environment, envFileText: string | undefined): Environment {
  return envFileText === undefined ? env : { ...parseEnv(envFileText), ...env };
}

/** Names that a lookup over the same two knows; for "did you mean". */
export function namesIn(env: Environment, envFileText: string | undefined): readonly string[] {
  const fromFile = envFileText === undefined ? {} : parseEnv(envFileText);
  return [...new Set([...Object.keys(env), ...Object.keys(fromFile)])];
}

function own(env: Environment, name: string): string | undefined {
  const value = env[name];
  // An inherited property such as `constructor` is no variable.
  return typeof value === "string" ? value : undefined;
}

/** What `expand` made of a string. */
export type Expansion = {
  readonly text: string;
  /** Every variable that was named, in order. */
  readonly used: readonly string[];
  /** Those that are not set and have no default. */
  readonly missing: readonly string[];
  /** Why the `${` syntax is broken; undefined when it is not. */
  readonly problem: ExpansionProblem | undefined;
};

/** A `${` without a name behind it, one without its brace, or defaults in defaults beyond all use. */
export type ExpansionProblem =
  | { readonly kind: "no_name" | "too_deep" }
  | { readonly kind: "not_closed"; readonly name: string };

/** Defaults may hold variables with defaults; nobody nests deeper than this. */
const DEEPEST_NESTING = 8;

/**
 * Replaces `${VAR}` and `${VAR:-default}` (the default also where VAR is empty, as in a shell; it may hold further
 * variables). `$${` stands for a literal `${`; a `$` without a brace is itself.
 */
export function expand(input: string, lookup: Lookup): Expansion {
  if (!input.includes("${")) return { text: input, used: [], missing: [], problem: undefined };
  const state: ExpandState = { input, lookup, index: 0, used: [], missing: [], problem: undefined };
  const text = expandUntil(state, 0, true);
  return { text, used: state.used, missing: state.missing, problem: state.problem };
}

type ExpandState = {
  readonly input: string;
  readonly lookup: Lookup;
  readonly used: string[];
  readonly missing: string[];
  index: number;
  problem: Expansion["problem"];
};

const NAME_AT = /[A-Za-z_][A-Za-z0-9_]*/y;

/** Reads up to the end, or inside a default up to its closing brace. `isLive` is false in a default not needed. */
function expandUntil(state: ExpandState, depth: number, isLive: boolean): string {
  let text = "";
  while (state.index < state.input.length && state.problem === undefined) {
    const rest = state.input.slice(state.index, state.index + 3);
    if (rest === "$${") {
      text += "${";
      state.index += 3;
    } else if (rest.startsWith("${")) {
      text += expandOne(state, depth, isLive);
    } else if (depth > 0 && rest.startsWith("}")) {
      return text;
    } else {
      text += rest[0] ?? "";
      state.index++;
    }
  }
  return text;
}

function expandOne(state: ExpandState, depth: number, isLive: boolean): string {
  const start = state.index;
  NAME_AT.lastIndex = start + 2;
  const name = NAME_AT.exec(state.input)?.[0];
  if (name === undefined) return fail(state, { kind: "no_name" });
  if (depth >= DEEPEST_NESTING) return fail(state, { kind: "too_deep" });
  state.index = start + 2 + name.length;
  const value = state.lookup(name);
  const hasDefault = state.input.startsWith(":-", state.index);
  const needsDefault = hasDefault && (value === undefined || value === "");
  let fallback = "";
  if (hasDefault) {
    state.index += 2;
    fallback = expandUntil(state, depth + 1, isLive && needsDefault);
  }
  if (state.problem !== undefined) return "";
  if (state.input[state.index] !== "}") return fail(state, { kind: "not_closed", name });
  state.index++;
  if (!isLive) return "";
  state.used.push(name);
  if (needsDefault) return fallback;
  if (value === undefined) state.missing.push(name);
  return value ?? "";
}

function fail(state: ExpandState, problem: ExpansionProblem): string {
  state.problem = problem;
  return "";
}
