// Checks the form of a draft against the schema and words what is wrong: unknown, missing and mistyped keys. Rules
// about meaning are in `rules/`.

import { nearest } from "../../core/nearest.ts";
import { type Message, message, translator } from "../../language/messages.ts";
import { isPlainKey } from "../report/showable.ts";
import {
  aboutFound,
  type Draft,
  formAt,
  isBlock,
  listOfWords,
  pathText,
  placeText,
  showingAt,
  shown,
  valueAt,
} from "../yaml/draft.ts";
import { isOwnKey, type Path } from "../yaml/places.ts";
import { type DecodedConfig, decodeConfig } from "./schema.ts";
import type { ShapeIssue } from "./shape-issue.ts";

/** The decoded configuration, or undefined after reporting everything that is wrong with its form. */
export function readShape(draft: Draft): DecodedConfig | undefined {
  const value = withoutOwnKeys(draft.value);
  const first = decodeConfig(value);
  const { config, issues } = coerceVariables(draft, first.issues) ? decodeConfig(value) : first;
  const unknown = issues.filter((issue) => issue.kind === "unknown_keys");
  const misspelt = new Set(unknown.flatMap((issue) => reportUnknown(draft, issue)));
  for (const issue of issues) {
    if (issue.kind === "wrong" && !misspelt.has(pathText(issue.path))) reportWrong(draft, issue);
  }
  return config;
}

/** The file without its keys that begin with "x-": those are the writer's own, and hold anchors. */
function withoutOwnKeys(value: unknown): unknown {
  if (!isBlock(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !isOwnKey(key)));
}

/**
 * A variable is always text, but `port: ${PORT}` means a number: where the form asks for something else, text out
 * of a variable that reads as such becomes it.
 */
