// The ledger: one row for each request that has reached a model, only ever appended.

import { withoutZeros } from "../../entry-line.ts";
import { binOf } from "../../latency-bins.ts";
import type { LedgerEntry } from "../../store.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { WordTable } from "../file/words.ts";
import { addBeats } from "./beats.ts";

const COLUMNS = [
  "time",
  "request",
  "key",
  "key_name",
  "tags",
  "model",
  "endpoint",
  "upstream",
  "operation",
  "status",
  "error",
  "stream",
  "served_from_cache",
  "failed",
  "priced",
  "unpriced",
  "estimated",
  "input",
  "output",
  "cached",
  "reasoning",
  "nano",
  "cost_source",
  "cost_date",
  "usage",
  "first_bin",
  "duration_bin",
] as const;
const INSERT = `INSERT INTO ledger (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;

/** The ledger of one file. */
export class LedgerTable {
  readonly #file: DatabaseFile;
  readonly #words: WordTable;

  constructor(file: DatabaseFile) {
    this.#file = file;
    this.#words = new WordTable(file);
  }

  /** Appends all or, where it throws, none. @throws as `DatabaseFile.transaction` */
  append(entries: readonly LedgerEntry[]): void {
    try {
      this.#file.transaction(() => {
        for (const entry of entries) this.#insert(entry);
        addBeats(this.#file, this.#words, entries);
      });
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Another file is open, or what was written was undone. */
  forget(): void {
    this.#words.forget();
  }

  #insert(entry: LedgerEntry): void {
    const words = this.#words;
    const { usage, cost } = entry;
    const { isMeasured, firstByteMs, durationMs } = measured(entry);
    const isPriced = cost.nanoDollars !== null;
    this.#file
      .prepare(INSERT)
      .run(
        whole(entry.timeMs),
        entry.requestId.slice(0, 256),
        words.idOf(entry.keyId),
        words.idOf(entry.keyName),
        words.tagsOf(entry.tags),
        words.idOf(entry.model),
        words.idOf(entry.endpoint),
        words.idOf(entry.upstreamModel),
        words.idOf(entry.operation),
        whole(entry.status),
        words.idOf(entry.error),
        Number(entry.isStream),
        Number(entry.isCached),
        Number(hasFailed(entry)),
        Number(isPriced),
        Number(!isPriced && usage !== undefined && cost.source === "unpriced"),
        Number(usage?.isEstimate === true),
        whole(usage?.input),
        whole(usage?.output),
        whole(usage?.cached),
        whole(usage?.reasoning),
        whole(cost.nanoDollars ?? 0),
        cost.source,
        cost.date ?? null,
        usage === undefined ? null : JSON.stringify(withoutZeros(usage)),
        isMeasured && entry.isStream && firstByteMs !== undefined ? binOf(firstByteMs) : null,
        isMeasured ? binOf(durationMs) : null,
      );
  }
}

/** Only what an endpoint answered well says how fast it is. */
function measured(entry: LedgerEntry) {
  const { firstByteMs, durationMs } = entry.request;
  return { isMeasured: !hasFailed(entry) && !entry.isCached, firstByteMs, durationMs };
}

/** Whether a request has failed, for whatever reason. */
function hasFailed({ status, error }: Pick<LedgerEntry, "status" | "error">): boolean {
  return error !== "" || status >= 400;
}

/** No request uses or costs so much; an endpoint may say what it likes. */
const MOST = 1e14;

/** A whole number that SQLite takes for one, and sums of which it can hold; 0 for what is none. */
function whole(value: number | undefined): number {
  if (value === undefined || !Number.isFinite(value)) return 0;
  return Math.trunc(Math.min(Math.max(value, -MOST), MOST));
}
