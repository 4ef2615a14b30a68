// Reads YAML into plain values and remembers where each of them stands; expands `${VAR}` on the way. Knows nothing
// of the configuration's keys. The one importer of `yaml`. Called by `load.ts`.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Scalar,
  type YAMLError,
  type YAMLMap,
} from "yaml";
import { nearest } from "../core/nearest.ts";
import type { Problems } from "./diagnostics.ts";
import { expand, type Lookup } from "./env.ts";
import { findMisplaced } from "./indentation.ts";
import { isBareReference, isSecretPath, mayBeSecret, type Span } from "./secrets.ts";

/** A path into the configuration: keys and positions in lists. */
export type Path = readonly (string | number)[];

/** Where variables come from. */
export type Variables = { readonly lookup: Lookup; readonly names: readonly string[] };

/** Values with their places. */
export type YamlSource = {
  readonly value: unknown;
  readonly places: Places;
};

const DEEPEST = 64;
// Anchors that refer to anchors grow without bound ("billion laughs").
const MOST_NODES = 200_000;

/** Parses; `undefined` when the text could not be read at all, the reason being in `problems`. Never throws. */
export function parseYaml(text: string, variables: Variables, problems: Problems): YamlSource | undefined {
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "error",
    });
  } catch {
    // The parser is recursive: thousands of brackets exhaust the stack.
    problems.add("OG104", { start: 0, end: 1 }, "the file nests too deeply");
    return undefined;
  }
  const reader = new Reader(document, variables, problems);
  if (document.errors.length > 0) {
    reader.hideSecrets();
    reportSyntax(text, document.errors[0], problems, reader.lastQuote);
    return undefined;
  }
  const value = reader.read();
  return value === undefined ? undefined : { value: value.root, places: reader.places };
}

/** Finds the text of a path. */
export class Places {
  readonly #keys = new Map<string, Span>();
  readonly #values = new Map<string, Span>();
  readonly #variables = new Map<string, readonly string[]>();
  readonly #missing = new Set<string>();
  readonly #withDefault = new Set<string>();

  setKey(path: Path, span: Span): void {
    this.#keys.set(keyOf(path), span);
  }

  setValue(path: Path, span: Span): void {
    this.#values.set(keyOf(path), span);
  }

  setVariables(path: Path, names: readonly string[], isMissing: boolean): void {
    this.#variables.set(keyOf(path), names);
    if (isMissing) this.#missing.add(keyOf(path));
  }

  /** The value's own text; where the path does not exist, the nearest key or value above it. */
  valueAt(path: Path): Span {
    return this.#values.get(keyOf(path)) ?? this.#keys.get(keyOf(path)) ?? this.#above(path);
  }

  /** The key's text; for an entry of a list, its value. */
  keyAt(path: Path): Span {
    return this.#keys.get(keyOf(path)) ?? this.#values.get(keyOf(path)) ?? this.#above(path);
  }

  /** Names of the variables that a value was made of; empty when it has none. */
  variablesAt(path: Path): readonly string[] {
    return this.#variables.get(keyOf(path)) ?? [];
  }

  /** Whether the text gives a default for its variables, be it an empty one. */
  hasDefault(path: Path): boolean {
    return this.#withDefault.has(keyOf(path));
  }

  setDefault(path: Path): void {
    this.#withDefault.add(keyOf(path));
  }

  /** Whether the value at the path, or around it, could not be made, since a variable is not set. */
  isMissing(path: Path): boolean {
    return path.some((_, index) => this.#missing.has(keyOf(path.slice(0, index + 1))));
  }

  #above(path: Path): Span {
    // What is absent from the top of the file has no place: not the whole file.
    if (path.length <= 1) return { start: 0, end: 1 };
    return this.keyAt(path.slice(0, -1));
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

class Reader {
  readonly places = new Places();
  /** After `hideSecrets`: the last text in quotes. */
  lastQuote: Span | undefined;
  readonly #document: Document.Parsed;
  readonly #variables: Variables;
  readonly #problems: Problems;
  #nodeCount = 0;
  #isTooLarge = false;

  constructor(document: Document.Parsed, variables: Variables, problems: Problems) {
    this.#document = document;
    this.#variables = variables;
    this.#problems = problems;
  }

  read(): { readonly root: unknown } | undefined {
    const { contents } = this.#document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return { root: {} };
    if (!isMap(contents)) {
      this.#problems.add("OG104", spanOf(contents), 'the file must be a block of keys such as "endpoints:"');
      return undefined;
    }
    const root = this.#value(contents, []);
    return this.#isTooLarge ? undefined : { root };
  }

  /** After a syntax error: walks what there is, to learn which text is secret and which quote is still open. */
  hideSecrets(): void {
    const visit = (node: unknown, path: Path): void => {
      if (path.length > DEEPEST) return;
      if (isScalar(node)) {
        this.#hide(node, path);
        if (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE") this.lastQuote = spanOf(node);
      }
      if (isSeq(node)) for (const item of node.items) visit(item, [...path, 0]);
      if (isMap(node)) for (const pair of node.items) visit(pair.value, [...path, keyText(pair.key)]);
    };
    visit(this.#document.contents, []);
  }

  #hide(node: Scalar, path: Path): void {
    if (isSecretPath(path) && !isBareReference(String(node.source ?? ""))) this.#problems.hide(spanOf(node));
  }

  #value(node: unknown, path: Path): unknown {
    this.#nodeCount++;
    if (this.#isTooLarge) return undefined;
    if (path.length > DEEPEST || this.#nodeCount > MOST_NODES) {
      this.#isTooLarge = true;
      this.#problems.add(
        "OG104",
        { start: 0, end: 1 },
        "the file nests too deeply, or its anchors refer to themselves",
      );
      return undefined;
    }
    if (isAlias(node)) {
      const anchored = node.resolve(this.#document);
      if (anchored !== undefined) return this.#value(anchored, path);
      this.places.setValue(path, spanOf(node));
      this.places.setVariables(path, [], true);
      this.#problems.hide(spanOf(node));
      this.#problems.add(
        "OG104",
        spanOf(node),
        'text that begins with "*" refers to an anchor, and there is none of this name',
        { fix: "put the value into quotes" },
      );
      return "";
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return null;
    this.places.setValue(path, spanOf(node));
    if (
      node.tag?.startsWith("!") === true ||
      (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:"))
    ) {
      this.#problems.add("OG104", spanOf(node), 'YAML tags ("!…") are not supported', {
        fix: "remove the tag",
      });
    }
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.#value(item, [...path, index]));
    return this.#scalar(node, path);
  }

  #map(node: YAMLMap, path: Path): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const seen = new Map<string, Span>();
    for (const pair of node.items) {
      const key = keyText(pair.key);
      const keySpan = spanOf(pair.key);
      const first = seen.get(key);
      if (first !== undefined) {
        const related = [{ at: first, message: "first given here" }];
        this.#problems.add("OG103", keySpan, `the key "${key}" appears twice in this block`, {
          related,
          fix: "keep one of the two",
        });
        this.#hideBelow(pair.value);
        continue;
      }
      seen.set(key, keySpan);
      const below = [...path, key];
      this.places.setKey(below, keySpan);
      const value = this.#value(pair.value, below);
      // A key with nothing behind it is the same as no key.
      if (value === null || value === undefined) continue;
      // Defined, not assigned: "__proto__" is a key like any other.
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return result;
  }

