// Lines that stay at the bottom of a terminal and change in place, while other lines go by above them. Only for a
// terminal that both streams write to and that can move its cursor.

import { cutToWidth, textWidth, wrapToWidth } from "../../core/text-width.ts";
import { type LineWriter, lineText } from "../../observe/line-writer.ts";

/** The terminal that the lines are pinned to. */
export type PinnedOn = {
  /** Writes text as it is. */
  readonly write: (text: string) => void;
  /** Columns it has now: a person may change them at any time. */
  readonly columns: () => number;
  readonly isAscii: boolean;
};

/** The pinned lines, and the way for all others to pass them. */
export class PinnedLines {
  readonly #on: PinnedOn;
  #shown: readonly string[] = [];
  #isOver = false;

  constructor(on: PinnedOn) {
    this.#on = on;
  }

  /** Where a log writes its lines, so that they pass above. */
  get writer(): LineWriter {
    return { write: (line) => this.above(lineText(line)), flush: () => Promise.resolve(), droppedCount: 0 };
  }

  /** Shows these lines in place of those before, in as many rows as they need; a word that is too long is cut. */
  pin(lines: readonly string[]): void {
    if (this.#isOver) return;
    const width = this.#on.columns() - 1;
    const rows = lines.flatMap((line) =>
      wrapToWidth(line, width, /^ */.exec(line)?.[0].length ?? 0).split("\n"),
    );
    const cut = rows.map((row) => cutToWidth(row, width, this.#on.isAscii ? "~" : "…"));
    this.#on.write(`${this.#erased()}${cut.map((line) => `${line}\n`).join("")}`);
    this.#shown = cut;
  }

  /** Writes a text, of one line or more, above the pinned ones. */
  above(text: string): void {
    this.#on.write(`${this.#erased()}${text}\n${this.#shown.map((line) => `${line}\n`).join("")}`);
  }

  /** Leaves the last ones as they are: what follows stands below them. */
  end(): void {
    this.#isOver = true;
    this.#shown = [];
  }

  /** What takes the cursor to the first of the shown lines and clears from there. */
  #erased(): string {
    if (this.#shown.length === 0) return "";
    const columns = Math.max(1, this.#on.columns());
    // A terminal that became narrower has wrapped them.
    const rows = this.#shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)),
      0,
    );
    return `\u001b[${rows}A\r\u001b[J`;
  }
}
