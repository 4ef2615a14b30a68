// Entries on their way to where the store is: in batches, since each message to another process costs something. Who dies
// takes one batch with it.

import type { AppendEntry, LedgerEntry } from "./store.ts";

/** From an entry to its batch. */
const BATCH_MS = 100;
/** So many do not wait for the rest of that time. */
const BATCH_ENTRIES = 500;

/** The next batch. */
export class EntryBatch {
  readonly #send: (entries: readonly LedgerEntry[]) => void;
  #entries: LedgerEntry[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `send` must not throw. */
  constructor(send: (entries: readonly LedgerEntry[]) => void) {
    this.#send = send;
  }

  /** Bound, so that it can be handed out. */
  readonly append: AppendEntry = (entry) => {
    this.#entries.push(entry);
    if (this.#entries.length >= BATCH_ENTRIES) this.flush();
    else this.#timer ??= setTimeout(this.flush, BATCH_MS).unref();
  };

  /** Sends what there is. */
  readonly flush = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#entries.length === 0) return;
    const entries = this.#entries;
    this.#entries = [];
    this.#send(entries);
  };
}
