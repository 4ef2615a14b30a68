// Which sums and rows a question is about, as SQL over one table at a time.

import type { UsageGroup, UsageQuestion } from "../../store.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { DIMENSIONS, type Dimension, PAIRS, UNIT_MS, type Unit } from "../file/dimensions.ts";
import { SUM_COLUMNS } from "../file/tables.ts";
import { bucketSearch } from "./bucket-seek.ts";
import type { Piece } from "./usage-pieces.ts";
import type { Naming, UsageSums } from "./usage-sums.ts";

type Filters = readonly (readonly [Dimension, number])[];

/** A span of time. */
type AskedSpan = { readonly fromMs: number; readonly toMs: number };

const ROW_SUMS = SUM_COLUMNS.map((name) =>
  name === "requests" ? "count(*) AS requests" : `total(ledger.${name}) AS ${name}`,
).join(", ");
// `total` gives a number where `sum` would fail beyond what an integer holds.
const ROLLED_SUMS = SUM_COLUMNS.map((name) => `total(${name}) AS ${name}`).join(", ");

/** One question over one file. */
export class Selection {
  readonly #file: DatabaseFile;
  readonly #groups: readonly UsageGroup[];
  readonly #filters: Filters;
  readonly #offsetMs: number;

  private constructor(file: DatabaseFile, { groups, offsetMinutes = 0 }: UsageQuestion, filters: Filters) {
    this.#file = file;
    this.#groups = groups;
    this.#filters = filters;
    this.#offsetMs = offsetMinutes * 60_000;
  }

  /** Undefined where it asks for a name that the file has never heard of. @throws as `DatabaseFile.prepare` */
  static of(file: DatabaseFile, question: UsageQuestion): Selection | undefined {
    const { keyId, model, endpoint, tag } = question;
    const filters: [Dimension, number][] = [];
    const wanted = { key: keyId, model, endpoint, tag } as const;
    for (const dimension of ["key", "model", "endpoint", "tag"] as const) {
      const text = wanted[dimension];
      if (text === undefined) continue;
      const found = file.prepare("SELECT id FROM word WHERE text = ?").get(text.slice(0, 256));
      if (found === undefined) return undefined;
      filters.push([dimension, Number(found["id"])]);
    }
    return new Selection(file, question, filters);
  }

  /** Adds what a piece has of the rows that are in the sums. @throws as `DatabaseFile.prepare` */
  read({ from, fromMs, toMs }: Piece, folded: number, sums: UsageSums): void {
    if (from === "rows") this.#readRows("ledger.id <= ?", folded, { fromMs, toMs }, sums);
    else this.#readSums(from, { fromMs, toMs }, sums);
  }

  /** Adds the rows that are not in the sums yet. @throws as `DatabaseFile.prepare` */
  readNew(folded: number, span: AskedSpan, sums: UsageSums): void {
    this.#readRows("ledger.id > ?", folded, span, sums);
  }

