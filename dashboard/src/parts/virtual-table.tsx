// A table of any length: only the rows in sight are there. It is one stop of the Tab key; arrows, Page and Home keys move
// in it, Enter opens a row.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

/** A column: `width` as CSS grid has it, such as `90px` or `minmax(0, 1fr)`. */
export type Column<Row> = {
  readonly name: string;
  readonly label: string;
  readonly width: string;
  readonly isNumber?: boolean;
  readonly render: (row: Row) => ComponentChildren;
};

/** What a table is given. */
export type VirtualTableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen: (row: Row) => void;
  /** The key of the row that is open. */
  readonly opened?: string | undefined;
  /** The rows near the end are in sight: more may be asked for. */
  readonly onNearEnd?: () => void;
  /** How high it is; CSS. */
  readonly height: string;
  /** The narrowest that all columns fit in, pixels. */
  readonly minWidth?: number;
};

const ROW_PX = 31;
const HEAD_PX = 32;
/** Rows that are there above and below those in sight. */
const SPARE = 8;
/** So many rows before the end more are asked for. */
const NEAR = 40;

/** The table. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rows, keyOf, onOpen, opened, onNearEnd, height, minWidth = 0 } = props;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [view, setView] = useState({ top: 0, height: 600 });
  const [activeKey, setActiveKey] = useState<string>();
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - SPARE);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW_PX) + SPARE);
  const active = activeKey === undefined ? -1 : rows.findIndex((row) => keyOf(row) === activeKey);
  useViewOf(box, setView);
  useEffect(() => {
    if (last > rows.length - NEAR) onNearEnd?.();
  }, [last, rows.length, onNearEnd]);
  const moveTo = (wanted: number): void => {
    const at = Math.max(0, Math.min(rows.length - 1, wanted));
    const row = rows[at];
    if (row === undefined || box.current === null) return;
    setActiveKey(keyOf(row));
    scrollTo(box.current, at);
    if (opened !== undefined) onOpen(row);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== box.current) return;
    const row = rows[active];
    if (event.key === "Enter" && row !== undefined) onOpen(row);
    else {
      const to = stepOf(event.key, active, {
        count: rows.length,
        page: Math.floor(view.height / ROW_PX) - 2,
      });
      if (to === undefined) return;
      moveTo(to);
    }
    event.preventDefault();
  };
  const template = columns.map(({ width }) => width).join(" ");
  const isInSight = active >= first && active < last;
  return (
    <div
      ref={box}
      class="vtable"
      style={{ height }}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      aria-activedescendant={isInSight ? `${id}-${active}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div
        class="vtable-head"
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template, minWidth: `${minWidth}px` }}
      >
        {columns.map(({ name, label: words, isNumber = false }) => (
          <div key={name} class={isNumber ? "vtable-cell number" : "vtable-cell"} role="columnheader">
            {words}
          </div>
        ))}
      </div>
      <div
        class="vtable-rows"
        role="rowgroup"
        style={{ height: `${rows.length * ROW_PX}px`, minWidth: `${minWidth}px` }}
      >
        {rows.slice(first, last).map((row, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the table's.
          <div
            key={keyOf(row)}
            id={`${id}-${first + at}`}
            class="vtable-row"
            role="row"
            aria-rowindex={first + at + 2}
            aria-selected={keyOf(row) === (opened ?? activeKey)}
            style={{
              gridTemplateColumns: template,
              height: `${ROW_PX}px`,
              top: `${(first + at) * ROW_PX}px`,
            }}
            onClick={() => {
              setActiveKey(keyOf(row));
              onOpen(row);
            }}
          >
            {columns.map(({ name, render, isNumber = false }) => (
              <div key={name} class={isNumber ? "vtable-cell number" : "vtable-cell"} role="gridcell">
                {render(row)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

type Box = { readonly current: HTMLDivElement | null };
type View = { readonly top: number; readonly height: number };

/** Follows what of the table is in sight. */
function useViewOf(box: Box, setView: (view: View) => void): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight - HEAD_PX });
    look();
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [box, setView]);
}

function scrollTo(element: HTMLElement, at: number): void {
  const top = at * ROW_PX;
  const room = element.clientHeight - HEAD_PX - ROW_PX;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top > element.scrollTop + room) element.scrollTop = top - room;
}

/** Where a key leads; undefined for keys that are none of ours. */
function stepOf(
  key: string,
  active: number,
  { count, page }: { readonly count: number; readonly page: number },
): number | undefined {
  switch (key) {
    case "ArrowDown":
    case "j":
      return active + 1;
    case "ArrowUp":
    case "k":
      return active - 1;
    case "PageDown":
      return active + page;
    case "PageUp":
      return active - page;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
