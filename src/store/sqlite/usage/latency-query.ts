// Answers questions about latency: from the counts in bins wherever they fit, from rows of the ledger at the borders, and
// from rows that are not in the counts yet.

import { quantilesOf } from "../../latency-bins.ts";
import type { LatencyQuestion, LatencyRow } from "../../store.ts";
import { StoreFailure } from "../../store-failure.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { DIMENSIONS, UNIT_MS } from "../file/dimensions.ts";
import { LATENCY_KINDS } from "../file/tables.ts";
import { foldedUpTo } from "../rows/fold.ts";
import { type Piece, piecesOf } from "./usage-pieces.ts";
import { refuseTooFine, type UsagePlace } from "./usage-query.ts";

/** A longer answer is of no use to anybody. */
const MAX_LINES = 100_000;

type Bins = Map<number, number>;
type LatencyLine = { readonly timeMs: number; readonly value: number; readonly kinds: readonly [Bins, Bins] };

/** @throws StoreFailure, as `DatabaseFile.prepare` */
export function latencyOfQuestion(place: UsagePlace, question: LatencyQuestion): readonly LatencyRow[] {
  const { unit, fromMs, toMs } = question;
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs))
    throw new StoreFailure("bad_question", "A question has bounds.");
  refuseTooFine(unit, fromMs, place.nowMs);
  return place.file.transaction(() => {
    const id = idOf(place.file, question.only?.name);
    if (id === undefined) return [];
    const asking = new LatencyAsking(place.file, question, id);
    const folded = foldedUpTo(place.file);
    const oldest = place.file
      .prepare("SELECT min(bucket) AS bucket FROM day_latency WHERE dimension = 0")
      .get();
    const since = Number(oldest?.["bucket"] ?? Number.POSITIVE_INFINITY) * UNIT_MS.day;
    const units = (["day", "hour", "minute"] as const).filter(
      (one) => unit === undefined || UNIT_MS[one] <= UNIT_MS[unit],
    );
    const cutting = { units, nowMs: place.nowMs, rowsKeptMs: place.rowsKeptMs };
    const begin = Math.max(Math.trunc(fromMs), Math.min(since, toMs));
    for (const piece of piecesOf(begin, Math.trunc(toMs), cutting)) asking.read(piece, folded);
    asking.readRows("ledger NOT INDEXED", "ledger.id > ?", [folded, fromMs, toMs]);
    return asking.rows();
  });
}

/** The number of a name: 0 where none is asked for, undefined for one that was never seen. */
function idOf(file: DatabaseFile, name: string | undefined): number | undefined {
  if (name === undefined) return 0;
  const found = file.prepare("SELECT id FROM word WHERE text = ?").get(name.slice(0, 256));
  return found === undefined ? undefined : Number(found["id"]);
}

class LatencyAsking {
  readonly #file: DatabaseFile;
  readonly #question: LatencyQuestion;
  readonly #id: number;
  readonly #lines = new Map<string, LatencyLine>();

  constructor(file: DatabaseFile, question: LatencyQuestion, id: number) {
    this.#file = file;
    this.#question = question;
    this.#id = id;
  }

  read({ from, fromMs, toMs }: Piece, folded: number): void {
    if (from === "rows") {
      this.readRows("ledger INDEXED BY ledger_time", "ledger.id <= ?", [folded, fromMs, toMs]);
      return;
    }
    const { unit, only, by } = this.#question;
    const size = UNIT_MS[from];
    const time = unit === undefined ? "0" : `bucket * ${size} / ${UNIT_MS[unit]} * ${UNIT_MS[unit]}`;
    const dimension = DIMENSIONS[only?.dimension ?? by ?? "total"];
    const filter = only === undefined ? "" : "AND value = ?";
    const values = [
      Math.floor(fromMs / size),
      Math.floor(toMs / size),
      ...(only === undefined ? [] : [this.#id]),
    ];
    this.#query(
      `SELECT ${time} AS t, ${by === undefined ? "0" : "value"} AS v, kind, bin, sum(requests) FROM ${from}_latency
         WHERE dimension = ${dimension} AND bucket >= ? AND bucket < ? ${filter} GROUP BY t, v, kind, bin`,
      values,
    );
  }

  readRows(table: string, which: string, [id, fromMs, toMs]: readonly [number, number, number]): void {
    const { unit, only, by } = this.#question;
    const time = unit === undefined ? "0" : `ledger.time / ${UNIT_MS[unit]} * ${UNIT_MS[unit]}`;
    const filter = only === undefined ? "" : `AND ledger.${only.dimension} = ?`;
    const values = [id, Math.trunc(fromMs), Math.trunc(toMs), ...(only === undefined ? [] : [this.#id])];
    for (const [kind, column] of LATENCY_KINDS.entries())
      this.#query(
        `SELECT ${time} AS t, ${by === undefined ? "0" : `ledger.${by}`} AS v, ${kind}, ${column} AS b, count(*)
           FROM ${table} WHERE ${which} AND ledger.time >= ? AND ledger.time < ? AND ${column} IS NOT NULL ${filter}
           GROUP BY t, v, b`,
        values,
      );
  }

  rows(): readonly LatencyRow[] {
    const word = this.#file.prepare("SELECT text FROM word WHERE id = ?");
    const { by } = this.#question;
    const lines = [...this.#lines.values()].toSorted((a, b) => a.timeMs - b.timeMs || a.value - b.value);
    return lines.map(({ timeMs, value, kinds: [first, duration] }) => ({
      timeMs,
      value: by === undefined ? "" : String(word.get(value)?.["text"] ?? ""),
      firstToken: quantilesOf(first),
      duration: quantilesOf(duration),
    }));
  }

  #query(sql: string, values: readonly number[]): void {
    for (const row of this.#file.prepareLists(sql).all(...values)) {
      const [timeMs = 0, value = 0, kind = 0, bin = 0, requests = 0] = row as unknown as readonly number[];
      const key = `${timeMs} ${value}`;
      let line = this.#lines.get(key);
      if (line === undefined) {
        if (this.#lines.size >= MAX_LINES)
          throw new StoreFailure(
            "too_many",
            "The answer has too many lines: ask for less time or longer steps.",
          );
        line = { timeMs, value, kinds: [new Map(), new Map()] };
        this.#lines.set(key, line);
      }
      const bins = line.kinds[kind === 0 ? 0 : 1];
      bins.set(bin, (bins.get(bin) ?? 0) + requests);
    }
  }
}
