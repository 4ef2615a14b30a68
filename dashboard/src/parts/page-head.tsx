// The head of a page: its name, and what may be done with all of it.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { hasMoved } from "../app/router.ts";

/** Takes the focus when the viewer comes from another page, so that a reader begins to read there. `children` stand behind the name. */
export function PageHead({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · oai-gateway`;
  }, [title]);
  useEffect(() => {
    // On the first page the Tab key begins at the top, with the link that leads past the navigation.
    if (!hasMoved.value) return;
    if (
      document.activeElement === null ||
      document.activeElement === document.body ||
      document.activeElement.closest(".nav") !== null
    )
      heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class="page-head">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <span class="grow" />
      {children}
    </div>
  );
}
