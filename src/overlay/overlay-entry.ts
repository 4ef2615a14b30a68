// What the admin API adds to the configuration: endpoints and aliases, in the words of the file, each a document of the
// store. What of it is secret is told here, too.

import type { StoreRecord } from "../store/store.ts";

/** The kind of the store's documents. */
export const OVERLAY_KIND = "override";

/** Kinds of entries. */
export type OverlayKind = "endpoint" | "alias";

/** One entry: an endpoint as `endpoints` of the file has it, or the targets of a name as `routing.model_overrides` has. */
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
  const [, kind, name = ""] = /^(endpoint|alias):(.+)$/su.exec(id) ?? [];
  if (kind !== "endpoint" && kind !== "alias") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isFit = kind === "alias" ? Array.isArray(value) : isObject(value) && value["name"] === name;
    return isFit ? { kind, name, value, version } : undefined;
  } catch {
    return undefined;
  }
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
