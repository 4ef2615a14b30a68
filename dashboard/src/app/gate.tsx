// The frame of what is shown to who is not logged in.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import icon from "../styles/icon.svg";
import { LanguageChoice, ThemeButton } from "./choices.tsx";

/** A narrow page with the name of the program above. */
export function Gate({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · oai-gateway`;
  }, [title]);
  return (
    <main class="gate">
      <div class="brand">
        <img src={icon} alt="" />
        oai-gateway
      </div>
      <div class="panel">
        <div class="panel-body stack">
          <h1>{title}</h1>
          {children}
        </div>
      </div>
      <div class="gate-foot">
        <LanguageChoice />
        <ThemeButton />
      </div>
    </main>
  );
}
