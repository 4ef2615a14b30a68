// Lays out rows of text in aligned columns, East Asian width and colours counted right. Knows nothing of what the cells
// mean.

import { padEnd, padStart, textWidth } from "../../core/text-width.ts";

/** How a table is laid out. */
export type TableOptions = {
  readonly header?: readonly string[];
  /** Columns, from 0, that are aligned on the right: numbers. */
  readonly right?: readonly number[];
  /** What stands before each line. Default two spaces. */
  readonly indent?: string;
  /** Spaces between columns. Default 3. */
  readonly gap?: number;
};

/** The lines of a table; nothing trails after a line's last cell. */
export function layOutTable(rows: readonly (readonly string[])[], options: TableOptions = {}): string[] {
  const all = options.header === undefined ? rows : [options.header, ...rows];
  const widths: number[] = [];
  for (const row of all) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, textWidth(cell));
    });
  }
  const indent = options.indent ?? "  ";
  const gap = " ".repeat(options.gap ?? 3);
  return all.map((row) => {
    const cells = row.map((cell, column) =>
      alignCell(cell, widths[column] ?? 0, options.right?.includes(column)),
    );
    return `${indent}${cells.join(gap)}`.trimEnd();
  });
}

function alignCell(cell: string, width: number, isRight: boolean | undefined): string {
  return isRight === true ? padStart(cell, width) : padEnd(cell, width);
}
