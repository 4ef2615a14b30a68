// One thing that another configuration changes, as plain data: words for it are made where it is shown.

/** What may change. `overrides`: names of `routing.model_overrides`. */
export const CHANGED_THINGS = [
  "endpoints_added",
  "endpoints_removed",
  "overrides_added",
  "overrides_removed",
  "fallbacks_added",
  "fallbacks_removed",
  "weight",
  "draining",
  "not_draining",
  "enabled",
  "disabled",
  "endpoint",
  "override",
  "fallback",
  "mode",
  "hide_merged",
  "models",
  "client_keys_added",
  "client_keys_removed",
  "client_keys_changed",
  "server",
  "discovery",
  "store",
  "limits",
  "budgets",
  "log",
] as const;

/** One thing that is different. Nothing in it is secret. */
export type ChangeItem = {
  readonly what: (typeof CHANGED_THINGS)[number];
  /** Of the one that it is about. */
  readonly name?: string;
  /** Of those that came or went; of an endpoint, which of its settings are others. */
  readonly names?: readonly string[];
  /** How many came, went or changed. */
  readonly count?: number;
  readonly from?: string;
  readonly to?: string;
};
