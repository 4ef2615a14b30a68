// Lays out diagnostics for people, for scripts and for CI, in the reader's language. Decides nothing.

import { visibleText } from "../../core/clean-text.ts";
import { painter } from "../../core/paint.ts";
import { textWidth, wrapToWidth } from "../../core/text-width.ts";
import { message, type Translate } from "../../language/messages.ts";
import { type Diagnostic, type ExcerptLine, sayDiagnostic } from "./diagnostics.ts";

/** How `renderText` shows. */
export type RenderOptions = {
  /** Says sentences in the reader's language. */
  readonly say: Translate;
  readonly colour: boolean;
  /** Show at most so many and say how many are left; all when absent. */
  readonly limit?: number;
  /** Columns of the terminal; undefined where nobody looks, and lines may be as long as they are. */
  readonly columns?: number | undefined;
};

const COLOUR = { error: "red", warning: "yellow" } as const;
const WIDEST_LINE = 160;
/** A line of the file is cut no shorter than this, however small the terminal is. */
const NARROWEST_LINE = 24;

/**
 * One block a problem: `error[OG110]: …`, `--> file:line:col`, the lines, a caret, the fix. Sentences are wrapped to
 * the terminal's width, lines of the file are cut to it. Ends with a line that says where there is more. No trailing
 * newline.
 */
export function renderText(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  const shown = diagnostics.slice(0, options.limit ?? diagnostics.length);
  const blocks = shown.map((diagnostic) => renderBlock(sayDiagnostic(diagnostic, options.say), options));
  const first = shown[0];
  if (first !== undefined) blocks.push(footer(diagnostics.length - shown.length, first.code, options.say));
  return blocks.join("\n\n");
}

/** One workflow command a problem: GitHub shows them at the lines of a pull request. */
export function renderGithub(diagnostics: readonly Diagnostic[], say: Translate): string {
  return diagnostics.map((diagnostic) => githubLine(sayDiagnostic(diagnostic, say), say)).join("\n");
}

function footer(hidden: number, code: string, say: Translate): string {
  const docs = say("problem.docs", { code });
  if (hidden === 0) return docs;
  const more = hidden === 1 ? message("problem.oneMore") : message("problem.more", { count: hidden });
  return `${say(more)}    ${docs}`;
}

function renderBlock(diagnostic: Diagnostic<string>, options: RenderOptions): string {
  const { say, columns } = options;
  const paint = painter(options.colour);
  const { severity } = diagnostic;
  const gutter = " ".repeat(String(diagnostic.line).length);
  const labelled = (label: string, words: string, indent: number, styled = label): string => {
    const sentence = say("problem.labelled", { label, words: printable(words) });
    return wrapped(styled + sentence.slice(label.length), columns, indent);
  };
  const head = `${say(`problem.${severity}`)}[${diagnostic.code}]`;
  const place =
    diagnostic.line === 0 ? diagnostic.file : `${diagnostic.file}:${diagnostic.line}:${diagnostic.col}`;
  const lines = [
    labelled(head, diagnostic.message, 2, paint(["bold", COLOUR[severity]], head)),
    `${gutter}${paint("dim", "-->")} ${printable(place)}`,
    ...excerptLines(diagnostic, gutter, options),
  ];
  const below = gutter.length + 3;
  const point = `${gutter} = `;
  for (const other of diagnostic.related ?? []) {
    const label = `${diagnostic.file}:${other.line}:${other.col}`;
    const where = say("problem.labelled", { label, words: other.message });
    lines.push(labelled(`${point}${say("problem.note")}`, where, below));
  }
  if (diagnostic.fix !== undefined)
    lines.push(
      labelled(
        `${point}${say("problem.fix")}`,
        diagnostic.fix,
        below,
        `${point}${paint("cyan", say("problem.fix"))}`,
      ),
    );
  return lines.join("\n");
}

