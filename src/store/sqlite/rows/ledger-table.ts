// The ledger: one row for each request that has reached a model, only ever appended.

import type { SQLInputValue } from "node:sqlite";
import type { TokenUsage } from "../../../core/usage.ts";
import type { EntryHead } from "../../entry-line.ts";
import { binOf } from "../../latency-bins.ts";
import type { LedgerEntry } from "../../store.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { WordTable } from "../file/words.ts";
import { addBeats } from "./beats.ts";
import type { FoldedRow } from "./folded-tables.ts";

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
/** Rows of one statement: a step of SQLite for each costs half as much again. */
const TOGETHER = 16;
const INSERT = `INSERT INTO ledger (${COLUMNS.join(", ")}) VALUES`;
const ROW = `(${COLUMNS.map(() => "?").join(", ")})`;
const INSERT_ONE = `${INSERT} ${ROW}`;
const INSERT_SOME = `${INSERT} ${Array.from({ length: TOGETHER }, () => ROW).join(", ")}`;

/** Where rows are told of that are written. */
export type AppendedRows = {
  /**
   * Rows up to this number were written, one after the other, in the transaction that is open. Their own numbers are left out
   * of them. @throws as `DatabaseFile.prepare`
   */
  readonly add: (lastId: number, rows: readonly FoldedRow[]) => void;
  /** They were not written after all. */
  readonly forget: () => void;
};

/** The ledger of one file. */
export class LedgerTable {
  readonly #file: DatabaseFile;
  readonly #words: WordTable;
  readonly #appended: AppendedRows;

  constructor(file: DatabaseFile, appended: AppendedRows) {
    this.#file = file;
    this.#words = new WordTable(file);
    this.#appended = appended;
  }

  /** Appends all or, where it throws, none. @throws as `DatabaseFile.transaction` */
  append(heads: readonly EntryHead[]): void {
    if (heads.length === 0) return;
    const rows: FoldedRow[] = [];
    try {
      this.#file.transaction(() => {
        const lastId = this.#insert(heads, rows);
        addBeats(this.#file, this.#words, heads);
        this.#appended.add(lastId, rows);
      });
    } catch (error) {
      this.forget();
      this.#appended.forget();
      throw error;
    }
  }

  /** Another file is open, or what was written was undone. */
  forget(): void {
    this.#words.forget();
  }

  /** The number of the last one. */
  #insert(heads: readonly EntryHead[], rows: FoldedRow[]): number {
    let values: SQLInputValue[] = [];
    let last = 0;
    for (const [at, head] of heads.entries()) {
      const isAlone = heads.length - at <= heads.length % TOGETHER;
      rows.push(this.#addValues(head, values));
      if (!isAlone && values.length < TOGETHER * COLUMNS.length) continue;
      // Words are written while values are put together: no statement is under way by then.
      const statement = this.#file.prepare(isAlone ? INSERT_ONE : INSERT_SOME);
      last = Number(statement.run(...values).lastInsertRowid);
      values = [];
    }
    return last;
  }

  /** Adds the values of `COLUMNS`; gives the row as it is added up. */
  #addValues(head: EntryHead, values: SQLInputValue[]): FoldedRow {
    const words = this.#words;
    const { usage, cost, isStream, firstByteMs } = head;
    const { priced, unpriced, nano, cost_source, cost_date } = costColumns(cost, usage !== undefined);
    const time = whole(head.timeMs);
    const key = words.idOf(head.keyId);
    const tags = words.tagsOf(head.tags);
    const model = words.idOf(head.model);
    const endpoint = words.idOf(head.endpoint);
    const failed = Number(hasFailed(head));
    const estimated = Number(usage?.isEstimate === true);
    const [input, output] = [whole(usage?.input), whole(usage?.output)];
    const [cached, reasoning] = [whole(usage?.cached), whole(usage?.reasoning)];
    // Only what an endpoint answered well says how fast it is.
    const isMeasured = failed === 0 && !head.isCached;
    const first = isMeasured && isStream && firstByteMs !== undefined ? binOf(firstByteMs) : null;
    const duration = isMeasured ? binOf(head.durationMs) : null;
    values.push(
      time,
      head.requestId.slice(0, 256),
      key,
      words.idOf(head.keyName),
      tags,
      model,
      endpoint,
      words.idOf(head.upstreamModel),
      words.idOf(head.operation),
      whole(head.status),
      words.idOf(head.error),
      Number(isStream),
      Number(head.isCached),
      failed,
      priced,
      unpriced,
      estimated,
      input,
      output,
      cached,
      reasoning,
      nano,
      cost_source,
      cost_date,
      usage === undefined ? null : textOf(usage),
      first,
      duration,
    );
    const figures = [failed, input, output, cached, reasoning, nano, priced, unpriced, estimated];
    return [0, time, key, model, endpoint, tags, ...figures, first, duration];
  }
}

/** What the columns do not say of it, as JSON; nothing for most. */
function textOf(usage: Partial<TokenUsage>): string {
  for (const name in usage) {
    const value = usage[name as keyof TokenUsage];
    if (!IN_COLUMNS.has(name) || (typeof value === "number" && value !== whole(value)))
      return JSON.stringify(usage);
  }
  return "{}";
}

const IN_COLUMNS: ReadonlySet<string> = new Set(["input", "output", "cached", "reasoning"]);

/** Whether a request has failed, for whatever reason. */
function hasFailed({ status, error }: Pick<LedgerEntry, "status" | "error">): boolean {
  return error !== "" || status >= 400;
}

/** No request uses or costs so much; an endpoint may say what it likes. */
const MOST = 1e14;

/** What is written of a cost, by the names of the columns. `hasUsed`: whether anything is known to be used. */
export function costColumns({ nanoDollars, source, date }: LedgerEntry["cost"], hasUsed: boolean) {
  const isPriced = nanoDollars !== null;
  return {
    priced: Number(isPriced),
    unpriced: Number(!isPriced && hasUsed && source === "unpriced"),
    nano: whole(nanoDollars ?? 0),
    cost_source: source,
    cost_date: date ?? null,
  };
}

/** A whole number that SQLite takes for one, and sums of which it can hold; 0 for what is none. */
function whole(value: number | undefined): number {
  if (value === undefined || !Number.isFinite(value)) return 0;
  return Math.trunc(Math.min(Math.max(value, -MOST), MOST));
}
