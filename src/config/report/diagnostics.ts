// What a check of the configuration reports, and the collector that the checks write to. Not the words of a request's
// failure (`core/errors.ts`) and not their layout (`render.ts`).

import type { Message, MessageKey } from "../../language/messages.ts";
import { CONFIG_CODES, type ConfigCode } from "./codes.ts";
import { looseLines, type ShowLine } from "./excerpt.ts";
import { LineIndex } from "./line-index.ts";
import { maskMessage, maskText } from "./secrets.ts";
import type { Slip } from "./slip.ts";
import type { Span } from "./span.ts";

/** A line of the file as it may be shown, of the same length as in the file. */
export type ExcerptLine = { readonly line: number; readonly text: string };

/** Another place that a problem is about. */
type Related<Words> = { readonly line: number; readonly col: number; readonly message: Words };

/** One problem of a configuration; nothing in it is secret. Its words are sentences still to be said. */
export type Diagnostic<Words = Message> = {
  readonly code: ConfigCode;
  readonly severity: "error" | "warning";
  readonly message: Words;
  /** As shown to people: relative to the working folder where that is shorter. */
  readonly file: string;
  /** From 1; 0 when the problem is about the file as a whole. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly col: number;
  /** UTF-16 units from `col` that the caret underlines; at least 1. */
  readonly length: number;
  readonly fix?: Words;
  readonly related?: readonly Related<Words>[];
  /** The line itself and the line before it; empty when there is none to show. */
  readonly excerpt: readonly ExcerptLine[];
};

/** What a report may add. */
export type Detail = {
  /** How to mend it here; the code's own words where absent. */
  readonly fix?: Message | undefined;
  readonly related?: readonly { readonly at: Span; readonly message: Message }[];
};

type Entry = {
  readonly code: ConfigCode;
  readonly at: Span;
  readonly message: Message;
  readonly detail: Detail;
};

/** One run tells no more than this; nobody mends more between two runs. */
const MOST_PROBLEMS = 1_000;
/** A longer line is not shown: what is wrong in it is said once for each problem. */
const LONGEST_LINE = 2_000;

/** Slips that are made in line after line: where one of them is told, all are. */
const HABITS: ReadonlySet<string> = new Set<MessageKey>(["slip.comma", "slip.dash"]);

