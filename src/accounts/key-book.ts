// The operations on client keys: made, changed, rotated, disabled and deleted in the store, each in force at once; and
// those of the configuration beside them, which are read-only here. A key itself is given out once, when it is made.

import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import { message } from "../language/messages.ts";
import type { Store } from "../store/store.ts";
import { type ClientKey, configKeyId, keyDigest } from "./client-key.ts";
import { checkedRules, isKeyName, NAME_WORDS } from "./key-fields.ts";
import { KeyRefusal } from "./key-refusal.ts";
import type { KeyRules } from "./key-rules.ts";
import type { KeyNews, KeyTable } from "./key-table.ts";
import { type KeyView, viewOfConfig, viewOfStored } from "./key-view.ts";
import { newKey, newKeyId, prefixOfGiven } from "./new-key.ts";
import { type Pepper, pepperedDigest, pepperId } from "./pepper.ts";
import { keyOfText, keyText, rotatedDigests, type StoredKey } from "./stored-key.ts";

const KIND = "key";
const MAX_KEYS = 100_000;
/** A rotated key is good for no longer than a year. */
export const MAX_GRACE_MS = 366 * 86_400_000;
/** While keys cannot be read they are asked for so often. */
const RETRY_MS = 2_000;
const GIVEN_KEY = /^[\x21-\x7e]{16,512}$/;

/** What is asked for: a name, and whatever differs from a key that may do everything. */
export type KeyWish = Partial<KeyRules> & {
  readonly name: string;
  /** A key that clients have already; one is made where this is left out. */
  readonly key?: string | undefined;
};

/** What is to change; what is `null` is taken away, what is left out stays. */
export type KeyChange = { readonly [Field in keyof KeyRules]?: KeyRules[Field] | null } & {
  readonly name?: string | undefined;
};

/** A key that was made, with the key itself: the only time that it is shown. */
export type CreatedKey = { readonly view: KeyView; readonly key: string };

/** What the book is made of. */
export type KeyBookParts = {
  readonly store: Store;
  readonly pepper: Pepper;
  readonly table: KeyTable;
  readonly clock: Clock;
  readonly log: Log;
};

/** The book. Its operations reject with a `KeyRefusal`, or with the store's own failure. */
export class KeyBook {
  readonly #parts: KeyBookParts;
  readonly #versions = new Map<string, number>();
  /** Told of each change, after the table. */
  readonly #listeners: ((news: KeyNews) => void)[] = [];
  /** One change after the other, so that two of this process never meet. */
  #last: Promise<unknown> = Promise.resolve();
  #config: readonly ClientKey[] = [];
  #retry: NodeJS.Timeout | undefined;

  constructor(parts: KeyBookParts) {
    this.#parts = parts;
  }

