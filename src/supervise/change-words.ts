// What a reload changed, in a few words of English: for the log, and for programs that read the admin API.

import type { GatewayConfig } from "../config/compile.ts";
import type { ChangeItem } from "./change-item.ts";
import { configChanges } from "./plan-change.ts";

type ItemWords = (item: ChangeItem, arrow: string) => string;

/** `+1 endpoint (groq)`. */
function counted(sign: string, one: string, many = `${one}s`): ItemWords {
  return ({ names, count = 0 }) => {
    const listed = names === undefined ? "" : ` (${names.join(", ")})`;
    return `${sign}${count} ${count === 1 ? one : many}${listed}`;
  };
}

const WORDS: Readonly<Record<ChangeItem["what"], ItemWords>> = {
  endpoints_added: counted("+", "endpoint"),
  endpoints_removed: counted("-", "endpoint"),
  overrides_added: counted("+", "override"),
  overrides_removed: counted("-", "override"),
  fallbacks_added: counted("+", "fallback"),
  fallbacks_removed: counted("-", "fallback"),
  weight: ({ name, from, to }, arrow) => `weight ${name} ${from}${arrow}${to}`,
  draining: ({ name }) => `${name} draining`,
  not_draining: ({ name }) => `${name} not draining any more`,
  enabled: ({ name }) => `${name} enabled`,
  disabled: ({ name }) => `${name} disabled`,
  endpoint: ({ name, names = [] }) => `${name}: new ${names.join(" and ")}`,
  override: ({ name }) => `override ${name} changed`,
  fallback: ({ name }) => `fallback ${name} changed`,
  mode: ({ from, to }, arrow) => `mode ${from}${arrow}${to}`,
  hide_merged: ({ to }) => `hide_merged ${to}`,
  models: () => "settings of models changed",
  client_keys_added: counted("+", "client key"),
  client_keys_removed: counted("-", "client key"),
  client_keys_changed: counted("", "client key changed", "client keys changed"),
  server: () => "server settings",
  discovery: () => "discovery settings",
  store: () => "store settings",
  limits: () => "limits",
  budgets: () => "budgets",
  log: () => "log settings (at the next start)",
};

/** `+1 endpoint (groq), weight local 2→3`; empty when nothing has changed. `arrow`: between two values. */
export function changeWords(changes: readonly ChangeItem[], arrow = "→"): string {
  return changes.map((item) => WORDS[item.what](item, arrow)).join(", ");
}

/** The same of a configuration that follows another. */
export function describeConfigChange(before: GatewayConfig, after: GatewayConfig, arrow?: string): string {
  return changeWords(configChanges(before, after), arrow);
}
