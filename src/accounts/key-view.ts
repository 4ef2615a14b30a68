// Client keys as they are shown to people, whether the file or the store has them.

import { type ClientKey, configKeyId } from "./client-key.ts";
import type { KeyRules } from "./key-rules.ts";
import type { StoredKey } from "./stored-key.ts";

/** A key as it is shown: nothing in it lets anybody in. */
export type KeyView = KeyRules & {
  readonly id: string;
  readonly name: string;
  /** The first letters of the key; undefined where only its digest was ever known. */
  readonly prefix: string | undefined;
  readonly createdMs: number | undefined;
  /** `config`: the file has it, and only the file can change it. */
  readonly source: "config" | "store";
  /** For a change that must not undo another's; 0 for those of the configuration. */
  readonly version: number;
  /** Until when the last of those is good that it was rotated from; undefined: none is. */
  readonly oldUntilMs: number | undefined;
};

/** A key of the configuration. */
export function viewOfConfig({ digest: _, defaultEndpoint: __, name, ...rules }: ClientKey): KeyView {
  return {
    ...rules,
    tags: rules.tags ?? [],
    isDisabled: rules.isDisabled ?? false,
    id: configKeyId(name),
    name,
    prefix: undefined,
    createdMs: undefined,
    source: "config",
    version: 0,
    oldUntilMs: undefined,
  };
}

/** A key of the store. */
export function viewOfStored(key: StoredKey, version: number, wallMs: number): KeyView {
  const { digest: _, pepper: __, old, ...shown } = key;
  const until = old.map(({ untilMs }) => untilMs).filter((untilMs) => untilMs > wallMs);
  const oldUntilMs = until.length === 0 ? undefined : Math.max(...until);
  return { ...shown, source: "store", version, oldUntilMs };
}
