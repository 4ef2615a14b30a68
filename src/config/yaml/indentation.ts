// Finds the line whose indentation does not fit its neighbours: what YAML parsers report as something else on
// another line. Looks at text only, after a parser has failed.

import { type Message, message } from "../../language/messages.ts";
import { isPlainKey } from "../report/showable.ts";

/** A misplaced line. */
export type Misplaced = {
  /** From 0. */
  readonly line: number;
  /** Where the line's content begins, and how long its first word is. */
  readonly column: number;
  readonly length: number;
  readonly message: Message;
  readonly fix: Message;
};

type Line = { readonly number: number; readonly indent: string; readonly content: string };

/** The first misplaced line within `[from, to]` (lines from 0), or undefined. */
export function findMisplaced(text: string, from: number, to: number): Misplaced | undefined {
  const levels: number[] = [];
  let previous: Line | undefined;
  let blockIndent: number | undefined;
  for (const line of significantLines(text)) {
    if (line.number > to) return undefined;
    if (blockIndent !== undefined && line.indent.length > blockIndent) continue;
    blockIndent = undefined;
    const problem = line.indent.includes("\t") ? tabProblem(line) : stepProblem(levels, line, previous);
    if (problem !== undefined) return problem.line >= from ? problem : undefined;
    // The text of a block scalar ("key: |") may be indented as it likes.
    if (/(?:^|\s)[|>][+-]?\d?\s*$/.test(line.content)) blockIndent = line.indent.length;
    previous = line;
  }
  return undefined;
}

function* significantLines(text: string): Generator<Line> {
  let number = -1;
  for (const raw of text.split("\n")) {
    number++;
    const indent = /^[ \t]*/.exec(raw)?.[0] ?? "";
    const content = withoutComment(raw.slice(indent.length)).trimEnd();
    if (content !== "" && content !== "---" && content !== "...") yield { number, indent, content };
  }
}

function withoutComment(content: string): string {
  if (content.startsWith("#")) return "";
  const comment = /\s#/.exec(content);
  return comment === null ? content : content.slice(0, comment.index);
}

function stepProblem(levels: number[], line: Line, previous: Line | undefined): Misplaced | undefined {
  const indent = line.indent.length;
  let closed: number | undefined;
  while ((levels.at(-1) ?? -1) > indent) closed = levels.pop();
  const top = levels.at(-1);
  if (top !== indent) {
    const isOpened = previous === undefined || opensBlock(previous.content);
    if (top !== undefined && closed === undefined && !isOpened) return misplaced(line, top);
    if (closed !== undefined) return misplaced(line, closed);
    levels.push(indent);
  }
  // "- name: x" opens a block at the column of its content as well.
  let content = line.content;
  let column = indent;
  for (let dash = /^-\s+(?=\S)/.exec(content); dash !== null; dash = /^-\s+(?=\S)/.exec(content)) {
    column += dash[0].length;
    content = content.slice(dash[0].length);
    if (isKeyLine(content)) levels.push(column);
  }
  return undefined;
}

function opensBlock(content: string): boolean {
  return /(?::|^-|\s-|[[{,|>])$/.test(content) || /:\s+[&!][^\s]+$/.test(content);
}

function isKeyLine(content: string): boolean {
  return /^(?:"[^"]*"|'[^']*'|[^\s:"'[{][^:]*)\s*:(?:\s|$)/.test(content);
}

function misplaced(line: Line, expected: number): Misplaced | undefined {
  const hasKey = isKeyLine(withoutDashes(line.content));
  // Text that goes on over several lines is no neighbour.
  if (!hasKey && !line.content.startsWith("-")) return undefined;
  const indent = line.indent.length;
  // An entry that is no block is a value, and may be one of an endpoint's keys.
  const word = hasKey ? firstWord(line.content) : "-";
  const difference = Math.abs(indent - expected);
  const key = indent > expected ? "yaml.fixIndentLess" : "yaml.fixIndentMore";
  return {
    line: line.number,
    column: indent,
    length: word.length,
    message: message("yaml.indent", { found: spaces(indent), expected }),
    fix: message(key, { spaces: spaces(difference), word: isPlainKey(word) ? word : "…" }),
  };
}

function tabProblem(line: Line): Misplaced {
  return {
    line: line.number,
    column: line.indent.indexOf("\t"),
    length: 1,
    message: message("yaml.tabIndent"),
    fix: message("yaml.fixTabIndent"),
  };
}

function withoutDashes(content: string): string {
  return content.replace(/^(?:-\s+)+/, "");
}

function firstWord(content: string): string {
  return /^-?\s*"?([^\s:"]*)/.exec(content)?.[1] || "-";
}

function spaces(count: number): Message {
  return count === 1 ? message("yaml.oneSpace") : message("yaml.spaces", { count });
}
