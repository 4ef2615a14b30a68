// Words a YAML parser's complaint for people and finds the line that is really to blame.

import type { Problems } from "../report/diagnostics.ts";
import type { Span } from "../report/span.ts";
import { findMisplaced } from "./indentation.ts";

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
    const message = "the text that begins here has no closing quote";
    problems.add("OG102", { start: lastQuote.start, end: lastQuote.start + 1 }, message, {
      fix: "close the quote at the end of the text",
    });
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
  problems.add(code, { start: offset, end }, SYNTAX[fault.code] ?? "this is no valid YAML");
}

/** Whether a pattern is found more often than `limit` times; stops looking once it is. */
export function hasMore(pattern: RegExp, text: string, limit: number): boolean {
  let count = 0;
  for (const _ of text.matchAll(pattern)) if (++count > limit) return true;
  return false;
}