  #hideBelow(node: unknown): void {
    if (isScalar(node) && mayBeSecret(node.value)) this.#problems.hide(spanOf(node));
  }

  #scalar(node: Scalar, path: Path): unknown {
    this.#hide(node, path);
    if (typeof node.value !== "string") return node.value;
    const expansion = expand(node.value, this.#variables.lookup);
    if (expansion.problem !== undefined) {
      const fix = 'write ${VAR} or ${VAR:-default}, and $${ for a literal "${"';
      this.#problems.add("OG131", spanOf(node), expansion.problem.message, { fix });
      this.places.setVariables(path, [], true);
      return "";
    }
    if (expansion.used.length > 0)
      this.places.setVariables(path, expansion.used, expansion.missing.length > 0);
    if (node.value.includes(":-")) this.places.setDefault(path);
    for (const name of new Set(expansion.missing)) this.#reportMissing(name, node);
    return expansion.text;
  }

  #reportMissing(name: string, node: Scalar): void {
    const near = nearest(name, this.#variables.names)[0];
    const hint = near === undefined ? "" : `did you mean \${${near}}? Else `;
    const fix = `${hint}export it, or put it in .env next to ${baseName(this.#problems.file)}`;
    this.#problems.add("OG130", spanOf(node), `\${${name}} is not set`, { fix });
  }
}

function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}

function keyText(key: unknown): string {
  if (!isScalar(key)) return "";
  return typeof key.value === "string" ? key.value : String(key.source ?? key.value ?? "");
}

function spanOf(node: unknown): Span {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  return range ? { start: range[0], end: Math.max(range[0] + 1, range[1]) } : { start: 0, end: 1 };
}

const SYNTAX: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'this "*" refers to no anchor; put text that begins with "*" into quotes',
  BAD_DQ_ESCAPE: 'this "\\" does not begin an escape; write "\\\\", or use single quotes',
  BAD_INDENT: "this is not indented like the rest of its block",
  BAD_SCALAR_START: "text cannot begin with this character; put it into quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a value cannot go on with a key of its own; is the next line indented too far, or are quotes missing?",
  BLOCK_IN_FLOW: "a block cannot stand inside brackets or braces",
  MISSING_CHAR:
    "a character is missing here: most often a closing quote or bracket, or the colon after a key",
  MULTILINE_IMPLICIT_KEY: "a key must be on one line; is a colon missing?",
  MULTIPLE_DOCS: 'the file must hold one document: remove the second "---"',
  TAB_AS_INDENT: "this line is indented with a tab; use spaces",
  UNEXPECTED_TOKEN: "this is not expected here; is a quote, bracket or colon missing before it?",
};

function reportSyntax(
  text: string,
  error: YAMLError | undefined,
  problems: Problems,
  lastQuote: Span | undefined,
): void {
  const offset = Math.min(error?.pos[0] ?? 0, text.length);
  const line = problems.positionOf(offset).line - 1;
  if (error?.code === "MISSING_CHAR" && lastQuote !== undefined && lastQuote.end >= offset) {
    const message = "the text that begins here has no closing quote";
    problems.add("OG102", { start: lastQuote.start, end: lastQuote.start + 1 }, message, {
      fix: "close the quote at the end of the text",
    });
    return;
  }
  // The parser notices late or early: a line too far to the left ends a block before the line that it blames.
  const misplaced = findMisplaced(text, Math.max(0, line - 1), line + 1);
  if (misplaced !== undefined) {
    const start = problems.offsetOf(misplaced.line, misplaced.column);
    problems.add("OG101", { start, end: start + misplaced.length }, misplaced.message, {
      fix: misplaced.fix,
    });
    return;
  }
  const end = Math.max(offset + 1, error?.pos[1] ?? 0);
  const code = error?.code === "MULTIPLE_DOCS" ? "OG104" : "OG102";
  problems.add(code, { start: offset, end }, SYNTAX[error?.code ?? ""] ?? "this is no valid YAML");
}