  /** Takes the keys of a configuration; of a name that the store has as well, the log is told. */
  configure(keys: readonly ClientKey[]): void {
    this.#config = keys;
    for (const { name } of keys) if (this.#storedOf(name) !== undefined) this.#warnOfName(name);
  }

  /** Reads the keys of the store. Never rejects: while they cannot be read, it is tried again and again. */
  async load(): Promise<void> {
    const { pepper, store, table, log } = this.#parts;
    let value: string | undefined;
    try {
      value = await pepper.read();
      // Without a pepper there are no keys: a store that nobody needs is not even opened.
      const records = value === undefined ? [] : await store.records(KIND);
      const keys = records.flatMap(({ id, text, version }) => {
        const key = keyOfText(id, text);
        if (key === undefined) {
          log.warn("key_unreadable", `The client key ${id} of the store cannot be read; it lets nobody in.`);
          return [];
        }
        this.#versions.set(id, version);
        return [key];
      });
      this.#warnOfPepper(value, keys);
      this.#tell({ pepper: value, isWaiting: false, isWhole: true, keys, gone: [] });
      this.configure(this.#config);
    } catch (error) {
      const isWaiting = value !== undefined || pepper.isUnreadable;
      if (isWaiting && !table.isWaiting) pepper.tellUnreadable(log, error);
      this.#tell({ pepper: value, isWaiting, isWhole: true, keys: [], gone: [] });
      this.#retry = setTimeout(() => void this.load(), RETRY_MS).unref();
    }
  }

  /** Told of each change, with what changed. */
  onChange(listener: (news: KeyNews) => void): void {
    this.#listeners.push(listener);
  }

  /** Whether the store has keys that cannot be read now: what is known of them is not all. */
  get isWaiting(): boolean {
    return this.#parts.table.isWaiting;
  }

  /** All keys: those of the configuration, then those of the store in the order in which they were made. */
  list(): readonly KeyView[] {
    const stored = this.#parts.table.keys().toSorted((a, b) => a.createdMs - b.createdMs);
    return [...this.#config.map(viewOfConfig), ...stored.map((key) => this.#viewOf(key))];
  }

  /** The key of this id or, where no id is meant, of this name; undefined where there is none. */
  get(idOrName: string): KeyView | undefined {
    const stored = this.#parts.table.get(idOrName) ?? this.#storedOf(idOrName);
    if (stored !== undefined) return this.#viewOf(stored);
    const config = this.#config.find(({ name }) => configKeyId(name) === idOrName || name === idOrName);
    return config === undefined ? undefined : viewOfConfig(config);
  }

  /** Makes a key. */
  create(wish: KeyWish): Promise<CreatedKey> {
    return this.#inTurn(async () => {
      const { name, key: given, ...fields } = wish;
      this.#checkName(name);
      if (this.#parts.table.size >= MAX_KEYS)
        throw new KeyRefusal("too_many", message("keys.tooMany", { max: MAX_KEYS }));
      const rules = rulesOf(fields);
      const pepper = await this.#pepper();
      const { key, prefix } = given === undefined ? newKey() : checkedGiven(given);
      const digest = this.#newDigest(pepper, key);
      const id = newKeyId();
      const createdMs = this.#parts.clock.wallMs();
      const made = { ...rules, id, name, digest, prefix, createdMs, old: [], pepper: pepperId(pepper) };
      const view = await this.#put(made, 0);
      return { view, key };
    });
  }

  /** Changes what a key may do, or its name. `version`: only while that is still its version. */
  update(idOrName: string, change: KeyChange, version?: number): Promise<KeyView> {
    return this.#inTurn(async () => {
      const key = this.#changeable(idOrName, version);
      const { name = key.name, ...fields } = change;
      if (name !== key.name) this.#checkName(name);
      const merged: Record<string, unknown> = { ...key };
      for (const [field, value] of Object.entries(fields))
        if (value !== undefined) merged[field] = value ?? undefined;
      return this.#put({ ...key, ...rulesOf(merged), name });
    });
  }

  /** Lets nobody in with it any more, or again. */
  setDisabled(idOrName: string, isDisabled: boolean, version?: number): Promise<KeyView> {
    return this.update(idOrName, { isDisabled }, version);
  }

