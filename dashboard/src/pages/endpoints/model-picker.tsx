// Which models of an endpoint are offered: it is asked with the settings as they are typed, and each model has a box to
// tick; what is new or gone since the list that is in force says so.

import { useState } from "preact/hooks";
import { type Answer, call } from "../../api/client.ts";
import { CheckField } from "../../parts/field.tsx";
import { endpointsWords } from "../../words/endpoints/words.ts";
import { duration, whole } from "../../words/figures.ts";
import { attempt } from "./actions.ts";
import { MODEL_COLOURS } from "./endpoint-data.ts";
import type { EndpointSettings } from "./endpoint-draft.ts";

type PickerProps = {
  readonly name: string;
  readonly settings: EndpointSettings;
  /** The names that are ticked; undefined: all, also those that come later. */
  readonly chosen: readonly string[] | undefined;
  readonly onChange: (chosen: readonly string[] | undefined) => void;
};

/** The picker. */
export function ModelPicker({ name, settings, chosen, onChange }: PickerProps) {
  const words = endpointsWords();
  const { answer, isAsking, ask } = useOffered(name, settings);
  const names = answer?.data.filter(({ state }) => state !== "gone").map(({ id }) => id) ?? [];
  return (
    <fieldset class="picker">
      <legend>{words.pick}</legend>
      <div class="row">
        <CheckField
          label={words.pickAll}
          value={chosen === undefined}
          onChange={(isAll) => onChange(isAll ? undefined : names)}
        />
        <span class="grow" />
        <button type="button" class="button" disabled={isAsking} onClick={() => void ask()}>
          {words.fetch}
        </button>
      </div>
      {answer?.error != null && (
        <p class="notice bad" role="alert">
          {answer.error.message} {answer.error.fix}
        </p>
      )}
      {answer?.is_ok === true && (
        <p class="soft" role="status">
          {words.fetched(whole(answer.data.length), duration(answer.duration_ms))}
          {chosen !== undefined && ` · ${words.show(whole(chosen.length))}`}
        </p>
      )}
      <div class="picker-list">
        {(answer?.data ?? []).map((model) => (
          <ModelBox key={model.id} model={model} chosen={chosen} onChange={onChange} />
        ))}
      </div>
    </fieldset>
  );
}

type Offered = Answer<"tryEndpoint">;

/** What the endpoint answers to who asks it for its models. */
function useOffered(
  name: string,
  settings: EndpointSettings,
): { readonly answer: Offered | undefined; readonly isAsking: boolean; readonly ask: () => Promise<void> } {
  const [answer, setAnswer] = useState<Offered>();
  const [isAsking, setAsking] = useState(false);
  const ask = async (): Promise<void> => {
    setAsking(true);
    // All of its models are to be seen, not those alone that were chosen before.
    const { models: _models, ...body } = settings;
    const params = { name: name === "" ? "new" : name };
    await attempt(async () => setAnswer(await call("tryEndpoint", { params, body })));
    setAsking(false);
  };
  return { answer, isAsking, ask };
}

type BoxProps = Pick<PickerProps, "chosen" | "onChange"> & { readonly model: Offered["data"][number] };

/** One model to tick. */
function ModelBox({ model: { id, state }, chosen, onChange }: BoxProps) {
  return (
    <CheckField
      label={
        <>
          <bdi>{id.slice(0, 200)}</bdi>{" "}
          {state !== "known" && (
            <span class={`chip ${MODEL_COLOURS[state]}`}>{endpointsWords().modelStates[state]}</span>
          )}
        </>
      }
      value={chosen === undefined ? state !== "gone" : chosen.includes(id)}
      isDisabled={chosen === undefined}
      onChange={(isTicked) =>
        onChange(isTicked ? [...(chosen ?? []), id] : (chosen ?? []).filter((one) => one !== id))
      }
    />
  );
}
