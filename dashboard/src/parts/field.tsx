// Fields of forms: each with its label, its hint, and what the API finds wrong with it.

import type { ComponentChildren, JSX, TargetedInputEvent } from "preact";
import { useId } from "preact/hooks";

type FieldBase = {
  readonly label: string;
  readonly hint?: ComponentChildren;
  /** What is wrong with it, as `problemAt` finds it. */
  readonly problem?: string | undefined;
};

type FieldIds = {
  readonly id: string;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
};

function Field({
  label,
  hint,
  problem,
  children,
}: FieldBase & { readonly children: (ids: FieldIds) => JSX.Element }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": `${id}-about`, "aria-invalid": problem !== undefined })}
      <div id={`${id}-about`} class={problem === undefined ? "hint" : "problem"} aria-live="polite">
        {problem ?? hint}
      </div>
    </div>
  );
}

/** What a field of text is given. */
export type TextFieldProps = FieldBase & {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: "text" | "password" | "search";
  readonly autoComplete?: "current-password" | "new-password" | "username" | "off";
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly isFocused?: boolean;
  readonly isDisabled?: boolean;
  /** What may be picked, besides anything that is typed. */
  readonly choices?: readonly string[];
};

/** A line of text. */
export function TextField(props: TextFieldProps) {
  const { value, onInput, type = "text", placeholder, choices } = props;
  const listId = useId();
  const common = {
    class: "input",
    value,
    placeholder,
    autocomplete: props.autoComplete ?? "off",
    required: props.isRequired,
    disabled: props.isDisabled,
    autofocus: props.isFocused,
    spellcheck: false,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => onInput(event.currentTarget.value),
  } as const;
  return (
    <Field {...props}>
      {(ids) => (
        <>
          {type === "password" && <input {...ids} {...common} type="password" />}
          {type === "search" && <input {...ids} {...common} type="search" />}
          {type === "text" && <input {...ids} {...common} type="text" list={choices && listId} />}
          {choices !== undefined && (
            <datalist id={listId}>
              {choices.map((choice) => (
                <option key={choice} value={choice} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

/** Several lines of text. */
export function TextArea(
  props: FieldBase & Pick<TextFieldProps, "value" | "onInput" | "placeholder"> & { readonly rows?: number },
) {
  return (
    <Field {...props}>
      {(ids) => (
        <textarea
          {...ids}
          class="input"
          rows={props.rows ?? 4}
          value={props.value}
          placeholder={props.placeholder}
          spellcheck={false}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** One of some values, each with its words. */
export function SelectField<Value extends string>(
  props: FieldBase & {
    readonly value: Value;
    readonly options: readonly (readonly [value: Value, words: string])[];
    readonly onChange: (value: Value) => void;
  },
) {
  return (
    <Field {...props}>
      {(ids) => (
        <select
          {...ids}
          class="input"
          value={props.value}
          onChange={(event) => {
            const chosen = props.options.find(([value]) => value === event.currentTarget.value);
            if (chosen !== undefined) props.onChange(chosen[0]);
          }}
        >
          {props.options.map(([value, words]) => (
            <option key={value} value={value} selected={value === props.value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Yes or no. */
export function CheckField({
  label,
  value,
  onChange,
  isDisabled = false,
}: {
  readonly label: ComponentChildren;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly isDisabled?: boolean;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value}
        disabled={isDisabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
