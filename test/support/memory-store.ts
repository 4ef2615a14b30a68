// A store in memory, for what is kept in one: documents with their versions, and sums that a test has set. Nothing of
// it is on a disk.

import type {
  LedgerEntry,
  RunningStore,
  StoreRecord,
  StoreState,
  UsageQuestion,
  UsageRow,
} from "../../src/store/store.ts";

/** The store. */
export class MemoryStore implements RunningStore {
  readonly entries: LedgerEntry[] = [];
  readonly asked: UsageQuestion[] = [];
  /** Thrown by every question while it is set. */
  failure: Error | undefined;
  /** What questions about usage are answered with. */
  usageRows: (question: UsageQuestion) => readonly UsageRow[] = () => [];
  readonly #records = new Map<string, StoreRecord>();

  append(entry: LedgerEntry): void {
    this.entries.push(entry);
  }

  async usage(question: UsageQuestion): Promise<readonly UsageRow[]> {
    this.#mayFail();
    this.asked.push(question);
    return this.usageRows(question);
  }

  async latency(): Promise<readonly never[]> {
    this.#mayFail();
    return [];
  }

  async beats(): Promise<readonly never[]> {
    this.#mayFail();
    return [];
  }

  async requests(): Promise<{ readonly entries: readonly LedgerEntry[]; readonly next: undefined }> {
    this.#mayFail();
    return { entries: this.entries, next: undefined };
  }

  async records(kind: string): Promise<readonly StoreRecord[]> {
    this.#mayFail();
    return [...this.#records.values()].filter((record) => record.kind === kind);
  }

  async put(record: {
    readonly kind: string;
    readonly id: string;
    readonly text: string;
    readonly version?: number;
  }): Promise<number | "changed"> {
    this.#mayFail();
    const { kind, id, text } = record;
    const place = `${kind} ${id}`;
    const known = this.#records.get(place)?.version ?? 0;
    if (record.version !== undefined && record.version !== known) return "changed";
    this.#records.set(place, { kind, id, text, version: known + 1, changedMs: 0 });
    return known + 1;
  }

  async remove(kind: string, id: string): Promise<boolean> {
    this.#mayFail();
    return this.#records.delete(`${kind} ${id}`);
  }

  async audit(): Promise<void> {
    this.#mayFail();
  }

  async audits(): Promise<{ readonly entries: readonly []; readonly next: undefined }> {
    this.#mayFail();
    return { entries: [], next: undefined };
  }

  state(): StoreState {
    return { kind: "memory", health: "ok", queued: 0, lost: 0, bytes: 0 };
  }

  keep(): void {}

  async flush(): Promise<void> {}

  async close(): Promise<void> {}

  #mayFail(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}
