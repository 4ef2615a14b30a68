// The form of an endpoint: presets of providers, its address and key, and which of its models are offered, with what it
// answers when it is asked for them.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { Failure } from "../../api/failure.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { TextField } from "../../parts/field.tsx";
import { useResource } from "../../parts/resource.ts";
import { toast } from "../../parts/toast.tsx";
import { appWords } from "../../words/app/words.ts";
import { endpointsWords } from "../../words/endpoints/words.ts";
import type { EndpointRow } from "./endpoint-data.ts";
import {
  badFields,
  draftOf,
  type EndpointDraft,
  type EndpointSettings,
  settingsOf,
} from "./endpoint-draft.ts";
import { ModelPicker } from "./model-picker.tsx";
import { PresetField } from "./preset-field.tsx";

type Provider = Answer<"listProviders">["data"][number];

type EndpointDialogProps = {
  /** The endpoint that is changed; left out for a new one. */
  readonly row?: EndpointRow;
  readonly onSaved: () => void;
  readonly onClose: () => void;
};

function settingsIn(value: unknown): EndpointSettings {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** The form. */
export function EndpointDialog({ row, onSaved, onClose }: EndpointDialogProps) {
  const words = endpointsWords();
  const [source, setSource] = useState(row?.source);
  const before = settingsIn(source?.value);
  const [draft, setDraft] = useState(() => draftOf(row?.now.name, before));
  const [provider, setProvider] = useState<Provider>();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const providers = useResource((signal) => call("listProviders", {}, { signal }), []);
  const bad = badFields(draft);
  const name = draft.name.trim();
  const settings = settingsOf(withVariable(draft, provider), before);
  const isConflict = failure instanceof Failure && failure.status === 409 && row !== undefined;
  const save = async (version: number | undefined): Promise<void> => {
    if (isBusy || bad.size > 0 || name === "") return;
    setBusy(true);
    setFailure(undefined);
    try {
      await call("putEndpoint", { params: { name }, query: { version }, body: settings });
      toast(words.saved(name));
      onSaved();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  const takeTheirs = async (): Promise<void> => {
    const { data } = await call("getConfig");
    const theirs = data.find((one) => one.kind === "endpoint" && one.name === row?.now.name);
    setSource(theirs);
    setDraft(draftOf(row?.now.name, settingsIn(theirs?.value)));
    setFailure(undefined);
  };
  const choose = (chosen: Provider | undefined): void => {
    setProvider(chosen);
    if (chosen !== undefined) setDraft({ ...draft, name: chosen.name, baseUrl: chosen.base_url });
  };
  return (
    <Dialog
      title={row === undefined ? words.addTitle : words.editTitle(row.now.name)}
      isWide
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button" onClick={onClose}>
            {appWords().cancel}
          </button>
          <button
            type="submit"
            form="endpoint-form"
            class="button is-main"
            disabled={isBusy || bad.size > 0 || name === "" || draft.baseUrl.trim() === ""}
          >
            {row === undefined ? words.add : appWords().save}
          </button>
        </>
      }
    >
      <form
        id="endpoint-form"
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          // A new one must not take the place of one that is there already.
          void save(row === undefined ? 0 : (source?.version ?? 0));
        }}
      >
        {isConflict && (
          <div class="notice warn row" role="alert">
            <span class="grow">{words.conflict}</span>
            <button type="button" class="button" onClick={() => void takeTheirs()}>
              {words.takeTheirs}
            </button>
            <button type="button" class="button" onClick={() => void save(undefined)}>
              {words.saveAnyway}
            </button>
          </div>
        )}
        {failure instanceof Error && !isConflict && <Problems failure={failure} />}
        {row === undefined && (
          <PresetField providers={providers.value?.data ?? []} chosen={provider} onChoose={choose} />
        )}
        <EndpointFields
          draft={draft}
          onChange={setDraft}
          bad={bad}
          isNew={row === undefined}
          variable={provider?.key_variable ?? undefined}
        />
        <ModelPicker
          name={name}
          settings={settings}
          chosen={draft.models}
          onChange={(models) => setDraft({ ...draft, models })}
        />
      </form>
    </Dialog>
  );
}

/** A key that is left empty is read from the provider's own variable. */
function withVariable(draft: EndpointDraft, provider: Provider | undefined): EndpointDraft {
  const variable = provider?.key_variable ?? null;
  return draft.apiKey.trim() === "" && variable !== null ? { ...draft, apiKey: `\${${variable}}` } : draft;
}

function Problems({ failure }: { readonly failure: Error }) {
  const problems = failure instanceof Failure ? failure.problems : [];
  return (
    <div class="notice bad" role="alert">
      <p>{failure.message}</p>
      {problems.map(({ at, message }) => (
        <p key={`${at} ${message}`}>
          <code>{at}</code> {message}
        </p>
      ))}
    </div>
  );
}

function EndpointFields({
  draft,
  onChange,
  bad,
  isNew,
  variable,
}: {
  readonly draft: EndpointDraft;
  readonly onChange: (draft: EndpointDraft) => void;
  readonly bad: ReadonlySet<keyof EndpointDraft>;
  readonly isNew: boolean;
  readonly variable: string | undefined;
}) {
  const words = endpointsWords();
  const { hints } = words;
  return (
    <div class="pair">
      <TextField
        label={words.name}
        hint={hints.name}
        value={draft.name}
        isRequired
        isDisabled={!isNew}
        onInput={(name) => onChange({ ...draft, name })}
      />
      <TextField
        label={words.baseUrl}
        hint={hints.baseUrl}
        value={draft.baseUrl}
        isRequired
        placeholder="https://api.example.com/v1"
        onInput={(baseUrl) => onChange({ ...draft, baseUrl })}
      />
      <TextField
        label={words.apiKey}
        hint={variable === undefined ? hints.apiKey : `${words.keyFromVariable(variable)} ${hints.apiKey}`}
        value={draft.apiKey}
        onInput={(apiKey) => onChange({ ...draft, apiKey })}
      />
      <div class="pair">
        <TextField
          label={words.weight}
          hint={hints.weight}
          value={draft.weight}
          problem={bad.has("weight") ? words.notWhole : undefined}
          onInput={(weight) => onChange({ ...draft, weight })}
        />
        <TextField
          label={words.priority}
          hint={hints.priority}
          value={draft.priority}
          problem={bad.has("priority") ? words.notWhole : undefined}
          onInput={(priority) => onChange({ ...draft, priority })}
        />
      </div>
    </div>
  );
}
