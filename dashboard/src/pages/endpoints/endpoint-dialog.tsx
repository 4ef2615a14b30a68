// The form of an endpoint: presets of providers, its address and key, and which of its models are offered, with what it
// answers when it is asked for them.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
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
  const providers = useResource((signal) => call("listProviders", {}, { signal }), []);
  const bad = badFields(draft);
  const name = draft.name.trim();
  const settings = settingsOf(withVariable(draft, provider), before);
  const save = async (isForced: boolean): Promise<void> => {
    // A new one must not take the place of one that is there already.
    const query = { version: isForced ? undefined : (source?.version ?? 0) };
    await call("putEndpoint", { params: { name }, query, body: settings });
    toast(words.saved(name));
    onSaved();
  };
  const takeTheirs = async (): Promise<void> => {
    const { data } = await call("getConfig");
    const theirs = data.find((one) => one.kind === "endpoint" && one.name === row?.now.name);
    setSource(theirs);
    setDraft(draftOf(row?.now.name, settingsIn(theirs?.value)));
  };
  const choose = (chosen: Provider | undefined): void => {
    setProvider(chosen);
    if (chosen !== undefined) setDraft({ ...draft, name: chosen.name, baseUrl: chosen.base_url });
  };
  return (
    <FormDialog
      title={row === undefined ? words.addTitle : words.editTitle(row.now.name)}
      submit={row === undefined ? words.add : appWords().save}
      isReady={bad.size === 0 && name !== "" && draft.baseUrl.trim() !== ""}
      onSave={save}
      conflict={row && { says: words.conflict, takeTheirs }}
      onClose={onClose}
    >
      {() => (
        <>
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
        </>
      )}
    </FormDialog>
  );
}

/** A key that is left empty is read from the provider's own variable. */
function withVariable(draft: EndpointDraft, provider: Provider | undefined): EndpointDraft {
  const variable = provider?.key_variable ?? null;
  return draft.apiKey.trim() === "" && variable !== null ? { ...draft, apiKey: `\${${variable}}` } : draft;
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
