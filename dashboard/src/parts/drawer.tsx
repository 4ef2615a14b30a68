// Details beside the page, which stays usable: Escape closes it.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { appWords } from "../words/app/words.ts";
import { Icon } from "./icon.tsx";

/** What a drawer is given. */
export type DrawerProps = {
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
};

/** Open as long as it is there. */
export function Drawer({ title, children, onClose }: DrawerProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  useEffect(() => {
    const close = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && document.querySelector("dialog[open]") === null) onClose();
    };
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, [onClose]);
  return (
    <aside class="drawer" aria-labelledby={titleId}>
      <div class="dialog-head">
        <h2 id={titleId} ref={heading} tabIndex={-1} class="clip">
          {title}
        </h2>
        <button type="button" class="button is-plain is-icon" aria-label={appWords().close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="drawer-body" tabIndex={0} aria-labelledby={titleId}>
        {children}
      </section>
    </aside>
  );
}
