// Providers and local servers to choose from, so that nobody has to know their addresses.

import type { Answer } from "../../api/client.ts";
import { SelectField } from "../../parts/field.tsx";
import { endpointsWords } from "../../words/endpoints/words.ts";

type Provider = Answer<"listProviders">["data"][number];

/** The choice; the first one is none of them. */
export function PresetField({
  providers,
  chosen,
  onChoose,
}: {
  readonly providers: readonly Provider[];
  readonly chosen: Provider | undefined;
  readonly onChoose: (chosen: Provider | undefined) => void;
}) {
  const words = endpointsWords();
  const titleOf = ({ kind, title }: Provider): string =>
    kind === "local" ? `${title} (${words.local})` : title;
  return (
    <SelectField
      label={words.preset}
      value={chosen?.name ?? ""}
      options={[["", words.presetNone], ...providers.map((one) => [one.name, titleOf(one)] as const)]}
      onChange={(name) => onChoose(providers.find((one) => one.name === name))}
    />
  );
}
