// Reads a row of LiteLLM's table of prices: dollars for one unit, in fields whose names are put together of what is paid,
// the length of the input and the service. Nothing of it is trusted.

import { type LongRates, type Price, type RateName, type Rates, WHOLE_FACTOR } from "./price.ts";

/** A row as it is read. */
export type LitellmRow = Readonly<Record<string, unknown>>;

/** What is paid, as the table calls it. */
const FIELDS: Readonly<Record<string, RateName>> = {
  input_cost_per_token: "input",
  output_cost_per_token: "output",
  cache_read_input_token_cost: "cached",
  input_cost_per_token_cache_hit: "cached",
  cache_creation_input_token_cost: "write5m",
  cache_creation_input_token_cost_above_1hr: "write1h",
  cache_creation_input_token_cost_above_12hr: "write12h",
  output_cost_per_reasoning_token: "reasoning",
  input_cost_per_audio_token: "audioInput",
  output_cost_per_audio_token: "audioOutput",
  input_cost_per_image_token: "imageInput",
  output_cost_per_image_token: "imageOutput",
  output_cost_per_image: "image",
  input_cost_per_second: "second",
  output_cost_per_second: "second",
  output_cost_per_video_per_second: "second",
  input_cost_per_character: "character",
  ocr_cost_per_page: "page",
  input_cost_per_query: "search",
  input_cost_per_request: "request",
};
/** Of pictures that are made; elsewhere it is the price of one that is looked at. */
const OF_PICTURES = "input_cost_per_image";

/** Services, as the ends of fields call them. */
const SERVICES: Readonly<Record<string, string>> = {
  batches: "batch",
  flex: "flex",
  priority: "priority",
  balanced: "balanced",
  ultrafast: "ultrafast",
};
const LONGER = /_above_(\d{1,5})k_tokens$/;
/** More for one unit than anybody asks for: a misread column. */
const MAX_DOLLARS = 10_000;
const NANO = 1_000_000_000;
const MILLION = 1_000_000;

/** Rates while a row is read, by service and length; "" is the usual one, and 0 any length. */
type Grouped = Map<string, Map<number, Record<string, number>>>;

/** For which service, and for inputs longer than what; "" and 0 for any. */
type Group = { readonly service: string; readonly above: number };
const USUAL: Group = { service: "", above: 0 };

/** The price in a row; undefined where it has none. Where all is 0 nobody has looked: that is no price. */
export function priceOfRow(row: LitellmRow): Price | undefined {
  const grouped: Grouped = new Map();
  for (const [field, value] of Object.entries(row)) addField(grouped, field, value, row["mode"]);
  addTiers(grouped, row["tiered_pricing"]);
  const search = row["search_context_cost_per_query"];
  if (isObject(search)) addRate(grouped, USUAL, "webSearch", search["search_context_size_medium"]);
  const usual = grouped.get("");
  if (usual === undefined || isAllZero(usual)) return undefined;
  const services = [...grouped].filter(([service]) => service !== "");
  const factors = factorsOf(row["provider_specific_entry"]);
  return {
    rates: ratesOf(usual),
    ...longOf(usual),
    ...(services.length === 0
      ? {}
      : {
          services: Object.fromEntries(
            services.map(([service, byLength]) => [
              service,
              { rates: ratesOf(byLength), ...longOf(byLength) },
            ]),
          ),
        }),
    ...(factors === undefined ? {} : { factors }),
  };
}

/** Whether prices are read from a field of this name. */
export function isPriceField(field: string): boolean {
  const { name } = partsOf(field);
  return FIELDS[name] !== undefined || name === OF_PICTURES || OTHER_FIELDS.has(name);
}

const OTHER_FIELDS: ReadonlySet<string> = new Set([
  "tiered_pricing",
  "search_context_cost_per_query",
  "provider_specific_entry",
]);

/** The parts of a field's name; a length of 0 is any. */
function partsOf(field: string): Group & { readonly name: string } {
  const end = Object.keys(SERVICES).find((one) => field.endsWith(`_${one}`));
  const bare = end === undefined ? field : field.slice(0, -end.length - 1);
  const length = LONGER.exec(bare);
  return {
    name: length === null ? bare : bare.slice(0, -length[0].length),
    service: end === undefined ? "" : (SERVICES[end] ?? ""),
    above: Number(length?.[1] ?? 0) * 1_000,
  };
}

function addField(grouped: Grouped, field: string, value: unknown, mode: unknown): void {
  const { name, ...group } = partsOf(field);
  const isPicture = name === OF_PICTURES && (mode === "image_generation" || mode === "image_edit");
  const rate = isPicture ? "image" : FIELDS[name];
  if (rate !== undefined) addRate(grouped, group, rate, value);
}

/** Lists of ranges, each with rates of its own. */
function addTiers(grouped: Grouped, tiers: unknown): void {
  if (!Array.isArray(tiers)) return;
  for (const tier of tiers.filter(isObject)) {
    const [from] = Array.isArray(tier["range"]) ? tier["range"] : [];
    if (typeof from !== "number" || from < 0) continue;
    for (const [field, value] of Object.entries(tier)) {
      const rate = FIELDS[field];
      if (rate !== undefined) addRate(grouped, { service: "", above: Math.round(from) }, rate, value);
    }
  }
}

function addRate(grouped: Grouped, { service, above }: Group, name: RateName, dollars: unknown): void {
  if (typeof dollars !== "number" || !(dollars >= 0 && dollars <= MAX_DOLLARS)) return;
  const byLength = grouped.get(service) ?? new Map<number, Record<string, number>>();
  grouped.set(service, byLength);
  const rates = byLength.get(above) ?? {};
  byLength.set(above, rates);
  const rate = Math.round(dollars * NANO * MILLION);
  // Whisper's second stands in the table once as heard and once as written: it is paid once.
  rates[name] = Math.max(rate, rates[name] ?? 0);
}

function isAllZero(byLength: ReadonlyMap<number, Rates>): boolean {
  return [...byLength.values()].every((rates) => Object.values(rates).every((rate) => rate === 0));
}

function ratesOf(byLength: ReadonlyMap<number, Rates>): Rates {
  return byLength.get(0) ?? {};
}

function longOf(byLength: ReadonlyMap<number, Rates>): { readonly long?: LongRates } {
  const long = [...byLength]
    .filter(([above]) => above > 0)
    .sort(([one], [two]) => one - two)
    .map(([above, rates]) => ({ above, rates }));
  return long.length === 0 ? {} : { long };
}

/** Such as `{"us": 1.1, "fast": 2}`. */
function factorsOf(entry: unknown): Readonly<Record<string, number>> | undefined {
  if (!isObject(entry)) return undefined;
  const known = ["us", "eu", "fast"].flatMap((name): [string, number][] => {
    const factor = entry[name];
    return typeof factor === "number" && factor > 0 && factor < 100
      ? [[name, Math.round(factor * WHOLE_FACTOR)]]
      : [];
  });
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function isObject(value: unknown): value is LitellmRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
