// Puts a text into the clipboard and says so.

import { useState } from "preact/hooks";
import { appWords } from "../words/app/words.ts";
import { Icon } from "./icon.tsx";
import { toast } from "./toast.tsx";

const SAID_MS = 1_600;

/** A button that copies. `label` says what, for those who do not see the place. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const words = appWords();
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await copyText(text);
      setDone(true);
      setTimeout(() => setDone(false), SAID_MS);
    } catch {
      toast(words.copyFailed);
    }
  };
  return (
    <button
      type="button"
      class="button"
      aria-label={label === undefined ? undefined : `${words.copy}: ${label}`}
      onClick={copy}
    >
      <Icon name="copy" />
      <span aria-live="polite">{isDone ? words.copied : words.copy}</span>
    </button>
  );
}

/** @throws where the browser does not allow it */
async function copyText(text: string): Promise<void> {
  // Only pages that came by TLS or from this machine have a clipboard.
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (!isCopied) throw new Error("not copied");
}
