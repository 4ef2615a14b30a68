// What is shown: the figure, the groups, and what the figures are narrowed to.

import { setQuery } from "../../app/router.ts";
import { Icon } from "../../parts/icon.tsx";
import { usageWords } from "../../words/usage/words.ts";
import { type Choices, choose, clearFilters, FILTERS, GROUPS, METRICS } from "./choices.ts";

/** The choices. */
export function ChoiceBar({ choices }: { readonly choices: Choices }) {
  const words = usageWords();
  const { metric, by, within } = choices;
  return (
    <div class="row usage-choices">
      <fieldset class="row usage-metrics" aria-label={words.metric}>
        {METRICS.map((one) => (
          <button
            key={one}
            type="button"
            class="button"
            aria-pressed={one === metric}
            onClick={() => choose({ metric: one, sort: "" })}
          >
            {words.metrics[one]}
          </button>
        ))}
      </fieldset>
      <Choice
        label={words.by}
        value={by}
        options={GROUPS.map((group) => [group, words.groups[group]])}
        onChange={(group) => choose({ by: group, sort: "", ...(group === within && { within: "" }) })}
      />
      <Choice
        label={words.within}
        value={within ?? ""}
        options={[
          ["", words.nothingElse],
          ...GROUPS.filter((group) => group !== by).map((group) => [group, words.groups[group]] as const),
        ]}
        onChange={(group) => choose({ within: group, sort: "" })}
      />
      <Filters choices={choices} />
    </div>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <span class="row">
      <span class="soft" aria-hidden="true">
        {label}
      </span>
      <select
        class="select"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {options.map(([one, words]) => (
          <option key={one} value={one} selected={one === value}>
            {words}
          </option>
        ))}
      </select>
    </span>
  );
}

function Filters({ choices: { filters } }: { readonly choices: Choices }) {
  const words = usageWords();
  const named = FILTERS.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [{ name, value }];
  });
  return (
    <>
      {named.map(({ name, value }) => (
        <button
          key={name}
          type="button"
          class="button"
          aria-pressed
          onClick={() => setQuery({ [name]: undefined })}
        >
          <bdi class="clip usage-filter">{words.only(words.groups[name], value.slice(0, 200))}</bdi>
          <Icon name="close" />
        </button>
      ))}
      {named.length > 1 && (
        <button type="button" class="button is-plain" onClick={clearFilters}>
          {words.anything}
        </button>
      )}
    </>
  );
}
