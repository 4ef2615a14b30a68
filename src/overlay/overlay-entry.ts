// What the admin API adds to the configuration: endpoints and aliases, in the words of the file, each a document of the
// store. What of it is secret is told here, too.

import type { StoreRecord } from "../store/store.ts";

/** The kind of the store's documents. */
export const OVERLAY_KIND = "override";

/** Kinds of entries. */
export type OverlayKind = "endpoint" | "alias" | "switch";

/** How a switch leaves its endpoint: turned off, or without new requests. */
export type SwitchState = "disabled" | "draining";

/** One entry: the state of an endpoint's switch, an endpoint as `endpoints` of the file has it, or the targets of a name as `routing.model_overrides` has. */
export type OverlayEntry = {
  readonly kind: OverlayKind;
  readonly name: string;
  readonly value: unknown;
  /** Of the store's document. */
  readonly version: number;
};

/** The id of an entry's document. */
export function overlayId(kind: OverlayKind, name: string): string {
  return `${kind}:${name}`;
}

/** The entry of a document; undefined where it is none. */
export function entryOfRecord({ id, text, version }: StoreRecord): OverlayEntry | undefined {
  const [, kind, name = ""] = /^(endpoint|alias|switch):(.+)$/su.exec(id) ?? [];
  if (kind !== "endpoint" && kind !== "alias" && kind !== "switch") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isFit(kind, name, value) ? { kind, name, value, version } : undefined;
  } catch {
    return undefined;
  }
}

function isFit(kind: OverlayKind, name: string, value: unknown): boolean {
  if (kind === "alias") return Array.isArray(value);
  if (kind === "switch") return switchState(value) !== undefined;
  return isObject(value) && value["name"] === name;
}

/** The state that a value of the store stands for; undefined where it is none. */
export function switchState(value: unknown): SwitchState | undefined {
  return value === "disabled" || value === "draining" ? value : undefined;
}

/** Whether an endpoint of the store says itself whether it serves. */
export function setsEnabled(value: unknown): boolean {
  return isObject(value) && value["enabled"] !== undefined;
}

/**
 * The value with each mask that `withoutSecrets` has shown for a secret of `kept` replaced by that secret; the masks that
 * stand for none, or for more than one, are told.
 */
export function withKeptSecrets(
  value: unknown,
  kept: unknown,
  masked: (secret: string) => string,
): { readonly value: unknown; readonly unclear: readonly string[] } {
  const known = new Map<string, Set<string>>();
  withoutSecrets(kept, (secret) => {
    const mask = masked(secret);
    known.set(mask, (known.get(mask) ?? new Set()).add(secret));
    return secret;
  });
  const unclear: string[] = [];
  const restored = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(restored);
    if (isObject(one))
      return Object.fromEntries(Object.entries(one).map(([name, member]) => [name, restored(member)]));
    if (typeof one !== "string" || !one.includes("…")) return one;
    const [secret, ...others] = known.get(one) ?? [];
    if (secret !== undefined && others.length === 0) return secret;
    unclear.push(one);
    return one;
  };
  return { value: restored(value), unclear };
}

/** Keys of an endpoint whose texts are secret, or may be. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  "api_key",
  "api_keys",
  "headers",
  "organization",
  "project",
  "key_passphrase",
]);
const VARIABLE = /^\$\{[A-Za-z_]\w*\}$/;
const ADDRESS_WITH_SECRETS = /^[a-z][a-z0-9+.-]*:\/\/[^/]*@|\?/i;

/** The value of an entry with each secret replaced; `key` is that under which it stands. Variables are no secrets. */
export function withoutSecrets(
  value: unknown,
  replaced: (secret: string, key: string) => string,
  key = "",
): unknown {
  if (typeof value === "string") return isSecret(value, key) ? replaced(value, key) : value;
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, replaced, key));
  if (!isObject(value)) return value;
  const isKeyFile = key === "api_keys";
  const members = Object.entries(value).map(([name, member]): [string, unknown] => [
    name,
    withoutSecrets(member, replaced, SECRET_KEYS.has(key) && !isKeyFile ? key : name),
  ]);
  return Object.fromEntries(members);
}

function isSecret(text: string, key: string): boolean {
  if (text === "" || VARIABLE.test(text)) return false;
  return SECRET_KEYS.has(key) || ADDRESS_WITH_SECRETS.test(text);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
