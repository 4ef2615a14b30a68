// The form of an alias, with what would appear and vanish while it is typed.

import { useEffect, useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { language } from "../../words/language.ts";
import { modelsWords } from "../../words/models/words.ts";
import { type AliasDraft, aliasDraftOf, areWeightsGood, type TargetDraft, targetsOf } from "./alias-draft.ts";
import type { Alias, ServedModel } from "./models-data.ts";
import { PlanTable } from "./plan-table.tsx";

/** A preview is asked for when nothing was typed for so long. */
const PREVIEW_AFTER_MS = 350;

type AliasDialogProps = {
  /** The alias that is changed; left out for a new one. */
  readonly alias?: Alias;
  readonly models: readonly ServedModel[];
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

/** The form. */
export function AliasDialog({ alias, models, onSaved, onClose }: AliasDialogProps) {
  const words = modelsWords();
  const [base, setBase] = useState(alias);
  const [draft, setDraft] = useState(() => aliasDraftOf(alias));
  const preview = usePreview(draft);
  const name = draft.name.trim();
  const save = async (isForced: boolean): Promise<void> => {
    const query = { version: isForced ? undefined : (base?.version ?? 0) };
    await call("putAlias", { params: { name }, query, body: { targets: targetsOf(draft) } });
    toast(words.saved(name));
    onSaved();
  };
  const takeTheirs = async (): Promise<void> => {
    const { data } = await call("listAliases");
    const theirs = data.find((one) => one.name === alias?.name);
    setBase(theirs);
    if (theirs !== undefined) setDraft(aliasDraftOf(theirs));
  };
  return (
    <FormDialog
      title={alias === undefined ? words.addAlias : words.editAlias(alias.name)}
      submit={appWords().save}
      isReady={name !== "" && targetsOf(draft).length > 0 && areWeightsGood(draft)}
      onSave={save}
      conflict={alias && { says: words.conflict, takeTheirs }}
      onClose={onClose}
    >
      {() => (
        <>
          <TextField
            label={words.name}
            value={draft.name}
            isRequired
            isDisabled={alias !== undefined}
            onInput={(value) => setDraft({ ...draft, name: value })}
          />
          <Targets draft={draft} models={models} onChange={setDraft} />
          {preview !== undefined && <Preview preview={preview} />}
        </>
      )}
    </FormDialog>
  );
}

type TargetsProps = {
  readonly draft: AliasDraft;
  readonly models: readonly ServedModel[];
  readonly onChange: (draft: AliasDraft) => void;
};

function Targets({ draft, models, onChange }: TargetsProps) {
  const { targets } = draft;
  const choices = [
    ...new Set(models.flatMap(({ plan }) => plan.candidates.map((one) => `${one.endpoint}/${one.model}`))),
    "*",
  ];
  const put = (changed: AliasDraft["targets"]): void => onChange({ ...draft, targets: changed });
  return (
    <div class="stack">
      {targets.map((line, at) => (
        <TargetLine
          // A line has nothing of its own but its place while it is typed.
          key={at}
          line={line}
          isFirst={at === 0}
          choices={choices}
          onChange={(changed) => put(targets.with(at, { ...line, ...changed }))}
          onRemove={() => put(targets.toSpliced(at, 1))}
        />
      ))}
      <div>
        <button type="button" class="button" onClick={() => put([...targets, { target: "", weight: "" }])}>
          {modelsWords().addTarget}
        </button>
      </div>
    </div>
  );
}

type TargetLineProps = {
  readonly line: TargetDraft;
  readonly isFirst: boolean;
  readonly choices: readonly string[];
  readonly onChange: (changed: Partial<TargetDraft>) => void;
  readonly onRemove: () => void;
};

/** One target with its weight. */
function TargetLine({ line: { target, weight }, isFirst, choices, onChange, onRemove }: TargetLineProps) {
  const words = modelsWords();
  return (
    <div class="alias-target">
      <TextField
        label={words.target}
        hint={isFirst ? words.targetHint : undefined}
        value={target}
        choices={choices}
        onInput={(value) => onChange({ target: value })}
      />
      <TextField
        label={words.targetWeight}
        value={weight}
        placeholder="1"
        onInput={(value) => onChange({ weight: value })}
      />
      <button
        type="button"
        class="button is-icon is-plain"
        aria-label={words.removeTarget(target)}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** What the alias would change; undefined while there is nothing to ask about. */
function usePreview(draft: AliasDraft): Answer<"previewAlias"> | undefined {
  const [preview, setPreview] = useState<Answer<"previewAlias">>();
  const asked = JSON.stringify({ name: draft.name.trim(), targets: targetsOf(draft) });
  useEffect(() => {
    const body = JSON.parse(asked) as { readonly name: string; readonly targets: readonly unknown[] };
    if (body.name === "" || body.targets.length === 0) {
      setPreview(undefined);
      return undefined;
    }
    const stopping = new AbortController();
    const timer = setTimeout(() => {
      call("previewAlias", { body }, { signal: stopping.signal }).then(setPreview, () =>
        setPreview(undefined),
      );
    }, PREVIEW_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stopping.abort();
    };
  }, [asked, language.value]);
  return preview;
}

function Preview({ preview }: { readonly preview: Answer<"previewAlias"> }) {
  const words = modelsWords();
  const list = (names: readonly string[]): string => names.join(", ") || words.nothing;
  return (
    <section class="section" aria-label={words.preview} aria-live="polite">
      <h3>{words.preview}</h3>
      {preview.problems.map((problem) => (
        <p key={problem} class="notice bad">
          {problem}
        </p>
      ))}
      {preview.is_good && (
        <dl class="facts">
          <dt class="good">{words.appear}</dt>
          <dd>{list(preview.appear)}</dd>
          <dt class="bad">{words.vanish}</dt>
          <dd>{list(preview.vanish)}</dd>
        </dl>
      )}
      {preview.notes.map((note) => (
        <p key={note} class="notice warn">
          {note}
        </p>
      ))}
      {preview.plan !== null && <PlanTable plan={preview.plan} shares={[]} />}
    </section>
  );
}
