// A part of a page with a heading.

import type { ComponentChildren } from "preact";

/** A panel; `actions` stand at the end of its head, `span` is its width of twelve columns in a `.grid`. */
export function Panel({
  title,
  actions,
  children,
  span = 12,
  isFlush = false,
}: {
  readonly title: string;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly span?: 3 | 4 | 6 | 8 | 12;
  /** Without space around its content, for tables. */
  readonly isFlush?: boolean;
}) {
  return (
    <section class={`panel span-${span}`} aria-label={title}>
      <div class="panel-head">
        <h2>{title}</h2>
        {actions}
      </div>
      <div class={isFlush ? "" : "panel-body"}>{children}</div>
    </section>
  );
}
