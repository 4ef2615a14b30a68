// Where the lines of a text begin. Keeps no text.

/** Where the lines begin, as plain data. */
export type PackedLines = { readonly starts: readonly number[]; readonly length: number };

/** Turns offsets of one text into lines and columns, and back. */
export class LineIndex {
  readonly #starts: readonly number[];
  readonly #length: number;

  /** Of a text, or of what was `packed`. */
  constructor(text: string | PackedLines) {
    const { starts, length } = typeof text === "string" ? linesIn(text) : text;
    this.#starts = starts;
    this.#length = length;
  }

  /** Taken apart. */
  packed(): PackedLines {
    return { starts: this.#starts, length: this.#length };
  }

  /** Line and column, both from 1, of an offset. */
  positionOf(offset: number): { readonly line: number; readonly col: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, col: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** Where a line (from 1) begins; the text's end for one that is not there. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.#length;
  }

  /** Where a line (from 1) ends, its line feed left out. */
  endOf(line: number): number {
    return (this.#starts[line] ?? this.#length + 1) - 1;
  }
}

function linesIn(text: string): PackedLines {
  const starts = [0];
  for (let index = text.indexOf("\n"); index >= 0; index = text.indexOf("\n", index + 1))
    starts.push(index + 1);
  return { starts, length: text.length };
}
