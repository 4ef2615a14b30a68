// An alias as it is typed.

import type { Alias } from "./models-data.ts";

/** A target as it stands in the form: a text, and a weight that may be empty. */
export type TargetDraft = { readonly target: string; readonly weight: string };

/** An alias as it stands in the form. */
export type AliasDraft = { readonly name: string; readonly targets: readonly TargetDraft[] };

/** The form of an alias, or an empty one. */
export function aliasDraftOf(alias?: Alias): AliasDraft {
  const targets = targetsIn(alias?.value);
  return {
    name: alias?.name ?? "",
    targets: targets.length === 0 ? [{ target: "", weight: "" }] : targets,
  };
}

/** The targets as the API takes them; empty lines are none. */
export function targetsOf({ targets }: AliasDraft): readonly unknown[] {
  return targets.flatMap(({ target, weight }) => {
    const name = target.trim();
    if (name === "") return [];
    return [weight.trim() === "" ? name : { target: name, weight: Number(weight) }];
  });
}

/** Whether every weight is a whole number. */
export function areWeightsGood({ targets }: AliasDraft): boolean {
  return targets.every(({ weight }) => /^\d{0,4}$/.test(weight.trim()));
}

/** The targets of an alias in one line. */
export function targetsText({ value }: Alias): string {
  return targetsIn(value)
    .map(({ target, weight }) => (weight === "" ? target : `${target} × ${weight}`))
    .join(", ");
}

/** Targets stand in a list, which may be in a member of that name. */
function targetsIn(value: unknown): TargetDraft[] {
  const isHolder = typeof value === "object" && value !== null && "targets" in value;
  const list: unknown = isHolder ? value.targets : value;
  if (!Array.isArray(list)) return [];
  return list.map((one: unknown) => {
    if (typeof one !== "object" || one === null) return { target: String(one), weight: "" };
    const { target, weight } = one as { readonly target?: unknown; readonly weight?: unknown };
    return { target: String(target ?? ""), weight: typeof weight === "number" ? String(weight) : "" };
  });
}
