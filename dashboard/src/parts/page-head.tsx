// The head of a page: its name, and what may be done with all of it.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Takes the focus when the page is opened, so that a reader begins to read there. `children` stand behind the name. */
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
