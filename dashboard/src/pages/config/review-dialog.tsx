// What a text would change, before it is applied.

import { useState } from "preact/hooks";
import { call } from "../../api/client.ts";
import { Failure } from "../../api/failure.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { configWords } from "../../words/config/words.ts";
import { changeSentence } from "./change-sentence.ts";
import { DiffView } from "./diff-view.tsx";
import { type ConfigChange, type ConfigFile, readFile, settle } from "./file-state.ts";

/** What the dialog is given. */
export type ReviewProps = {
  readonly file: ConfigFile;
  readonly text: string;
  readonly change: ConfigChange | undefined;
  /** The file is another one by now. */
  readonly onConflict: () => void;
  readonly onClose: () => void;
};

/** The dialog. */
export function ReviewDialog({ file, text, change, onConflict, onClose }: ReviewProps) {
  const words = configWords();
  const [failure, setFailure] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  const apply = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      const done = await call("putConfigFile", { body: { text, version: file.version } });
      settle(done.file);
      toast(words.applied);
      onClose();
    } catch (error) {
      if (await isOutrun(error, file)) onConflict();
      else setFailure(error instanceof Error ? error : new Error(String(error)));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={words.reviewTitle}
      isWide
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {appWords().cancel}
          </button>
          <button type="button" class="button is-main" disabled={isBusy} onClick={() => void apply()}>
            {words.apply}
          </button>
        </>
      }
    >
      <div class="stack">
        {failure !== undefined && <ApplyFailure failure={failure} />}
        {change !== undefined && <ChangeView change={change} />}
        <h3>{words.linesChanged}</h3>
        <DiffView before={file.text} after={text} words={words} />
      </div>
    </Dialog>
  );
}

/** Whether a refusal is because the file is another one than was shown. It is read again for that. */
export async function isOutrun(error: unknown, shown: ConfigFile): Promise<boolean> {
  if (!(error instanceof Failure) || error.status !== 409) return false;
  const now = await readFile().catch(() => undefined);
  return now !== undefined && now.version !== shown.version;
}

/** Why nothing was applied. */
export function ApplyFailure({ failure }: { readonly failure: Error }) {
  return (
    <div class="notice bad" role="alert">
      <p>{failure.message}</p>
      {failure instanceof Failure &&
        failure.problems.map(({ at, message }) => (
          <p key={`${at} ${message}`}>
            <code>{at.replace("body.text:", "")}</code> <bdi>{message}</bdi>
          </p>
        ))}
    </div>
  );
}

/** What would be different in what is in force. */
function ChangeView({ change }: { readonly change: ConfigChange }) {
  const words = configWords();
  const { endpoints, aliases, models } = change;
  const sentence = changeSentence(change);
  const rows = [
    ...kindsOf(words.endpoints, endpoints),
    ...kindsOf(words.aliases, aliases),
    [words.appear, models.appear, "good"] as const,
    [words.vanish, models.vanish, "bad"] as const,
  ].filter(([, names]) => names.length > 0);
  if (rows.length === 0 && sentence === "") return <p class="soft">{words.nothingChanges}</p>;
  return (
    <>
      {sentence !== "" && <p>{sentence}</p>}
      <dl class="facts">
        {rows.map(([label, names, mood]) => (
          <Names key={label} label={label} names={names} mood={mood} />
        ))}
      </dl>
    </>
  );
}

type NamesRow = readonly [label: string, names: readonly string[], mood: string];

const SHOWN = 60;

function kindsOf(label: string, { added, removed, changed }: ConfigChange["endpoints"]): readonly NamesRow[] {
  const words = configWords();
  return [
    [`${label} · ${words.added}`, added, "good"],
    [`${label} · ${words.removed}`, removed, "bad"],
    [`${label} · ${words.edited}`, changed, "warn"],
  ];
}

function Names({
  label,
  names,
  mood,
}: {
  readonly label: string;
  readonly names: readonly string[];
  readonly mood: string;
}) {
  return (
    <>
      <dt>{label}</dt>
      <dd class="chips">
        {names.slice(0, SHOWN).map((name) => (
          <span key={name} class={`chip ${mood}`}>
            <bdi>{name.slice(0, 120)}</bdi>
          </span>
        ))}
        {names.length > SHOWN && <span class="soft">+{names.length - SHOWN}</span>}
      </dd>
    </>
  );
}
