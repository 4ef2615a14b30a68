// Checks the form of a draft against the schema and words what is wrong: unknown, missing and mistyped keys. Rules
// about meaning are in `rules/`.

import { nearest } from "../../core/nearest.ts";
import { isPlainKey } from "../report/showable.ts";
import {
  type Draft,
  formAt,
  isBlock,
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
  const misspelt = unknown.flatMap((issue) => reportUnknown(draft, issue));
  for (const issue of issues) {
    if (issue.kind === "wrong" && !misspelt.includes(pathText(issue.path))) reportWrong(draft, issue);
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
    const guess = foreignGuess(key, issue.path, free) ?? nearGuess(key, free) ?? nearGuess(key, known);
    const fix = guess?.fix ?? `remove it; known here are ${known.join(", ")}`;
    const where = issue.path.length === 0 ? "" : ` in ${placeText(draft, issue.path)}`;
    // A key of an account that lost its own key stands where a key of the file would.
    const name = isPlainKey(key) ? ` "${key}"` : "";
    draft.problems.add("OG110", draft.places.keyAt(path), `unknown key${name}${where}`, { fix });
    return guess?.meant === undefined ? [] : [pathText([...issue.path, guess.meant])];
  });
}

/** How to mend a key that is not known; `meant` is the key that was meant, where it is a key of the same block. */
type Guess = { readonly fix: string; readonly meant?: string };

function nearGuess(key: string, known: readonly string[]): Guess | undefined {
  const meant = nearest(key, known)[0];
  return meant === undefined ? undefined : { fix: `did you mean "${meant}"?`, meant };
}

const LITELLM =
  "this is LiteLLM's: here each provider is an entry of endpoints with name, base_url and api_key, and its models are found out; see config.yaml.example";
const EACH_OF_THEM = "write each of them as an entry of endpoints, with name, base_url and api_key";

/** Keys at the top of other programs' files, and what takes their place. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["model_list", LITELLM],
  ["litellm_settings", LITELLM],
  ["litellm_params", LITELLM],
  ["router_settings", LITELLM],
  ["general_settings", LITELLM],
  ["providers", "write each provider as an entry of endpoints, with name, base_url and api_key"],
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
  if (key === "true" && free.includes("on"))
    return { fix: 'write "on", with the quotes: some tools make true of it' };
  const name = key.toLowerCase();
  const meant = OTHER_NAMES.get(name);
  // Where the key that would take its place is not known, or is there already, it is not what was meant.
  if (meant !== undefined) return free.includes(meant) ? { fix: `write "${meant}"`, meant } : undefined;
  const fix = path.length === 0 ? FOREIGN.get(name) : undefined;
  return fix === undefined ? undefined : { fix };
}

function reportWrong(draft: Draft, issue: ShapeIssue): void {
  const { path, message } = issue;
  if (draft.places.isMissing(path)) return;
  const value = valueAt(draft.value, path);
  const at = draft.places.valueAt(path);
  if (value === undefined) {
    reportAbsent(draft, path, message);
    return;
  }
  if (issue.code !== undefined) {
    const fix = issue.code === "OG114" ? "write it like 250ms, 5s, 2m or 1h" : "write it like 64MiB or 32MB";
    draft.problems.add(issue.code, at, `${pathText(path)} ${message}: ${shown(draft, path)}`, { fix });
    return;
  }
  const isRange = typeof value === "number" && message.startsWith("a whole number");
  const text = `${pathText(path)} must be ${message}, found ${shown(draft, path)}`;
  draft.problems.add(isRange ? "OG113" : "OG112", at, text, { fix: fixFor(draft, path, message) });
}

function reportAbsent(draft: Draft, path: Path, message: string): void {
  const key = String(path.at(-1));
  const parent = path.slice(0, -1);
  const example = key === "base_url" ? 'base_url: "https://api.example.com/v1"' : `${key}: "…"`;
  const text = `${placeText(draft, parent)} has no ${key}`;
  const fix = message === "text" ? `add ${example}` : `add ${key}`;
  draft.problems.add("OG111", draft.places.keyAt(path), text, { fix });
}

function fixFor(draft: Draft, path: Path, message: string): string | undefined {
  const value = valueAt(draft.value, path);
  if (/^text\b/.test(message) && (typeof value === "number" || typeof value === "boolean")) {
    const isShown = showingAt(draft, path) !== undefined;
    return isShown ? `put it into quotes: "${value}"` : "put it into quotes";
  }
  if (message === "true or false" && typeof value === "string") {
    if (/^(?:yes|on|y|1|true)$/i.test(value)) return "write true";
    if (/^(?:no|off|n|0|false)$/i.test(value)) return "write false";
  }
  if (typeof value === "string" && message.includes('"')) {
    const near = nearest(
      value,
      [...message.matchAll(/"([a-z_]+)"/g)].map((match) => match[1] ?? ""),
    )[0];
    if (near !== undefined) return `did you mean "${near}"?`;
  }
  if (message === "a list" && typeof value === "string")
    return 'write it as a list: one entry a line, each after "- "';
  if (path.at(-1) === "weight" && value === "drain") return "write 0";
  if (message.startsWith("a whole number") && typeof value === "number" && path.at(-1) === "weight")
    return weightFix(value);
  return `write ${message.replace(/"/g, "")}`;
}

function weightFix(value: number): string {
  if (Number.isFinite(value) && value > 0 && value < 1_000)
    return "multiply all weights until they are whole: 1.5 and 1 are 3 and 2";
  return "write a whole number from 0 (drain) to 1000; only the ratios between weights count";
}
