// The form of a key: for a new one, and for one that is to be changed. What is typed stays, whatever the gateway says.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { problemAt } from "../../api/failure.ts";
import { SelectField, TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { appWords } from "../../words/app/words.ts";
import { keysWords } from "../../words/keys/words.ts";
import { badFields, changeOf, creationOf, draftOf, type KeyDraft, type KeyView } from "./key-draft.ts";

/** A key that was just made, with its secret. */
export type NewKey = Answer<"createKey">;

/** What the form is given: the key that is changed, or none for a new one. */
export type KeyDialogProps = {
  readonly target?: KeyView;
  readonly onCreated: (made: NewKey) => void;
  readonly onChanged: (changed: KeyView) => void;
  readonly onClose: () => void;
};

/** The form. */
export function KeyDialog({ target, onCreated, onChanged, onClose }: KeyDialogProps) {
  const words = keysWords();
  const [base, setBase] = useState(target);
  const [draft, setDraft] = useState(() => draftOf(target));
  const bad = badFields(draft);
  const save = async (isForced: boolean): Promise<void> => {
    if (base === undefined) return onCreated(await call("createKey", { body: creationOf(draft) }));
    const query = { version: isForced ? undefined : base.version };
    onChanged(await call("changeKey", { params: { id: base.id }, query, body: changeOf(draft, base) }));
  };
  const takeTheirs = async (): Promise<void> => {
    const now = await call("getKey", { params: { id: base?.id ?? "" } });
    setBase(now);
    setDraft(draftOf(now));
  };
  return (
    <FormDialog
      title={base === undefined ? words.createTitle : words.editTitle(base.name)}
      submit={base === undefined ? words.create : appWords().save}
      isReady={bad.size === 0 && draft.name.trim() !== ""}
      onSave={save}
      conflict={base && { says: words.conflict, takeTheirs }}
      onClose={onClose}
    >
      {(failure) => <KeyFields draft={draft} onChange={setDraft} failure={failure} bad={bad} />}
    </FormDialog>
  );
}

type FieldsProps = {
  readonly draft: KeyDraft;
  readonly onChange: (draft: KeyDraft) => void;
  readonly failure: unknown;
  readonly bad: ReadonlySet<keyof KeyDraft>;
};

type TextName = Exclude<keyof KeyDraft, "per" | "unpriced">;

function KeyFields(props: FieldsProps) {
  const { draft, onChange } = props;
  const words = keysWords();
  const { hints } = words;
  const text = (name: TextName, label: string, more: FieldExtras = {}) => (
    <DraftField {...props} name={name} label={label} {...more} />
  );
  return (
    <>
      <div class="pair">
        {text("name", words.name, { hint: hints.name, at: "name", isRequired: true, isFocused: true })}
        {text("owner", words.owner, { at: "owner" })}
      </div>
      <p class="soft">{words.optional}</p>
      <div class="pair">
        {text("tags", words.tags, { hint: hints.list, at: "tags" })}
        {text("expires", words.expires, { hint: hints.expires, at: "expires_at", placeholder: "2027-12-31" })}
        {text("models", words.models, { hint: hints.models, at: "models" })}
        {text("endpoints", words.endpoints, { hint: hints.endpoints, at: "endpoints" })}
        {text("addresses", words.addresses, { hint: hints.addresses, at: "addresses" })}
        {text("parallel", words.parallel, { at: "limits.parallel" })}
        {text("requestsMinute", words.requestsMinute, { at: "limits.requests.minute" })}
        {text("tokensMinute", words.tokensMinute, { at: "limits.tokens.minute" })}
        {text("requestsDay", words.requestsDay, { at: "limits.requests.day" })}
        {text("tokensDay", words.tokensDay, { at: "limits.tokens.day" })}
        {text("usd", words.usd, { at: "budget.usd" })}
        <SelectField
          label={words.period}
          value={draft.per}
          options={(["day", "week", "month", "total"] as const).map((per) => [per, words.periods[per]])}
          onChange={(per) => onChange({ ...draft, per })}
        />
        {text("warnAt", words.warnAt, { hint: hints.warnAt, at: "budget.warn_at", placeholder: "80" })}
        <SelectField
          label={words.unpricedRule}
          value={draft.unpriced}
          options={(["allow", "refuse"] as const).map((rule) => [rule, words.unpricedRules[rule]])}
          onChange={(unpriced) => onChange({ ...draft, unpriced })}
        />
      </div>
    </>
  );
}

type FieldExtras = {
  readonly hint?: string;
  /** Where its problems are in the body. */
  readonly at?: string;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly isFocused?: boolean;
};

function DraftField({
  draft,
  onChange,
  failure,
  bad,
  name,
  label,
  at,
  ...extras
}: FieldsProps & FieldExtras & { readonly name: TextName; readonly label: string }) {
  const words = keysWords();
  const problem = bad.has(name) ? (name === "warnAt" ? words.notPercent : words.notNumber) : undefined;
  return (
    <TextField
      {...extras}
      label={label}
      value={draft[name]}
      problem={problem ?? (at === undefined ? undefined : problemAt(failure, `body.${at}`))}
      onInput={(value) => onChange({ ...draft, [name]: value })}
    />
  );
}
