// GPT-Load's database (SQLite): groups of keys, each with addresses.

import { asList, asNumber, asRecord, asText, type ForeignFields, jsonIn } from "./fields.ts";
import {
  type Imported,
  type ImportedClientKey,
  type ImportedEndpoint,
  ImportNames,
  type LeftOut,
} from "./imported.ts";
import { addressFor, type KnownApi } from "./providers.ts";

/** Rows of its tables. */
export type GroupTables = {
  readonly groups: readonly ForeignFields[];
  readonly keys: readonly ForeignFields[];
};

const CHANNELS: Readonly<Record<string, KnownApi>> = {
  openai: { baseUrl: undefined, suffix: "/v1" },
  anthropic: { baseUrl: undefined, api: "anthropic", suffix: "/v1" },
  gemini: { baseUrl: undefined, suffix: "/v1beta/openai" },
};

/** Takes over what can be. */
export function importGroups({ groups, keys }: GroupTables): Imported {
  const names = new ImportNames();
  const leftOut: LeftOut[] = [];
  const endpoints: ImportedEndpoint[] = [];
  const clientKeys = new Map<string, ImportedClientKey>();
  for (const group of groups) {
    const called = asText(group["name"]) ?? "group";
    const at = `group ${called}`;
    const api = CHANNELS[asText(group["channel_type"]) ?? ""];
    if (api === undefined) {
      leftOut.push({ at, reason: "provider" });
      continue;
    }
    const own = keys.filter((row) => row["group_id"] === group["id"] && row["status"] !== "invalid");
    const usable = own.flatMap((row) => asText(row["key_value"]) ?? []).filter(isReadable);
    if (usable.length < own.length || own.length === 0)
      leftOut.push({ at: `${at}.api_keys`, reason: "secret" });
    const variables = usable.map((key) => names.secret(`${called}_key`, key));
    for (const [index, upstream] of (asList(jsonOrValue(group["upstreams"])) ?? []).entries()) {
      const fields = asRecord(upstream) ?? {};
      const address = addressFor(api, asText(fields["url"]));
      if (address === undefined) leftOut.push({ at: `${at}.upstreams[${index}]`, reason: "address" });
      else endpoints.push(endpointOf({ api, address, variables, name: names.endpoint(called) }, fields));
    }
    for (const key of (asText(group["proxy_keys"]) ?? "").split(",").map((one) => one.trim()))
      if (key !== "") {
        const name = `client-${clientKeys.size + 1}`;
        if (!clientKeys.has(key)) clientKeys.set(key, { name, key: names.secret(`client_key`, key) });
      }
    for (const field of ["param_overrides", "header_rules", "config", "model_redirect_rules"])
      if (isFilled(group[field])) leftOut.push({ at: `${at}.${field}`, reason: "unknown" });
  }
  return {
    endpoints,
    overrides: {},
    fallbacks: {},
    prices: {},
    clientKeys: [...clientKeys.values()],
    attempts: undefined,
    secrets: names.secrets,
    leftOut,
  };
}

function endpointOf(
  {
    api,
    address,
    variables,
    name,
  }: {
    readonly api: KnownApi;
    readonly address: string;
    readonly variables: readonly string[];
    readonly name: string;
  },
  upstream: ForeignFields,
): ImportedEndpoint {
  const [first] = variables;
  const keys =
    first === undefined ? {} : variables.length === 1 ? { api_key: first } : { api_keys: variables };
  const weight = Math.min(1_000, Math.max(0, Math.round(asNumber(upstream["weight"]) ?? 1)));
  return { name, base_url: address, ...(api.api === undefined ? {} : { api: api.api }), ...keys, weight };
}

/** With `ENCRYPTION_KEY` set, keys are there as long hexadecimal texts, which nobody else can read. */
function isReadable(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key) && !/^[0-9a-f]{90,}$/i.test(key);
}

function jsonOrValue(value: unknown): unknown {
  return typeof value === "string" ? jsonIn(value) : value;
}

function isFilled(value: unknown): boolean {
  const parsed = jsonOrValue(value);
  if (Array.isArray(parsed)) return parsed.length > 0;
  return Object.keys(asRecord(parsed) ?? {}).length > 0;
}