function excerptLines(
  diagnostic: Diagnostic<string>,
  gutter: string,
  { colour, columns }: RenderOptions,
): readonly string[] {
  const paint = painter(colour);
  const room = columns === undefined ? WIDEST_LINE : Math.min(WIDEST_LINE, columns - gutter.length - 3);
  const widest = Math.max(NARROWEST_LINE, room);
  return diagnostic.excerpt.flatMap((excerpt) => {
    const number = paint("dim", `${String(excerpt.line).padStart(gutter.length)} |`);
    if (excerpt.line !== diagnostic.line)
      return [`${number} ${cut(printable(excerpt.text), 0, widest).text}`.trimEnd()];
    const window = cut(printable(excerpt.text), diagnostic.col - 1, widest);
    const marks = paint(COLOUR[diagnostic.severity], caret(excerpt, diagnostic, window));
    return [`${number} ${window.text}`, `${paint("dim", `${gutter} |`)} ${marks}`];
  });
}

/** A command at the end of a sentence is to be pasted: a line feed would break it. */
const COMMAND_AT_END = /(?:oai-gateway|npm run|openssl) [^，。；;,]*$/;
/** Stands for a space at which no line may end. */
const HELD_SPACE = "\u00a0";

function wrapped(sentence: string, columns: number | undefined, indent: number): string {
  if (columns === undefined) return sentence;
  const held = sentence.replace(COMMAND_AT_END, (command) => command.replaceAll(" ", HELD_SPACE));
  return wrapToWidth(held, columns, indent).replaceAll(HELD_SPACE, " ");
}

/** Part of a line: what is shown of it, and which part of the whole that is, without the marks of a cut. */
type Window = { readonly text: string; readonly start: number; readonly end: number };

/** Cuts a line that is wider than allowed to the part around an offset. */
function cut(text: string, offset: number, widest: number): Window {
  if (textWidth(text) <= widest) return { text, start: 0, end: text.length };
  const room = widest - 2;
  const start = textWidth(text.slice(0, offset)) < room / 2 ? 0 : startBefore(text, offset, room / 2);
  const end = endAfter(text, start, room);
  const isCut = end < text.length;
  return { text: `${start > 0 ? "…" : ""}${text.slice(start, end)}${isCut ? "…" : ""}`, start, end };
}

function startBefore(text: string, offset: number, room: number): number {
  let used = 0;
  const before = [...text.slice(0, offset)];
  let start = offset;
  for (let char = before.pop(); char !== undefined; char = before.pop()) {
    used += textWidth(char);
    if (used > room) break;
    start -= char.length;
  }
  return start;
}

function endAfter(text: string, start: number, room: number): number {
  let used = 0;
  let end = start;
  for (const char of text.slice(start)) {
    used += textWidth(char);
    if (used > room) break;
    end += char.length;
  }
  return end;
}

function caret(excerpt: ExcerptLine, diagnostic: Diagnostic<string>, window: Window): string {
  const text = printable(excerpt.text);
  const column = diagnostic.col - 1;
  const before = text.slice(window.start, column);
  const marked = text.slice(column, Math.min(column + diagnostic.length, window.end));
  const indent = textWidth(before) + (window.start > 0 ? 1 : 0);
  return " ".repeat(indent) + "^".repeat(Math.max(1, textWidth(marked)));
}

// Tabs become one space so that the caret stays below its place; what could steer a terminal becomes visible.
function printable(text: string): string {
  return text
    .replace(/[\t\n\r]/g, " ")
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
      "\ufffd",
    );
}

function githubLine(diagnostic: Diagnostic<string>, say: Translate): string {
  const { line, col, length, fix, severity } = diagnostic;
  const place = line === 0 ? "" : `,line=${line},col=${col},endColumn=${col + length}`;
  const mend =
    fix === undefined ? "" : `\n${say("problem.labelled", { label: say("problem.fix"), words: fix })}`;
  const head = `file=${githubProperty(diagnostic.file)}${place},title=${diagnostic.code}`;
  return `::${severity} ${head}::${githubData(`${diagnostic.message}${mend}`)}`;
}

// The escapes of GitHub's own toolkit (actions/toolkit, packages/core/src/command.ts).
function githubData(text: string): string {
  const escaped = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  return visibleText(escaped);
}

function githubProperty(text: string): string {
  return githubData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
