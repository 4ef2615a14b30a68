// What of a table is in sight.

import { useLayoutEffect, useState } from "preact/hooks";

/** The height of a row, pixels. */
export const ROW_PX = 31;
/** That of the head. */
export const HEAD_PX = 32;

/** The element that scrolls. */
export type Box = { readonly current: HTMLDivElement | null };

type View = { readonly top: number; readonly height: number };

/** Follows what is in sight, in pixels below the head. */
export function useView(box: Box): View {
  const [view, setView] = useState<View>({ top: 0, height: 600 });
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
  }, [box]);
  return view;
}

/** Rows that are wholly in sight; `footPx`: what covers the lowest. */
export function rowsInSight(element: HTMLElement, footPx: number): number {
  return Math.floor((element.clientHeight - HEAD_PX - footPx) / ROW_PX);
}

/** Brings a row into sight. */
export function scrollTo(element: HTMLElement, at: number, footPx: number): void {
  const top = at * ROW_PX;
  const room = element.clientHeight - HEAD_PX - ROW_PX - footPx;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top > element.scrollTop + room) element.scrollTop = top - room;
}
