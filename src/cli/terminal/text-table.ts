// Lays out rows of text in aligned columns, East Asian width and colours counted right. Knows nothing of what the cells
// mean.

import { longestPart, padEnd, padStart, textWidth, wrapToWidth } from "../../core/text-width.ts";

/** How a table is laid out. */
export type TableOptions = {
  readonly header?: readonly string[];
  /** Columns, from 0, that are aligned on the right: numbers. */
  readonly right?: readonly number[];
  /** What stands before each line. Default two spaces. */
  readonly indent?: string;
  /** Spaces between columns. Default 3. */
  readonly gap?: number;
  /** Columns of the terminal; undefined where nobody looks, and lines may be as long as they are. */
  readonly width?: number | undefined;
  /** A cell that says nothing, such as a dash; a paragraph leaves it out. */
  readonly blank?: string;
};

/** Cells no wider than this are not wrapped: a number with its unit, or a name, reads badly in two lines. */
const LEAST_WIDTH = 16;

type Rows = readonly (readonly string[])[];

/**
 * The lines of a table; nothing trails after a line's last cell. Where it is wider than the terminal, the widest columns
 * shrink and their cells are wrapped; where that would break words, each row is a paragraph.
 */
export function layOutTable(rows: Rows, options: TableOptions = {}): string[] {
  const all = options.header === undefined ? rows : [options.header, ...rows];
  const natural = widest(all, textWidth);
  const indent = options.indent ?? "  ";
  const gap = options.gap ?? 3;
  if (options.width === undefined) return alignRows(all, natural, options);
  const room = options.width - textWidth(indent) - gap * Math.max(0, natural.length - 1);
  if (sum(natural) <= room) return alignRows(all, natural, options);
  const least = widest(all, (cell) => Math.max(longestPart(cell), Math.min(textWidth(cell), LEAST_WIDTH)));
  if (sum(least) > room) return paragraphs(rows, options, options.width);
  const widths = shrink(natural, least, room);
  return alignRows(
    all.flatMap((row) => wrapRow(row, widths)),
    widths,
    options,
  );
}

function widest(rows: Rows, measure: (cell: string) => number): number[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, measure(cell));
    });
  return widths;
}

function sum(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width, 0);
}

/** Takes from the widest column that can give, one at a time, until all fit. */
function shrink(natural: readonly number[], least: readonly number[], room: number): number[] {
  const widths = [...natural];
  for (let over = sum(widths) - room; over > 0; over -= 1) {
    let giver = -1;
    widths.forEach((width, column) => {
      if (width > (least[column] ?? 0) && width > (widths[giver] ?? 0)) giver = column;
    });
    if (giver === -1) return widths;
    widths[giver] = (widths[giver] ?? 0) - 1;
  }
  return widths;
}

function wrapRow(row: readonly string[], widths: readonly number[]): string[][] {
  const cells = row.map((cell, column) => wrapToWidth(cell, widths[column] ?? 0, 0).split("\n"));
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) => cells.map((lines) => lines[at] ?? ""));
}

function alignRows(rows: Rows, widths: readonly number[], options: TableOptions): string[] {
  const indent = options.indent ?? "  ";
  const gap = " ".repeat(options.gap ?? 3);
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      alignCell(cell, widths[column] ?? 0, options.right?.includes(column)),
    );
    return `${indent}${cells.join(gap)}`.trimEnd();
  });
}

function paragraphs(rows: Rows, { header, indent = "  ", blank }: TableOptions, width: number): string[] {
  const inner = textWidth(indent) + 2;
  return rows.flatMap(([first = "", ...others]) => {
    const items = others.flatMap((cell, at) => {
      const label = header?.[at + 1] ?? "";
      if (cell.trim() === "" || cell === blank) return [];
      return label === "" ? cell.trim() : `${label} ${cell}`;
    });
    return [
      ...wrapToWidth(`${indent}${first}`, width, inner).split("\n"),
      ...flowItems(items, { width, indent: inner, gap: 2 }),
    ];
  });
}

/** Items one after the other, as many in a line as fit; one that is longer than a line is wrapped. */
export function flowItems(
  items: readonly string[],
  { width, indent, gap }: { readonly width: number; readonly indent: number; readonly gap: number },
): string[] {
  const lines: string[] = [];
  const lead = " ".repeat(indent);
  for (const item of items) {
    const last = lines.at(-1);
    const longer = last === undefined ? undefined : last + " ".repeat(gap) + item;
    if (longer !== undefined && textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(...wrapToWidth(lead + item, width, indent + 2).split("\n"));
  }
  return lines;
}

function alignCell(cell: string, width: number, isRight: boolean | undefined): string {
  return isRight === true ? padStart(cell, width) : padEnd(cell, width);
}
