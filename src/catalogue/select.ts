// Which of the models that an endpoint lists are offered, and whether two lists say the same. Pure. Called by
// `catalogue.ts`.

import { isDeepStrictEqual } from "node:util";
import { matchesGlob } from "../core/glob.ts";
import type { ModelEntry, ModelSelection } from "../routing/model.ts";

/** The entries to offer: a static list as it is, else what was discovered, included and not excluded. */
export function selectEntries(
  selection: ModelSelection,
  discovered: readonly ModelEntry[],
): readonly ModelEntry[] {
  if (selection.kind === "static") return [...new Set(selection.names)].map((id) => ({ id }));
  const { include, exclude } = selection;
  if (include.length === 0 && exclude.length === 0) return discovered;
  return discovered.filter(
    ({ id }) =>
      (include.length === 0 || include.some((pattern) => matchesGlob(pattern, id))) &&
      !exclude.some((pattern) => matchesGlob(pattern, id)),
  );
}

/**
 * Whether two lists mean the same, whatever their order. `created` and `permission` do not count: vLLM makes
 * them anew for each answer (vllm/entrypoints/openai/protocol.py, `ModelCard`).
 */
export function isSameList(left: readonly ModelEntry[], right: readonly ModelEntry[]): boolean {
  if (left.length !== right.length) return false;
  const byId = new Map(left.map((entry) => [entry.id, entry]));
  return right.every((entry) => {
    const other = byId.get(entry.id);
    return other !== undefined && isDeepStrictEqual(lasting(other), lasting(entry));
  });
}

function lasting(entry: ModelEntry): Readonly<Record<string, unknown>> {
  const { created: _created, permission: _permission, ...rest } = entry;
  return rest;
}
