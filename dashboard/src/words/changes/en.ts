// What another configuration changes, in sentences without a full stop.

/** What a sentence is told: one name or a list of them, a number, and two values. */
export type ChangeFacts = {
  readonly name: string;
  readonly names: string;
  readonly count: number;
  readonly from: string;
  readonly to: string;
};

/** The words in English: the shape of every other language. */
export const en = {
  /** Between two names, and between two sentences. */
  comma: ", ",
  semicolon: "; ",
  /** Behind the names that are told. */
  more: (names: string, left: string) => `${names} and ${left} more`,
  said: {
    endpoints_added: ({ names }: ChangeFacts) => `endpoints added: ${names}`,
    endpoints_removed: ({ names }: ChangeFacts) => `endpoints removed: ${names}`,
    overrides_added: ({ names }: ChangeFacts) => `aliases added: ${names}`,
    overrides_removed: ({ names }: ChangeFacts) => `aliases removed: ${names}`,
    fallbacks_added: ({ names }: ChangeFacts) => `fallbacks added for ${names}`,
    fallbacks_removed: ({ names }: ChangeFacts) => `fallbacks removed for ${names}`,
    weight: ({ name, from, to }: ChangeFacts) => `weight of ${name}: ${from} → ${to}`,
    draining: ({ name }: ChangeFacts) => `${name} takes no new requests`,
    not_draining: ({ name }: ChangeFacts) => `${name} takes new requests again`,
    enabled: ({ name }: ChangeFacts) => `${name} turned on`,
    disabled: ({ name }: ChangeFacts) => `${name} turned off`,
    endpoint: ({ name, names }: ChangeFacts) => `${name}: new ${names}`,
    override: ({ name }: ChangeFacts) => `alias ${name} changed`,
    fallback: ({ name }: ChangeFacts) => `fallbacks of ${name} changed`,
    mode: ({ from, to }: ChangeFacts) => `routing mode: ${from} → ${to}`,
    hide_merged: ({ to }: ChangeFacts) => `hide_merged: ${to}`,
    models: () => "settings of models changed",
    client_keys_added: ({ count }: ChangeFacts) => `client keys added: ${count}`,
    client_keys_removed: ({ count }: ChangeFacts) => `client keys removed: ${count}`,
    client_keys_changed: ({ count }: ChangeFacts) => `client keys changed: ${count}`,
    server: () => "settings of the server changed",
    discovery: () => "settings of discovery changed",
    store: () => "settings of the store changed",
    limits: () => "limits changed",
    budgets: () => "budgets or alerts changed",
    log: () => "settings of the log changed, from the next start on",
  },
};

/** The shape of these words. */
export type ChangeWords = typeof en;