  /** What the numbers of a line stand for. */
  namesOf(): Naming {
    const word = this.#file.prepare("SELECT text FROM word WHERE id = ?");
    const known = new Map<number, string>();
    const textOf = (id: number): string => {
      const text = known.get(id) ?? String(word.get(id)?.["text"] ?? "");
      known.set(id, text);
      return text;
    };
    return (value, at) => (isTime(this.#groups[at]) ? value : textOf(value));
  }

  #readRows(which: string, folded: number, { fromMs, toMs }: AskedSpan, sums: UsageSums): void {
    const needsTags = this.#needs("tag");
    const column = (dimension: Dimension) => (dimension === "tag" ? "tag.tag" : `ledger.${dimension}`);
    const groups = this.#groups.map((group) =>
      isTime(group) ? this.#startOf(group, "ledger.time") : column(group),
    );
    // Rows that are new are few, and found by their number; the others by their time.
    const table = which.includes("<=") ? "ledger INDEXED BY ledger_time" : "ledger NOT INDEXED";
    const join = needsTags ? "JOIN tag ON tag.tags = ledger.tags" : "";
    const filters = this.#filters.map(([dimension]) => `AND ${column(dimension)} = ?`).join(" ");
    this.#query(
      `${select(groups, ROW_SUMS)} FROM ${table} ${join}
        WHERE ${which} AND ledger.time >= ? AND ledger.time < ? ${filters} ${groupBy(groups)}`,
      [folded, fromMs, toMs],
      sums,
    );
  }

  #readSums(unit: Unit, { fromMs, toMs }: AskedSpan, sums: UsageSums): void {
    const size = UNIT_MS[unit];
    const dimensions = (["key", "model", "endpoint", "tag"] as const).filter((one) => this.#needs(one));
    const [only] = dimensions;
    const isSimple = dimensions.length <= 1;
    const pair = unit === "day" ? pairOf(dimensions) : -1;
    const isPair = pair >= 0;
    const column = (dimension: Dimension) => {
      if (isSimple) return "value";
      return isPair ? (PAIRS[pair]?.[0] === dimension ? "one" : "other") : dimension;
    };
    const groups = this.#groups.map((group) =>
      isTime(group) ? this.#startOfBucket(group, unit) : column(group),
    );
    const kind = isSimple ? "one" : isPair ? "pair" : this.#needs("tag") ? "tag" : "all";
    // The column behind the bucket in the primary key.
    const first = isSimple ? only : isPair ? PAIRS[pair]?.[0] : kind === "tag" ? "tag" : "key";
    const search = bucketSearch(
      `${unit}_${kind}`,
      this.#filters.some(([dimension]) => dimension === first),
    );
    const which = isSimple
      ? `dimension = ${DIMENSIONS[only ?? "total"]} AND`
      : isPair
        ? `pair = ${pair} AND`
        : "";
    const filters = this.#filters.map(([dimension]) => `AND ${column(dimension)} = ?`).join(" ");
    this.#query(
      `${search.before} ${select(groups, ROLLED_SUMS)} FROM ${search.from}
        WHERE ${which} ${search.where} ${filters} ${groupBy(groups)}`,
      [Math.floor(fromMs / size), Math.floor(toMs / size)],
      sums,
    );
  }

  #query(sql: string, values: readonly number[], sums: UsageSums): void {
    // Moments, numbers of words and what `total` gives: nothing that a number could not hold.
    const rows = this.#file.prepareLists(sql).all(...values, ...this.#filters.map(([, id]) => id));
    for (const row of rows) sums.add(row as unknown as readonly number[], this.#groups.length);
  }

  #needs(dimension: Dimension): boolean {
    return this.#groups.includes(dimension) || this.#filters.some(([one]) => one === dimension);
  }

  /** A day of UTC stands for the local day of the same date. */
  #startOfBucket(group: Unit, unit: Unit): string {
    const size = UNIT_MS[unit];
    return unit === "day"
      ? `(bucket * ${size} - ${this.#offsetMs})`
      : this.#startOf(group, `(bucket * ${size})`);
  }

  /** When the unit of a moment begins. */
  #startOf(unit: Unit, time: string): string {
    const size = UNIT_MS[unit];
    const offset = unit === "day" ? this.#offsetMs : 0;
    return `((${time} + ${offset}) / ${size} * ${size} - ${offset})`;
  }
}

function select(groups: readonly string[], sums: string): string {
  return `SELECT ${[...groups.map((group, index) => `${group} AS g${index}`), sums].join(", ")}`;
}

function groupBy(groups: readonly string[]): string {
  return groups.length === 0 ? "" : `GROUP BY ${groups.map((_, index) => `g${index}`).join(", ")}`;
}

/** The number of the pair that these dimensions are; -1 where they are none. */
function pairOf(dimensions: readonly Dimension[]): number {
  if (dimensions.length !== 2) return -1;
  return PAIRS.findIndex((pair) => pair.every((one) => dimensions.includes(one)));
}

function isTime(group: UsageGroup | undefined): group is Unit {
  return group === "minute" || group === "hour" || group === "day";
}