  /** A new key in place of one, with the same id and all else; the one before is good for `graceMs` more. */
  rotate(idOrName: string, graceMs = 0, version?: number): Promise<CreatedKey> {
    return this.#inTurn(async () => {
      const known = this.#changeable(idOrName, version);
      if (!Number.isFinite(graceMs) || graceMs < 0 || graceMs > MAX_GRACE_MS)
        throw new KeyRefusal("invalid", message("keys.badGrace"), "grace");
      const pepper = await this.#pepper();
      const { key, prefix } = newKey();
      const digest = this.#newDigest(pepper, key);
      const old = rotatedDigests(known, this.#parts.clock.wallMs(), Math.ceil(graceMs));
      const view = await this.#put({ ...known, digest, prefix, old, pepper: pepperId(pepper) });
      return { view, key };
    });
  }

  /** Removes a key; what was used with it stays in the ledger. */
  delete(idOrName: string, version?: number): Promise<KeyView> {
    return this.#inTurn(async () => {
      const { store, table, pepper } = this.#parts;
      const key = this.#changeable(idOrName, version);
      const view = this.#viewOf(key);
      await store.remove(KIND, key.id);
      this.#versions.delete(key.id);
      if (table.size <= 1) await pepper.remove();
      this.#tell({ pepper: pepper.value, isWaiting: false, isWhole: false, keys: [], gone: [key.id] });
      return view;
    });
  }

  /** Ends what runs beside; a change that was begun is still made. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#last;
  }

  async #put(key: StoredKey, version = this.#versions.get(key.id)): Promise<KeyView> {
    const { store, pepper } = this.#parts;
    const written = await store.put({
      kind: KIND,
      id: key.id,
      text: keyText(key),
      ...(version === undefined ? {} : { version }),
    });
    if (written === "changed") {
      await this.load();
      throw new KeyRefusal("changed", message("keys.changed"));
    }
    this.#versions.set(key.id, written);
    this.#tell({ pepper: pepper.value, isWaiting: false, isWhole: false, keys: [key], gone: [] });
    return this.#viewOf(key);
  }

  #tell(news: KeyNews): void {
    this.#parts.table.take(news);
    for (const listener of this.#listeners) listener(news);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #pepper(): Promise<string> {
    if (this.#parts.table.isWaiting) throw new KeyRefusal("unavailable", message("keys.unavailable"));
    try {
      return await this.#parts.pepper.ensure();
    } catch (error) {
      this.#parts.log.error(
        "key_pepper_failed",
        "No client key can be made: its pepper cannot be kept.",
        {},
        error,
      );
      throw new KeyRefusal("unavailable", message("keys.noPepper"));
    }
  }

  #newDigest(pepper: string, key: string): string {
    const digest = pepperedDigest(pepper, key);
    const isTaken =
      this.#parts.table.find(key, Number.NEGATIVE_INFINITY) !== undefined ||
      this.#config.some((one) => one.digest === keyDigest(key));
    if (isTaken) throw new KeyRefusal("key_taken", message("keys.keyTaken"), "key");
    return digest;
  }

  #changeable(idOrName: string, version: number | undefined): StoredKey {
    const { table } = this.#parts;
    const key = table.get(idOrName) ?? this.#storedOf(idOrName);
    if (key === undefined) {
      if (this.get(idOrName) !== undefined)
        throw new KeyRefusal("read_only", message("keys.readOnly", { name: idOrName }));
      throw new KeyRefusal("not_found", message("keys.notFound", { name: idOrName }));
    }
    if (version !== undefined && version !== this.#versions.get(key.id))
      throw new KeyRefusal("changed", message("keys.changed"));
    return key;
  }

  #checkName(name: string): void {
    if (!isKeyName(name)) throw new KeyRefusal("invalid", NAME_WORDS, "name");
    if (this.get(name) !== undefined)
      throw new KeyRefusal("name_taken", message("keys.nameTaken", { name }), "name");
  }

  #storedOf(name: string): StoredKey | undefined {
    return this.#parts.table.keys().find((key) => key.name === name);
  }

  #viewOf(key: StoredKey): KeyView {
    return viewOfStored(key, this.#versions.get(key.id) ?? 0, this.#parts.clock.wallMs());
  }

  #warnOfName(name: string): void {
    const words = `The client key "${name}" is in the configuration and in the store: two keys of one name. Both are good; rename one.`;
    this.#parts.log.warn("key_name_twice", words, { client: name });
  }

  #warnOfPepper(pepper: string | undefined, keys: readonly StoredKey[]): void {
    const id = pepper === undefined ? undefined : pepperId(pepper);
    const lost = keys.filter((key) => key.pepper !== id).length;
    if (lost === 0) return;
    const words = `${lost} client keys of the store were made with another pepper, and let nobody in: bring back the file of that time (key-pepper), or rotate them.`;
    this.#parts.log.warn("key_pepper_changed", words, { keys: lost });
  }
}

function rulesOf(fields: Readonly<Record<string, unknown>>): KeyRules {
  const checked = checkedRules(fields);
  if (checked.kind === "good") return checked.rules;
  const { field, said } = checked.problem;
  throw new KeyRefusal("invalid", said, field);
}

function checkedGiven(key: string): { readonly key: string; readonly prefix: string } {
  if (!GIVEN_KEY.test(key)) throw new KeyRefusal("invalid", message("keys.badKey"), "key");
  return { key, prefix: prefixOfGiven(key) };
}
