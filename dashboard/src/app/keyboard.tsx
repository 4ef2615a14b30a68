// The keyboard: `/` finds the page's search, `g` and a letter goes to a page, `?` lists all of it.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { appWords } from "../words/app/words.ts";
import { PAGES } from "./pages.ts";
import { go } from "./router.ts";

/** The second key of two has to follow within this time. */
const PAIR_MS = 1_500;

/** Whether the list of keys is shown. */
export const isHelpShown = signal(false);

/** Listens as long as the shell is there. */
export function useKeyboard(): void {
  useEffect(() => {
    let goneToMs = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const isPair = event.timeStamp - goneToMs < PAIR_MS;
      goneToMs = Number.NEGATIVE_INFINITY;
      const page = isPair ? PAGES.find(({ key }) => key === event.key) : undefined;
      if (page !== undefined) go(`/${page.path}`);
      else if (event.key === "g") goneToMs = event.timeStamp;
      else if (event.key === "?") isHelpShown.value = true;
      else if (event.key !== "/" || !focusSearch()) return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(?:INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  );
}

/** A page marks its search by the attribute `data-search`, on the field or around it. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>("input[data-search], [data-search] input");
  field?.focus();
  return field !== null;
}

/** The list of keys. */
export function KeyboardHelp() {
  const words = appWords();
  if (!isHelpShown.value) return null;
  const rows: (readonly [keys: readonly string[], says: string])[] = [
    [["/"], words.shortcuts.search],
    ...PAGES.map(({ key, name }) => [["g", key], words.shortcuts.go(words.pages[name])] as const),
    [["↑", "↓", "Enter"], words.shortcuts.table],
    [["Esc"], words.shortcuts.close],
    [["?"], words.shortcuts.help],
  ];
  return (
    <Dialog title={words.help} onClose={() => (isHelpShown.value = false)}>
      <dl class="facts">
        {rows.map(([keys, says]) => (
          <>
            <dt>
              {keys.map((key) => (
                <>
                  <kbd key={key}>{key}</kbd>{" "}
                </>
              ))}
            </dt>
            <dd>{says}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  );
}
