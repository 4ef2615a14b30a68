// Which of the models that an endpoint lists are offered, what of them is told, and whether two lists say the same.

import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { matchesGlob } from "../core/glob.ts";
import type { EndpointSecrets } from "../routing/endpoint-secrets.ts";
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
  if (left === right) return true;
  if (left.length !== right.length) return false;
  const byId = new Map(left.map((entry) => [entry.id, entry]));
  return right.every((entry) => {
    const other = byId.get(entry.id);
    return other !== undefined && isSameEntry(other, entry);
  });
}

/** Nearly all entries are flat, and there may be thousands: what is deep is compared only where it is. */
function isSameEntry(left: ModelEntry, right: ModelEntry): boolean {
  for (const field in right) if (!Object.hasOwn(left, field) && !isPassing(field)) return false;
  for (const field in left) {
    if (isPassing(field) || left[field] === right[field]) continue;
    if (!Object.hasOwn(right, field) || !isDeepStrictEqual(left[field], right[field])) return false;
  }
  return true;
}

function isPassing(field: string): boolean {
  return field === "created" || field === "permission";
}

/** Characters that are looked through between two turns of the event loop: below a millisecond. */
const SLICE_CHARS = 256 * 1024;

/**
 * The entries without the endpoint's keys: a name with one in it is left out, and of another entry whose fields have
 * one the name alone is kept. The list itself where there is none.
 */
export async function withoutSecrets(
  entries: readonly ModelEntry[],
  secrets: EndpointSecrets,
): Promise<readonly ModelEntry[]> {
  if (secrets.isEmpty) return entries;
  const kept: ModelEntry[] = [];
  let isChanged = false;
  let sinceTurn = 0;
  for (const entry of entries) {
    const text = JSON.stringify(entry);
    const isTelling = secrets.isPlainInText(text);
    if (!isTelling) kept.push(entry);
    else if (!secrets.isIn(entry.id)) kept.push({ id: entry.id });
    isChanged ||= isTelling;
    sinceTurn += text.length;
    if (sinceTurn < SLICE_CHARS) continue;
    sinceTurn = 0;
    await nextTurn();
  }
  return isChanged ? kept : entries;
}