/** Collects the problems of one file and turns offsets into lines. */
export class Problems {
  readonly file: string;
  readonly lines: LineIndex;
  readonly #text: string;
  readonly #known = new Set<string>();
  #entries: Entry[] = [];
  #hasErrors = false;
  /** Nothing but punctuation until somebody knows more. */
  #showing: () => ShowLine = () => looseLines(() => false);

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
    this.lines = new LineIndex(text);
  }

  /** Reports a problem at a place of the text. What looks like a secret in it is masked, and no other may be in it. */
  add(code: ConfigCode, at: Span, message: Message, detail: Detail = {}): void {
    const isError = CONFIG_CODES[code].severity === "error";
    // The first error counts, whatever else there is.
    if (this.#entries.length >= MOST_PROBLEMS && (!isError || this.#hasErrors)) return;
    this.#hasErrors ||= isError;
    // What an anchor holds is checked wherever it is used; it is mended once.
    const key = `${code} ${at.start} ${JSON.stringify(message)}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#entries.push({ code, at, message, detail });
  }

  /** Tells a slip of the keyboard in place of the errors that it has led to: those whose lines it stands in. */
  explain(slips: readonly Slip[]): void {
    const used = new Set<Slip>();
    const left = this.#entries.filter((entry) => {
      const isError = CONFIG_CODES[entry.code].severity === "error";
      const cause = isError ? slips.find((slip) => this.#isWithin(slip.at.start, entry)) : undefined;
      if (cause !== undefined) used.add(cause);
      return cause === undefined;
    });
    if (used.size === 0) return;
    const habits = new Set([...used].map((slip) => slip.message.key).filter((key) => HABITS.has(key)));
    const told = slips.filter((slip) => used.has(slip) || habits.has(slip.message.key));
    // A warning in the same lines says the same once more.
    this.#entries = left.filter((entry) => !told.some((slip) => this.#isWithin(slip.at.start, entry)));
    for (const slip of told) this.add(slip.code, slip.at, slip.message, { fix: slip.fix });
  }

  /** Where the structure itself is broken, the parser notices a line or two late, or early. */
  #isWithin(offset: number, { code, at }: Entry): boolean {
    const slack = code === "OG101" || code === "OG102" ? 2 : 0;
    const { line } = this.lines.positionOf(offset);
    const first = this.lines.positionOf(at.start).line;
    const last = this.lines.positionOf(Math.max(at.start, at.end - 1)).line;
    return line >= first - slack && line <= last + slack;
  }

  /** Says how lines may be shown; asked only where there is something to tell. */
  showBy(showing: () => ShowLine): void {
    this.#showing = showing;
  }

  /** Nothing more is told: what takes long need not be looked for. */
  get isFull(): boolean {
    return this.#hasErrors && this.#entries.length >= MOST_PROBLEMS;
  }

  get hasErrors(): boolean {
    return this.#hasErrors;
  }

  /** Everything reported, in the order of the file. */
  sorted(): readonly Diagnostic[] {
    const entries = [...this.#entries].sort((a, b) => a.at.start - b.at.start);
    if (entries.length === 0) return [];
    const showLine = this.#showing();
    return entries.map((entry) => this.#diagnostic(entry, showLine));
  }

  #diagnostic(entry: Entry, showLine: ShowLine): Diagnostic {
    const { line, col } = this.lines.positionOf(entry.at.start);
    const length = Math.max(1, Math.min(entry.at.end, this.lines.endOf(line)) - entry.at.start);
    const related = entry.detail.related?.map((other) => ({
      ...this.lines.positionOf(other.at.start),
      message: maskMessage(other.message),
    }));
    return {
      code: entry.code,
      severity: CONFIG_CODES[entry.code].severity,
      message: maskMessage(entry.message),
      file: this.file,
      line,
      col,
      length,
      fix: maskMessage(entry.detail.fix ?? CONFIG_CODES[entry.code].mend),
      ...(related === undefined ? {} : { related }),
      excerpt: this.#excerpt(line, showLine),
    };
  }

  #excerpt(line: number, showLine: ShowLine): readonly ExcerptLine[] {
    const { lines } = this;
    return [line - 1, line]
      .filter((number) => number > 0 && lines.endOf(number) - lines.startOf(number) <= LONGEST_LINE)
      .map((number) => ({ line: number, text: this.#shownLine(number, showLine) }));
  }

  #shownLine(line: number, showLine: ShowLine): string {
    const start = this.lines.startOf(line);
    const text = this.#text.slice(start, this.lines.endOf(line)).replace(/\r$/, "");
    return maskText(showLine(text, start));
  }
}

/** A diagnostic in the reader's words, looked through once more: a secret may stand across two values. */
export function sayDiagnostic(diagnostic: Diagnostic, say: (said: Message) => string): Diagnostic<string> {
  const { message, fix, related, ...rest } = diagnostic;
  const said = (words: Message): string => maskText(say(words));
  return {
    ...rest,
    message: said(message),
    ...(fix === undefined ? {} : { fix: said(fix) }),
    ...(related === undefined
      ? {}
      : { related: related.map((other) => ({ ...other, message: said(other.message) })) }),
  };
}

/** A problem of a file that has no text to point into. */
export function fileDiagnostic(code: ConfigCode, file: string, message: Message, fix?: Message): Diagnostic {
  const severity = CONFIG_CODES[code].severity;
  return {
    code,
    severity,
    message,
    file,
    line: 0,
    col: 0,
    length: 1,
    ...(fix === undefined ? {} : { fix }),
    excerpt: [],
  };
}
