// The rows of a table: its head, one of its rows, and its foot.

import type { ComponentChildren } from "preact";
import { ROW_PX } from "./view.ts";

/** A column: `width` as CSS grid has it, such as `90px` or `minmax(0, 1fr)`. */
export type Column<Row> = {
  readonly name: string;
  readonly label: string;
  readonly width: string;
  readonly isNumber?: boolean;
  /** Whether it says what a row is. */
  readonly isName?: boolean;
  readonly render: (row: Row) => ComponentChildren;
  /** The same for the row below all others; empty where it is left out. */
  readonly renderFoot?: (row: Row) => ComponentChildren;
  /** In place of the label in its head, such as a button that sorts by it. */
  readonly head?: ComponentChildren;
  /** How rows are sorted by it; undefined where it sorts nothing. */
  readonly sort?: "ascending" | "descending" | "none";
};

type CellStyle = Readonly<Record<string, string>>;

type HeadProps<Row> = { readonly columns: readonly Column<Row>[]; readonly style: CellStyle };

/** The labels. */
export function HeadRow<Row>({ columns, style }: HeadProps<Row>) {
  return (
    <div class="vtable-head" role="row" aria-rowindex={1} style={style}>
      {columns.map(({ name, label, isNumber, head, sort }) => (
        <div key={name} class={classOf(isNumber)} role="columnheader" aria-sort={sort}>
          {head ?? label}
        </div>
      ))}
    </div>
  );
}

type RowProps<Row> = HeadProps<Row> & {
  readonly id: string;
  readonly row: Row;
  /** Its place among all, from 0. */
  readonly at: number;
  readonly isSelected: boolean;
  readonly onOpen?: () => void;
};

/** One row, in its place. */
export function RowView<Row>({ id, row, at, columns, style, isSelected, onOpen }: RowProps<Row>) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the table's.
    <div
      id={id}
      class={onOpen === undefined ? "vtable-row" : "vtable-row can-open"}
      role="row"
      aria-rowindex={at + 2}
      aria-selected={isSelected}
      style={{ ...style, height: `${ROW_PX}px`, top: `${at * ROW_PX}px` }}
      onClick={onOpen}
    >
      {columns.map(({ name, render, isNumber, isName = false }) => (
        <div key={name} class={classOf(isNumber)} role={isName ? "rowheader" : "gridcell"}>
          {render(row)}
        </div>
      ))}
    </div>
  );
}

type FootProps<Row> = HeadProps<Row> & { readonly row: Row; readonly at: number };

/** The row below all others. */
export function FootRow<Row>({ row, at, columns, style }: FootProps<Row>) {
  return (
    <div class="vtable-foot" role="row" aria-rowindex={at + 2} style={style}>
      {columns.map(({ name, renderFoot, isNumber, isName = false }) => (
        <div key={name} class={classOf(isNumber)} role={isName ? "rowheader" : "gridcell"}>
          {renderFoot?.(row)}
        </div>
      ))}
    </div>
  );
}

function classOf(isNumber = false): string {
  return isNumber ? "vtable-cell number" : "vtable-cell";
}
