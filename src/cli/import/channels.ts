// one-api and new-api: their database (SQLite), or the answer of their `/api/channel/` in a file.

import { asList, asNumber, asRecord, asText, type ForeignFields, jsonIn } from "./fields.ts";
import {
  type Imported,
  type ImportedClientKey,
  type ImportedEndpoint,
  ImportNames,
  type LeftOut,
} from "./imported.ts";
import { addressFor, NEW_API_TYPES, ONE_API_TYPES } from "./providers.ts";

/** Rows of their tables. */
export type ChannelTables = {
  readonly channels: readonly ForeignFields[];
  readonly tokens: readonly ForeignFields[];
  /** new-api, whose numbers of providers are others than one-api's. */
  readonly isNewApi: boolean;
};

const ENABLED = 1;
const MAX_WEIGHT = 1_000;
const MAX_TIERS = 100;
const NEVER = -1;

/** The rows of an answer in JSON; undefined where it is none. */
export function channelsIn(value: unknown): ChannelTables | undefined {
  const data = asRecord(value)?.["data"] ?? value;
  const rows = asList(asRecord(data)?.["items"]) ?? asList(data);
  const channels = rows?.flatMap((row): ForeignFields[] => [asRecord(row) ?? {}]) ?? [];
  if (channels.length === 0 || !channels.every((row) => "type" in row && "models" in row)) return undefined;
  return { channels, tokens: [], isNewApi: channels.some((row) => "tag" in row || "channel_info" in row) };
}

/** Takes over what can be. */
export function importChannels({ channels, tokens, isNewApi }: ChannelTables): Imported {
  const names = new ImportNames();
  const leftOut: LeftOut[] = [];
  const overrides: Record<string, string[]> = {};
  const tiers = tiersOf(channels);
  const types = isNewApi ? NEW_API_TYPES : ONE_API_TYPES;
  const endpoints = channels.flatMap((row): ImportedEndpoint[] => {
    const at = `channel ${String(row["id"] ?? "?")} (${asText(row["name"]) ?? ""})`;
    const api = types[asNumber(row["type"]) ?? 0];
    const address = addressFor(api ?? { baseUrl: undefined, suffix: "/v1" }, asText(row["base_url"]));
    if (api === undefined && asText(row["base_url"])?.trim() !== "" && address !== undefined)
      leftOut.push({ at: `${at}.type`, reason: "provider" });
    else if (api === undefined) {
      leftOut.push({ at, reason: "provider" });
      return [];
    }
    if (address === undefined) {
      leftOut.push({ at, reason: "address" });
      return [];
    }
    const name = names.endpoint(asText(row["name"]) ?? "channel");
    const mapping = asRecord(jsonIn(row["model_mapping"])) ?? {};
    const models = wordsIn(row["models"]);
    for (const model of models) {
      const upstream = asText(mapping[model]);
      if (upstream !== undefined && upstream !== model)
        overrides[model] = [...(overrides[model] ?? []), `${name}/${upstream}`];
    }
    for (const field of ["param_override", "header_override", "setting", "config"])
      if (isFilled(row[field])) leftOut.push({ at: `${at}.${field}`, reason: "unknown" });
    const isEnabled = (asNumber(row["status"]) ?? ENABLED) === ENABLED;
    if (!isEnabled) leftOut.push({ at, reason: "disabled" });
    return [
      {
        name,
        base_url: address,
        ...(api?.api === undefined ? {} : { api: api.api }),
        ...keysOf(row, name, names),
        weight: Math.min(MAX_WEIGHT, Math.max(1, asNumber(row["weight"]) ?? 1)),
        ...(tiers.size > 1 ? { priority: tiers.get(asNumber(row["priority"]) ?? 0) ?? 1 } : {}),
        ...(isEnabled ? {} : { enabled: false }),
        models: [...new Set(models.map((model) => asText(mapping[model]) ?? model))],
      },
    ];
  });
  completeOverrides(overrides, endpoints);
  const clientKeys = tokens.flatMap((row) => clientKeyOf(row, { names, leftOut }));
  const rest = { fallbacks: {}, prices: {}, attempts: undefined, secrets: names.secrets };
  return { endpoints, overrides, clientKeys, leftOut, ...rest };
}

/** A name that one channel maps and another one has itself means both. */
function completeOverrides(
  overrides: Record<string, string[]>,
  endpoints: readonly ImportedEndpoint[],
): void {
  for (const [model, targets] of Object.entries(overrides))
    for (const { name, models } of endpoints) {
      const isMapped = targets.some((target) => target.startsWith(`${name}/`));
      if (!isMapped && models?.includes(model) === true) targets.push(`${name}/${model}`);
    }
}

/** The largest number is asked first there; here the first tier is 1. */
function tiersOf(channels: readonly ForeignFields[]): ReadonlyMap<number, number> {
  const priorities = [...new Set(channels.map((row) => asNumber(row["priority"]) ?? 0))].sort(
    (a, b) => b - a,
  );
  return new Map(priorities.map((priority, at) => [priority, Math.min(MAX_TIERS, at + 1)]));
}

/** One key a line; new-api has lists of them as well. */
function keysOf(
  row: ForeignFields,
  name: string,
  names: ImportNames,
): Pick<ImportedEndpoint, "api_key" | "api_keys"> {
  const written = asText(row["key"])?.trim() ?? "";
  const listed = written.startsWith("[") ? asList(jsonIn(written)) : undefined;
  const keys = (listed?.flatMap((key) => asText(key) ?? []) ?? written.split("\n"))
    .map((key) => key.trim())
    .filter((key) => key !== "");
  const variables = keys.map((key) => names.secret(`${name}_key`, key));
  const [first] = variables;
  if (first === undefined) return {};
  return variables.length === 1 ? { api_key: first } : { api_keys: variables };
}

function clientKeyOf(
  row: ForeignFields,
  { names, leftOut }: { readonly names: ImportNames; readonly leftOut: LeftOut[] },
): ImportedClientKey[] {
  const key = asText(row["key"]);
  const id = String(row["id"] ?? "?");
  const at = `token ${id} (${asText(row["name"]) ?? ""})`;
  if (key === undefined || key.trim() === "") return [];
  if (asNumber(row["status"]) !== ENABLED) {
    leftOut.push({ at, reason: "disabled" });
    return [];
  }
  if (Number(row["unlimited_quota"] ?? 0) !== 1)
    leftOut.push({ at: `${at}.remain_quota`, reason: "otherwise" });
  const name = `${asText(row["name"]) ?? "token"}-${id}`.replace(/[^\w.-]+/g, "-").slice(0, 60);
  const expires = asNumber(row["expired_time"]) ?? NEVER;
  const isLimited = Number(row["model_limits_enabled"] ?? 1) === 1;
  const models = isLimited ? wordsIn(row["model_limits"] ?? row["models"]) : [];
  // Clients send it with these letters in front of it.
  const sent = key.startsWith("sk-") ? key.trim() : `sk-${key.trim()}`;
  return [
    {
      name,
      key: names.secret(`client_${name}`, sent),
      ...(models.length === 0 ? {} : { models }),
      ...(expires === NEVER ? {} : { expires: new Date(expires * 1_000).toISOString() }),
    },
  ];
}

function wordsIn(value: unknown): string[] {
  return (asText(value) ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function isFilled(value: unknown): boolean {
  return typeof value === "string" && !["", "{}", "[]", "null"].includes(value.trim());
}
