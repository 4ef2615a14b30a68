// Takes from a table in LiteLLM's format what prices are read from, as lines that `price-table.ts` finds models in.

import { isPriceField, type LitellmRow, priceOfRow } from "./litellm-row.ts";

/** What became of a table. */
export type SlimTable = {
  /** A line for each model that has a price, `"provider/model":{…}`, sorted. */
  readonly lines: readonly string[];
  /** Models without a price that can be read. */
  readonly left: number;
};

/** Undefined where the value is no table: an object of objects, at least one of them with a price. */
export function slimTable(value: unknown): SlimTable | undefined {
  if (!isObject(value)) return undefined;
  const lines = new Map<string, string>();
  let left = 0;
  for (const [key, row] of Object.entries(value)) {
    if (key === "sample_spec" || !isObject(row)) continue;
    const provider = typeof row["litellm_provider"] === "string" ? row["litellm_provider"] : "";
    if (provider === "" || priceOfRow(row) === undefined) {
      left += 1;
      continue;
    }
    const name = `${provider}/${key.startsWith(`${provider}/`) ? key.slice(provider.length + 1) : key}`;
    lines.set(name.toLowerCase(), JSON.stringify(slimRow(row)));
  }
  if (lines.size === 0) return undefined;
  const sorted = [...lines].sort(([one], [two]) => (one < two ? -1 : 1));
  return { lines: sorted.map(([name, row]) => `${JSON.stringify(name)}:${row}`), left };
}

function slimRow(row: LitellmRow): LitellmRow {
  const kept = Object.entries(row)
    .filter(([field]) => isPriceField(field))
    .map(([field, value]): [string, unknown] => [
      field,
      field === "tiered_pricing" ? slimTiers(value) : value,
    ]);
  return Object.fromEntries([...kept, ...modeOf(row)]);
}

function slimTiers(tiers: unknown): unknown {
  if (!Array.isArray(tiers)) return [];
  return tiers
    .filter(isObject)
    .map((tier) =>
      Object.fromEntries(Object.entries(tier).filter(([field]) => field === "range" || isPriceField(field))),
    );
}

/** What is made: a price for a picture is one for what is made only there. */
function modeOf({ mode }: LitellmRow): readonly [string, unknown][] {
  return mode === "image_generation" || mode === "image_edit" ? [["mode", mode]] : [];
}

function isObject(value: unknown): value is LitellmRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
