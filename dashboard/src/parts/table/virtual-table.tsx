// A table of any length: only the rows in sight are there. It is one stop of the Tab key; arrows, Page and Home keys move
// in it, Enter opens a row.

import { useEffect, useId, useRef } from "preact/hooks";
import { useActiveRow } from "./active-row.ts";
import { type Column, FootRow, HeadRow, RowView } from "./rows.tsx";
import { HEAD_PX, ROW_PX, useView } from "./view.ts";

export type { Column } from "./rows.tsx";

/** What a table is given. */
export type VirtualTableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Left out where a row is no more than can be seen of it. */
  readonly onOpen?: (row: Row) => void;
  /** The key of the row that is open. */
  readonly opened?: string | undefined;
  /** The rows near the end are in sight: more may be asked for. */
  readonly onNearEnd?: () => void;
  /** Below all rows, always in sight. */
  readonly foot?: Row | undefined;
  /** How high it is; CSS. */
  readonly height: string;
  /** The narrowest that all columns fit in, pixels. */
  readonly minWidth?: number;
};

/** Rows that are there above and below those in sight. */
const SPARE = 8;
/** So many rows before the end more are asked for. */
const NEAR = 40;
/** A bar to scroll sideways by, and the border. */
const BESIDE_PX = 18;

/** The height of a table that is no higher than its rows, nor than `most`; CSS. */
export function heightOf(rows: number, most: string): string {
  return `min(${HEAD_PX + rows * ROW_PX + BESIDE_PX}px, ${most})`;
}

/** The table. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, keyOf, onOpen, opened, onNearEnd, foot, height, minWidth = 0 } = props;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const view = useView(box);
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - SPARE);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW_PX) + SPARE);
  const { active, activeKey, setActive, onKeyDown } = useActiveRow(props, box);
  useEffect(() => {
    if (last > rows.length - NEAR) onNearEnd?.();
  }, [last, rows.length, onNearEnd]);
  const style = { gridTemplateColumns: columns.map(({ width }) => width).join(" ") };
  const wide = { ...style, minWidth: `${minWidth}px` };
  return (
    <div
      ref={box}
      class="vtable"
      style={{ height }}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + (foot === undefined ? 1 : 2)}
      tabIndex={0}
      aria-activedescendant={active >= first && active < last ? `${id}-${active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <HeadRow columns={columns} style={wide} />
      <div
        class="vtable-rows"
        role="rowgroup"
        style={{ height: `${rows.length * ROW_PX}px`, minWidth: `${minWidth}px` }}
      >
        {rows.slice(first, last).map((row, at) => (
          <RowView
            key={keyOf(row)}
            id={`${id}-${first + at}`}
            row={row}
            at={first + at}
            columns={columns}
            style={style}
            isSelected={keyOf(row) === (opened ?? activeKey)}
            {...(onOpen !== undefined && {
              onOpen: () => {
                setActive(row, first + at);
                onOpen(row);
              },
            })}
          />
        ))}
      </div>
      {foot !== undefined && <FootRow row={foot} at={rows.length} columns={columns} style={wide} />}
    </div>
  );
}
