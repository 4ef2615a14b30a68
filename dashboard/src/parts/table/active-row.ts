// The row that the keys have gone to. It stays the same one where others come above it.

import { useState } from "preact/hooks";
import { type Box, ROW_PX, rowsInSight, scrollTo } from "./view.ts";
import type { VirtualTableProps } from "./virtual-table.tsx";

/** The row, and what moves it. */
export type ActiveRow<Row> = {
  /** Its place; -1 where there is none. */
  readonly active: number;
  readonly activeKey: string | undefined;
  readonly setActive: (row: Row, at: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
};

/** Follows the keys. */
export function useActiveRow<Row>(
  { rows, keyOf, onOpen, opened, foot }: VirtualTableProps<Row>,
  box: Box,
): ActiveRow<Row> {
  const [known, setKnown] = useState<{ readonly key: string; readonly at: number }>();
  const isThere = (row: Row | undefined): boolean => row !== undefined && keyOf(row) === known?.key;
  // Where it was last it most often still is: a long table is not searched for nothing.
  const active =
    known === undefined ? -1 : isThere(rows[known.at]) ? known.at : rows.findIndex((row) => isThere(row));
  const footPx = foot === undefined ? 0 : ROW_PX;
  const setActive = (row: Row, at: number): void => setKnown({ key: keyOf(row), at });
  const moveTo = (wanted: number): void => {
    const at = Math.max(0, Math.min(rows.length - 1, wanted));
    const row = rows[at];
    if (row === undefined || box.current === null) return;
    setActive(row, at);
    scrollTo(box.current, at, footPx);
    if (opened !== undefined) onOpen?.(row);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Keys of what stands in a row are its own.
    if (event.target !== box.current || box.current === null) return;
    const row = rows[active];
    if (event.key === "Enter" && row !== undefined) onOpen?.(row);
    else {
      const page = rowsInSight(box.current, footPx) - 2;
      const to = stepOf(event.key, active, { count: rows.length, page });
      if (to === undefined) return;
      moveTo(to);
    }
    event.preventDefault();
  };
  return { active, activeKey: known?.key, setActive, onKeyDown };
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