function coerceVariables(draft: Draft, issues: readonly ShapeIssue[]): boolean {
  let hasChanged = false;
  for (const { path } of issues) {
    const value = valueAt(draft.value, path);
    const parent = valueAt(draft.value, path.slice(0, -1));
    const key = path.at(-1);
    if (typeof value !== "string" || key === undefined || draft.places.variablesAt(path).length === 0)
      continue;
    const coerced = /^-?\d{1,15}(?:\.\d+)?$/.test(value.trim())
      ? Number(value)
      : BOOLEANS.get(value.trim().toLowerCase());
    if (coerced === undefined || !(isBlock(parent) || Array.isArray(parent))) continue;
    Object.defineProperty(parent, key, {
      value: coerced,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    hasChanged = true;
  }
  return hasChanged;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["false", false],
]);

/** Reports the unknown keys of one block; returns the paths of the keys that were probably meant. */
function reportUnknown(draft: Draft, issue: ShapeIssue): readonly string[] {
  const known = formAt(draft, issue.path).keys;
  const given = valueAt(draft.value, issue.path);
  return issue.keys.flatMap((key) => {
    const path = [...issue.path, key];
    const free = known.filter((candidate) => !(isBlock(given) && Object.hasOwn(given, candidate)));
    const guess = foreignGuess(key, issue.path, free) ?? nearGuess(key, free) ?? givenGuess(key, known);
    const fix = guess?.fix ?? message("shape.fixUnknown", { known: listOfWords(known) });
    draft.problems.add("OG110", draft.places.keyAt(path), unknownWords(draft, issue.path, key), { fix });
    return guess?.meant === undefined ? [] : [pathText([...issue.path, guess.meant])];
  });
}

/** A key of an account that lost its own key stands where a key of the file would, and is not told. */
function unknownWords(draft: Draft, above: Path, key: string): Message {
  const place = placeText(draft, above);
  if (!isPlainKey(key))
    return place === "" ? message("shape.unknown") : message("shape.unknownIn", { place });
  return place === ""
    ? message("shape.unknownNamed", { key })
    : message("shape.unknownNamedIn", { key, place });
}

/** How to mend a key that is not known; `meant` is the key that was meant, where it is a key of the same block. */
type Guess = { readonly fix: Message; readonly meant?: string };

function nearGuess(key: string, known: readonly string[]): Guess | undefined {
  const meant = nearest(key, known)[0];
  return meant === undefined ? undefined : { fix: message("fix.didYouMeanKey", { name: meant }), meant };
}

/** The key is there already, so that what is wrong with its own value has to be told as well. */
function givenGuess(key: string, known: readonly string[]): Guess | undefined {
  const guess = nearGuess(key, known);
  return guess === undefined ? undefined : { fix: guess.fix };
}

const LITELLM = message("fix.litellm");
const EACH_OF_THEM = message("fix.eachOfThem");

/** Keys at the top of other programs' files, and what takes their place. */
const FOREIGN: ReadonlyMap<string, Message> = new Map([
  ["model_list", LITELLM],
  ["litellm_settings", LITELLM],
  ["litellm_params", LITELLM],
  ["router_settings", LITELLM],
  ["general_settings", LITELLM],
  ["providers", message("fix.providers")],
  ["upstreams", EACH_OF_THEM],
  ["channels", EACH_OF_THEM],
]);

/** What other programs call keys of ours. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["api_base", "base_url"],
  ["url", "base_url"],
  ["endpoint", "base_url"],
  ["key", "api_key"],
  ["token", "api_key"],
  ["apikey", "api_key"],
  ["keys", "api_keys"],
]);

/** For a key of another program, or for one that a tool has changed. */
function foreignGuess(key: string, path: Path, free: readonly string[]): Guess | undefined {
  // YAML 1.1, which Ansible and PyYAML write, takes `on` for a flag.
  if (key === "true" && free.includes("on")) return { fix: message("fix.quoteOn") };
  const name = key.toLowerCase();
  const meant = OTHER_NAMES.get(name);
  // Where the key that would take its place is not known, or is there already, it is not what was meant.
  if (meant !== undefined)
    return free.includes(meant) ? { fix: message("fix.write", { text: meant }), meant } : undefined;
  const fix = path.length === 0 ? FOREIGN.get(name) : undefined;
  return fix === undefined ? undefined : { fix };
}

function reportWrong(draft: Draft, issue: ShapeIssue): void {
  const { path, message: wanted } = issue;
  if (draft.places.isMissing(path)) return;
  const value = valueAt(draft.value, path);
  const at = draft.places.valueAt(path);
  if (value === undefined) {
    reportAbsent(draft, path, wanted);
    return;
  }
  if (issue.code !== undefined) {
    const fix = message(issue.code === "OG114" ? "fix.duration" : "fix.size");
    draft.problems.add(issue.code, at, aboutFound(draft, path, wanted), { fix });
    return;
  }
  const isRange = typeof value === "number" && wanted.key === "kind.whole";
  const words = message("shape.must", { path: pathText(path), wanted, found: shown(draft, path) });
  draft.problems.add(isRange ? "OG113" : "OG112", at, words, { fix: fixFor(draft, path, wanted) });
}

function reportAbsent(draft: Draft, path: Path, wanted: Message): void {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const example = key === "base_url" ? '"https://api.example.com/v1"' : '"…"';
  const words = message("shape.absent", { place: placeText(draft, parent), key });
  const fix =
    wanted.key === "kind.text" ? message("fix.addExample", { key, example }) : message("fix.addKey", { key });
  draft.problems.add("OG111", draft.places.keyAt(path), words, { fix });
}

function fixFor(draft: Draft, path: Path, wanted: Message): Message {
  const value = valueAt(draft.value, path);
  return (
    quoteFix(draft, path, wanted) ??
    wordFix(value, wanted) ??
    listFix(value, wanted) ??
    weightFix(value, path) ??
    message("fix.writeWanted", { wanted })
  );
}

function quoteFix(draft: Draft, path: Path, { key }: Message): Message | undefined {
  const value = valueAt(draft.value, path);
  if (key !== "kind.text" || (typeof value !== "number" && typeof value !== "boolean")) return undefined;
  const isShown = showingAt(draft, path) !== undefined;
  return isShown ? message("fix.quoteValue", { value: String(value) }) : message("fix.quoteIt");
}

/** Words that other programs take for flags, and choices that are misspelt. */
function wordFix(value: unknown, wanted: Message): Message | undefined {
  if (typeof value !== "string") return undefined;
  if (wanted.key === "kind.flag") {
    if (/^(?:yes|on|y|1|true)$/i.test(value)) return message("fix.writeWord", { word: "true" });
    if (/^(?:no|off|n|0|false)$/i.test(value)) return message("fix.writeWord", { word: "false" });
  }
  const quoted = translator("en")(wanted).matchAll(/"([a-z_]+)"/g);
  const near = nearest(
    value,
    [...quoted].map((match) => match[1] ?? ""),
  )[0];
  return near === undefined ? undefined : message("fix.didYouMeanKey", { name: near });
}

function listFix(value: unknown, { key }: Message): Message | undefined {
  if (key !== "kind.list") return undefined;
  if (isBlock(value)) return message("fix.listOfBlocks");
  return typeof value === "string" ? message("fix.listOf") : undefined;
}

function weightFix(value: unknown, path: Path): Message | undefined {
  if (path.at(-1) !== "weight") return undefined;
  if (value === "drain") return message("fix.writeWord", { word: "0" });
  if (typeof value !== "number") return undefined;
  return message(Number.isFinite(value) && value > 0 && value < 1_000 ? "fix.wholeWeights" : "fix.weight");
}
