// A configuration while it is being checked: values that may be wrong, with their places. Gives the rules careful
// reads of them, and words for them that hold nothing secret.

import { type Message, type MessageValue, message } from "../../language/messages.ts";
import type { ConfigCode } from "../report/codes.ts";
import type { Problems } from "../report/diagnostics.ts";
import { maskText } from "../report/secrets.ts";
import { type FormPlace, isPlainKey, type Showing, shownParts } from "../report/showable.ts";
import type { Path, Places } from "./places.ts";
import type { TextProblem } from "./text-rules.ts";

/** What a rule sees. */
export type Draft = {
  readonly value: unknown;
  readonly places: Places;
  readonly problems: Problems;
  /** What of the file may be shown. */
  readonly form: FormPlace;
};

/** The value at a path, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (!isBlock(current) && !Array.isArray(current)) return undefined;
    if (!Object.hasOwn(current, part)) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[part];
  }
  return current;
}

/** Whether a value is a block of keys. */
export function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A usable text at a path: undefined when there is none, or when one of its variables is missing. */
export function textAt(draft: Draft, path: Path): string | undefined {
  const value = valueAt(draft.value, path);
  return typeof value === "string" && !draft.places.isMissing(path) ? value : undefined;
}

/** The entries of a list at a path; empty when there is none. */
export function listAt(draft: Draft, path: Path): readonly unknown[] {
  const value = valueAt(draft.value, path);
  return Array.isArray(value) ? value : [];
}

/** The keys of a block at a path; empty when there is none. */
export function keysAt(draft: Draft, path: Path): readonly string[] {
  const value = valueAt(draft.value, path);
  return isBlock(value) ? Object.keys(value) : [];
}

/** A path as people write it: `endpoints[0].weight`. A key that may be a secret is left out; names of models are none. */
export function pathText(path: Path): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += `${text === "" ? "" : "."}${keyText(part, path[0] === "routing")}`;
  }
  return text;
}

/** A key as it may be shown; `isName`: it is the name of a model. */
function keyText(key: string, isName = false): string {
  if (!isName && !isPlainKey(key)) return '"…"';
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : JSON.stringify(key);
}

/** The same with the endpoint's name, where it has one: `endpoints[0] (local)`. */
export function placeText(draft: Draft, path: Path): string {
  const text = pathText(path);
  if (path[0] !== "endpoints" || path.length !== 2) return text;
  const name = textAt(draft, [...path, "name"]);
  return name === undefined || name === "" ? text : `${text} (${name})`;
}

/** How the value at a path may be shown; undefined: not at all. */
export function showingAt(draft: Draft, path: Path): Showing | undefined {
  return formAt(draft, path).showing;
}

/** What the form of the file says of the place at a path. */
export function formAt(draft: Draft, path: Path): FormPlace {
  return path.reduce((place, part) => place.below(part), draft.form);
}

/** A value as it may be shown in a message: short, and never a secret or what came out of a variable. */
export function shown(draft: Draft, path: Path): MessageValue {
  const value = valueAt(draft.value, path);
  const variables = draft.places.variablesAt(path);
  if (variables.length > 0) return message("found.variables", { variables: variableList(variables) });
  if (value === undefined || value === null) return message("found.nothing");
  if (Array.isArray(value)) return message("found.list");
  if (isBlock(value)) return message("found.block");
  const showing = showingAt(draft, path);
  if (typeof value !== "string") return showing === undefined ? kindOf(value) : String(value);
  const parts = shownParts(showing, value);
  if (parts.length === 0) return message("found.text");
  const kept = parts.map((part) => value.slice(part.start, part.end)).join("…");
  const isWhole = parts.at(-1)?.end === value.length;
  // Masked before it is cut: half a secret would no longer look like one.
  const text = maskText(quoted(isWhole ? kept : `${kept}…`));
  return text.length > 60 ? `${text.slice(0, 58)}…"` : text;
}

/** As JSON, but a path of Windows as it is typed everywhere else. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  const isPath = /^(?:[A-Za-z]:|\.\.?)?\\/.test(text);
  return isPath && json === `"${text.replaceAll("\\", "\\\\")}"` ? `"${text}"` : json;
}

function kindOf(value: unknown): Message {
  if (typeof value === "number") return message("found.number");
  return message(typeof value === "boolean" ? "found.boolean" : "found.other");
}

/** Nobody reads more of them. */
const LONGEST_LIST = 60;

/** Items as a sentence lists them: `a, b`. */
export function listOfWords(items: readonly MessageValue[]): MessageValue {
  const shown = items.length > LONGEST_LIST ? [...items.slice(0, LONGEST_LIST), "…"] : items;
  return shown.reduceRight<MessageValue>(
    (rest, first) => (rest === "" ? first : message("list.comma", { first, rest })),
    "",
  );
}

function variableList(names: readonly string[]): MessageValue {
  return listOfWords(names.map((name) => `\${${name}}`));
}

/** What is wrong with the value at a path, with the path before it and the variable that it came from. */
export function aboutValue(draft: Draft, path: Path, problem: Message): Message {
  const name = pathText(path);
  const variables = draft.places.variablesAt(path);
  if (variables.length === 0) return message("config.aboutOne", { name, problem });
  return message("config.aboutFrom", { name, variables: variableList(variables), problem });
}

/** The same, with the value as it may be shown. */
export function aboutFound(draft: Draft, path: Path, problem: Message): Message {
  return message("config.aboutFound", { name: pathText(path), problem, found: shown(draft, path) });
}

/** Reports what is wrong with the text at a path. */
export function report(draft: Draft, code: ConfigCode, path: Path, problem: TextProblem | undefined): void {
  if (problem === undefined) return;
  const words = aboutValue(draft, path, problem.message);
  draft.problems.add(code, draft.places.valueAt(path), words, { fix: problem.fix });
}
