// Answers questions about latency: from the counts in bins wherever they fit, from rows of the ledger at the borders, and
// from rows that are not in the counts yet.

import type { LatencyQuestion } from "../../store.ts";
import { StoreFailure } from "../../store-failure.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { DIMENSIONS, UNIT_MS } from "../file/dimensions.ts";
import { LATENCY_KINDS } from "../file/tables.ts";
import { foldedUpTo } from "../rows/fold.ts";
import { addCount } from "../rows/latency-counts.ts";
import { bucketSearch } from "./bucket-seek.ts";
import {
  columnsOfLatencies,
  type LatencyColumns,
  type LatencyLine,
  NO_LATENCIES,
} from "./latency-columns.ts";
import { type Piece, piecesOf } from "./usage-pieces.ts";
import { refuseTooFine, type UsagePlace } from "./usage-query.ts";

/** A longer answer is of no use to anybody, and would be made into text on the thread that serves. */
const MAX_LINES = 20_000;

/** @throws StoreFailure, as `DatabaseFile.prepare` */
export function latencyOfQuestion(place: UsagePlace, question: LatencyQuestion): LatencyColumns {
  const { unit, fromMs, toMs } = question;
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs))
    throw new StoreFailure("bad_question", "A question has bounds.");
  refuseTooFine(unit, fromMs, place.nowMs);
  return place.file.transaction(() => {
    const id = idOf(place.file, question.only?.name);
    if (id === undefined) return NO_LATENCIES;
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
    return asking.columns();
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
  /** By time and value. */
  readonly #lines = new Map<number, Map<number, LatencyLine>>();
  #count = 0;

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
    const search = bucketSearch(`${from}_latency`, only !== undefined);
    const values = [
      Math.floor(fromMs / size),
      Math.floor(toMs / size),
      ...(only === undefined ? [] : [this.#id]),
    ];
    const lines = this.#file
      .prepareLists(
        `${search.before} SELECT ${time}, ${by === undefined ? "0" : "value"}, bins FROM ${search.from}
           WHERE dimension = ${dimension} AND ${search.where} ${filter}`,
      )
      .all(...values);
    for (const line of lines) {
      const [timeMs = 0, value = 0, bins] = line as unknown as readonly [number, number, Uint8Array];
      this.#lineAt(timeMs, value).counted.push(bins);
    }
  }

  readRows(table: string, which: string, [id, fromMs, toMs]: readonly [number, number, number]): void {
    const { unit, only, by } = this.#question;
    const time = unit === undefined ? "0" : `ledger.time / ${UNIT_MS[unit]} * ${UNIT_MS[unit]}`;
    const filter = only === undefined ? "" : `AND ledger.${only.dimension} = ?`;
    const values = [id, Math.trunc(fromMs), Math.trunc(toMs), ...(only === undefined ? [] : [this.#id])];
    for (const [kind, column] of LATENCY_KINDS.entries()) {
      const lines = this.#file
        .prepareLists(
          `SELECT ${time} AS t, ${by === undefined ? "0" : `ledger.${by}`} AS v, ${column} AS b, count(*)
             FROM ${table} WHERE ${which} AND ledger.time >= ? AND ledger.time < ? AND ${column} IS NOT NULL ${filter}
             GROUP BY t, v, b`,
        )
        .all(...values);
      for (const line of lines) {
        const [timeMs = 0, value = 0, bin = 0, requests = 0] = line as unknown as readonly number[];
        addCount(this.#lineAt(timeMs, value).fresh, kind * 256 + bin, requests);
      }
    }
  }

  columns(): LatencyColumns {
    const word = this.#file.prepare("SELECT text FROM word WHERE id = ?");
    const { by } = this.#question;
    const lines = [...this.#lines.values()]
      .flatMap((values) => [...values.values()])
      .toSorted((a, b) => a.timeMs - b.timeMs || a.value - b.value);
    const known = new Map<number, string>();
    const nameOf = (value: number): string => {
      if (by === undefined) return "";
      const name = known.get(value) ?? String(word.get(value)?.["text"] ?? "");
      known.set(value, name);
      return name;
    };
    return columnsOfLatencies(lines, nameOf);
  }

  #lineAt(timeMs: number, value: number): LatencyLine {
    let values = this.#lines.get(timeMs);
    if (values === undefined) {
      values = new Map();
      this.#lines.set(timeMs, values);
    }
    const known = values.get(value);
    if (known !== undefined) return known;
    this.#count += 1;
    if (this.#count > MAX_LINES)
      throw new StoreFailure("too_many", "The answer has too many lines: ask for less time or longer steps.");
    const line: LatencyLine = { timeMs, value, counted: [], fresh: new Map() };
    values.set(value, line);
    return line;
  }
}
