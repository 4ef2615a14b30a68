// Somebody else has changed the file while this page was changing it: what they did, and which of both goes on.

import { Dialog } from "../../parts/dialog.tsx";
import { configWords } from "../../words/config/words.ts";
import { DiffView } from "./diff-view.tsx";
import { type ConfigFile, discard, keepMine } from "./file-state.ts";

/** What others changed since `mine` was read. Nothing that is typed is lost before it is dropped here. */
export function TheirsDialog({
  mine,
  now,
  onClose,
}: {
  readonly mine: ConfigFile;
  readonly now: ConfigFile;
  readonly onClose: () => void;
}) {
  const words = configWords();
  const button = (label: string, work: () => void, look: string) => (
    <button
      type="button"
      class={`button ${look}`}
      onClick={() => {
        work();
        onClose();
      }}
    >
      {label}
    </button>
  );
  return (
    <Dialog
      title={words.theirsTitle}
      isWide
      onClose={onClose}
      foot={
        <>
          {button(words.takeTheirs, discard, "is-danger")}
          {button(words.keepMine, keepMine, "is-main")}
        </>
      }
    >
      <div class="stack">
        <p>{words.theirs}</p>
        <DiffView before={mine.text} after={now.text} words={words} />
      </div>
    </Dialog>
  );
}
