// Words a YAML parser's complaint for people and finds the line that is really to blame.

import { type Message, message } from "../../language/messages.ts";
import type { Problems } from "../report/diagnostics.ts";
import type { Span } from "../report/span.ts";
import { findMisplaced } from "./indentation.ts";

/** The library's words are English; ours are by its codes. */
const SYNTAX: Readonly<Record<string, Message>> = {
  ALIAS_PROPS: message("yaml.aliasProps"),
  BAD_ALIAS: message("yaml.badAlias"),
  BAD_COLLECTION_TYPE: message("yaml.badCollection"),
  BAD_DIRECTIVE: message("yaml.badDirective"),
  BAD_DQ_ESCAPE: message("yaml.badEscape"),
  BAD_INDENT: message("yaml.badIndent"),
  BAD_PROP_ORDER: message("yaml.badPropOrder"),
  BAD_SCALAR_START: message("yaml.badStart"),
  BLOCK_AS_IMPLICIT_KEY: message("yaml.blockAsKey"),
  BLOCK_IN_FLOW: message("yaml.blockInFlow"),
  DUPLICATE_KEY: message("yaml.duplicateKey"),
  KEY_OVER_1024_CHARS: message("yaml.keyTooLong"),
  MISSING_CHAR: message("yaml.missingChar"),
  MULTILINE_IMPLICIT_KEY: message("yaml.keyOverLines"),
  MULTIPLE_ANCHORS: message("yaml.twoAnchors"),
  MULTIPLE_DOCS: message("yaml.twoDocuments"),
  MULTIPLE_TAGS: message("yaml.twoTags"),
  NON_STRING_KEY: message("yaml.keyNotText"),
  RESOURCE_EXHAUSTION: message("yaml.tooMuch"),
  TAB_AS_INDENT: message("yaml.tab"),
  TAG_RESOLVE_FAILED: message("yaml.unknownTag"),
  UNEXPECTED_TOKEN: message("yaml.unexpected"),
};

/** A parser's complaint. */
export type SyntaxFault = {
  readonly code: string;
  readonly start: number;
  readonly end: number;
  /** The last text in quotes that was read. */
  readonly lastQuote: Span | undefined;
};

/** Reports why a text is no YAML, at the place where a person would mend it. */
export function reportSyntax(text: string, fault: SyntaxFault, problems: Problems): void {
  const { lastQuote } = fault;
  const offset = Math.min(fault.start, text.length);
  const line = problems.lines.positionOf(offset).line - 1;
  if (fault.code === "MISSING_CHAR" && lastQuote !== undefined && lastQuote.end >= offset) {
    const at = { start: lastQuote.start, end: lastQuote.start + 1 };
    problems.add("OG102", at, message("yaml.openQuote"), { fix: message("yaml.fixOpenQuote") });
    return;
  }
  // The parser notices late or early: a line too far to the left ends a block before the line that it blames.
  const misplaced = findMisplaced(text, Math.max(0, line - 1), line + 1);
  if (misplaced !== undefined) {
    const start = problems.lines.startOf(misplaced.line + 1) + misplaced.column;
    problems.add("OG101", { start, end: start + misplaced.length }, misplaced.message, {
      fix: misplaced.fix,
    });
    return;
  }
  const end = Math.max(offset + 1, fault.end);
  const code = fault.code === "MULTIPLE_DOCS" ? "OG104" : "OG102";
  problems.add(code, { start: offset, end }, SYNTAX[fault.code] ?? message("yaml.invalid"));
}

/** Whether a pattern is found more often than `limit` times; stops looking once it is. */
export function hasMore(pattern: RegExp, text: string, limit: number): boolean {
  let count = 0;
  for (const _ of text.matchAll(pattern)) if (++count > limit) return true;
  return false;
}
