// Lays out diagnostics for people, for scripts and for CI. Decides nothing.

import { painter } from "../../core/paint.ts";
import { textWidth } from "../../core/text-width.ts";
import type { Diagnostic, ExcerptLine } from "./diagnostics.ts";

/** How `renderText` shows. */
export type RenderOptions = {
  readonly colour: boolean;
  /** Show at most so many and say how many are left; all when absent. */
  readonly limit?: number;
  /** Puts the commands of a sentence of ours into the form in which the reader can run them. */
  readonly toCommands?: (sentence: string) => string;
};

const COLOUR = { error: "red", warning: "yellow" } as const;
const WIDEST_LINE = 160;

/**
 * One block a problem: `error[OG110]: …`, `--> file:line:col`, the lines, a caret, the fix. Ends with a line that
 * says where there is more. No trailing newline.
 */
export function renderText(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  const shown = diagnostics.slice(0, options.limit ?? diagnostics.length);
  const { toCommands = (sentence) => sentence } = options;
  const blocks = shown.map((diagnostic) => {
    const { fix } = diagnostic;
    const said = fix === undefined ? diagnostic : { ...diagnostic, fix: toCommands(fix) };
    return renderBlock(said, options.colour);
  });
  const first = shown[0];
  if (first !== undefined) blocks.push(toCommands(footer(diagnostics.length - shown.length, first.code)));
  return blocks.join("\n\n");
}

/** One workflow command a problem: GitHub shows them at the lines of a pull request. */
export function renderGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(githubLine).join("\n");
}

function footer(hidden: number, code: string): string {
  const more =
    hidden === 0 ? "" : `${hidden} more ${hidden === 1 ? "problem" : "problems"}: oai-gateway check    `;
  return `${more}docs: oai-gateway explain ${code}`;
}

function renderBlock(diagnostic: Diagnostic, colour: boolean): string {
  const paint = painter(colour);
  const { severity } = diagnostic;
  const gutter = " ".repeat(String(diagnostic.line).length);
  const lines = [
    `${paint(["bold", COLOUR[severity]], `${severity}[${diagnostic.code}]`)}: ${printable(diagnostic.message)}`,
  ];
  const place =
    diagnostic.line === 0 ? diagnostic.file : `${diagnostic.file}:${diagnostic.line}:${diagnostic.col}`;
  lines.push(`${gutter}${paint("dim", "-->")} ${printable(place)}`);
  for (const excerpt of diagnostic.excerpt) {
    const number = String(excerpt.line).padStart(gutter.length);
    if (excerpt.line !== diagnostic.line) {
      lines.push(`${paint("dim", `${number} |`)} ${cut(printable(excerpt.text), 0).text}`.trimEnd());
      continue;
    }
    const window = cut(printable(excerpt.text), diagnostic.col - 1);
    lines.push(`${paint("dim", `${number} |`)} ${window.text}`);
    lines.push(
      `${paint("dim", `${gutter} |`)} ${paint(COLOUR[severity], caret(excerpt, diagnostic, window))}`,
    );
  }
  for (const other of diagnostic.related ?? []) {
    lines.push(
      `${gutter} = note: ${printable(`${diagnostic.file}:${other.line}:${other.col}: ${other.message}`)}`,
    );
  }
  if (diagnostic.fix !== undefined)
    lines.push(`${gutter} = ${paint("cyan", "fix")}: ${printable(diagnostic.fix)}`);
  return lines.join("\n");
}

type Window = { readonly text: string; readonly start: number };

/** Cuts a long line to the part around a column. */
function cut(text: string, column: number): Window {
  if (text.length <= WIDEST_LINE) return { text, start: 0 };
  const start = column < WIDEST_LINE / 2 ? 0 : column - WIDEST_LINE / 2;
  const end = start + WIDEST_LINE;
  return { text: `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`, start };
}

function caret(excerpt: ExcerptLine, diagnostic: Diagnostic, window: Window): string {
  const text = printable(excerpt.text);
  const before = text.slice(window.start, diagnostic.col - 1);
  const marked = text.slice(
    diagnostic.col - 1,
    Math.min(diagnostic.col - 1 + diagnostic.length, window.start + WIDEST_LINE),
  );
  const indent = textWidth(before) + (window.start > 0 ? 1 : 0);
  return " ".repeat(indent) + "^".repeat(Math.max(1, textWidth(marked)));
}

// Tabs become one space so that the caret stays below its place; what could steer a terminal becomes visible.
function printable(text: string): string {
  return text
    .replace(/[\t\n\r]/g, " ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");
}

function githubLine(diagnostic: Diagnostic): string {
  const place =
    diagnostic.line === 0
      ? ""
      : `,line=${diagnostic.line},col=${diagnostic.col},endColumn=${diagnostic.col + diagnostic.length}`;
  const text =
    diagnostic.fix === undefined ? diagnostic.message : `${diagnostic.message}\nfix: ${diagnostic.fix}`;
  const head = `file=${githubProperty(diagnostic.file)}${place},title=${diagnostic.code}`;
  return `::${diagnostic.severity} ${head}::${githubData(text)}`;
}

// The escapes of GitHub's own toolkit (actions/toolkit, packages/core/src/command.ts).
function githubData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function githubProperty(text: string): string {
  return githubData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
