// A parsed YAML document and its nodes. The one importer of `yaml`.

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  parse as parseValue,
  type Scalar,
  stringify,
  visit,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import type { Span } from "../report/span.ts";

export { type Document, isAlias, isMap, isScalar, isSeq, parseDocument, type Scalar, YAMLMap, YAMLSeq };

/** A document, be it with errors. */
export type YamlDocument = Document.Parsed;

/** What each alias stands for; undefined where no anchor of its name comes before it. */
export type Aliases = ReadonlyMap<unknown, unknown>;

/**
 * Parses a text; what is no YAML is among the document's `errors`. Keys that appear twice are none of these: that
 * would hide whatever else is wrong, and is told with both places by who reads the document.
 * @throws RangeError where the text nests too deeply for the parser, which is recursive
 */
export function parse(text: string): YamlDocument {
  // Each complaint of the library is an `Error`, and there may be one a line: nobody reads where in the library it was made.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: "error" });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** One walk for all of them: the library would walk through the document for each alias. A text without a `*` has none. */
export function aliasesOf(document: YamlDocument, text: string): Aliases {
  const anchored = new Map<string, unknown>();
  const aliases = new Map<unknown, unknown>();
  if (!text.includes("*")) return aliases;
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) aliases.set(node, anchored.get(node.source));
      else if ("anchor" in node && typeof node.anchor === "string") anchored.set(node.anchor, node);
    },
  });
  return aliases;
}

/** The text in quotes that the parser read last; undefined where there is none. */
export function lastQuoteIn(document: YamlDocument): Span | undefined {
  let last: Span | undefined;
  visit(document, {
    Scalar: (_key, node) => {
      if (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE") last = spanOf(node);
    },
  });
  return last;
}

/** Whether a text of the document, be it a key, is as wanted; asks until one is. */
export function hasScalar(document: YamlDocument, isWanted: (node: Scalar) => boolean): boolean {
  let isFound = false;
  visit(document, {
    Scalar: (_key, node) => {
      isFound = isWanted(node);
      return isFound ? visit.BREAK : undefined;
    },
  });
  return isFound;
}

/** A key as a text; empty for one that is no scalar. */
export function keyText(key: unknown): string {
  if (!isScalar(key)) return "";
  return typeof key.value === "string" ? key.value : String(key.source ?? key.value ?? "");
}

/** `<<`, not in quotes. */
export function isMerge(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && key.type === "PLAIN";
}

/** Where a node stands; at least one character. */
export function spanOf(node: unknown): Span {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  return range ? { start: range[0], end: Math.max(range[0] + 1, range[1]) } : { start: 0, end: 1 };
}

/**
 * The plain value of a text: for files of other programs, of whose places nothing is told.
 * @throws Error where it is no YAML, or its aliases stand for too much
 */
export function plainValue(text: string): unknown {
  return parseValue(text, { logLevel: "error", maxAliasCount: 1_000, uniqueKeys: false });
}

/** A value as YAML, every text in a form that reads as the same text. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
