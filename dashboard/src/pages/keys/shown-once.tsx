// A key that was just made: its secret, which nobody can show again, and how apps are given it.

import { CopyButton } from "../../parts/copy-button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { keysWords } from "../../words/keys/words.ts";
import { Connect } from "./connect.tsx";
import type { NewKey } from "./key-dialog.tsx";

/** The dialog; it is closed by its button alone, so that a slip of the hand does not lose the key. */
export function ShownOnce({ made, onClose }: { readonly made: NewKey; readonly onClose: () => void }) {
  const words = keysWords();
  return (
    <Dialog
      title={words.shownTitle}
      isWide
      foot={
        <button type="button" class="button is-main" onClick={onClose}>
          {words.done}
        </button>
      }
    >
      <div class="stack">
        <p>{words.shown}</p>
        <div class="row">
          <code class="notice grow" data-testid="new-key">
            {made.key}
          </code>
          <CopyButton text={made.key} label={words.key} />
        </div>
        <h3>{words.connect}</h3>
        <Connect secret={made.key} />
      </div>
    </Dialog>
  );
}
