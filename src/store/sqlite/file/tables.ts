// The tables of the two files, by numbered steps. A step that was published is never changed: what has to be otherwise
// is a further step.

import type { Migrations } from "./database-file.ts";

/** Figures that are summed up, as columns. */
export const SUM_COLUMNS = [
  "requests",
  "failed",
  "input",
  "output",
  "cached",
  "reasoning",
  "nano",
  "priced",
  "unpriced",
  "estimated",
] as const;

const SUMS = SUM_COLUMNS.map((name) => `${name} INTEGER NOT NULL`).join(", ");

const rollup = (name: string, columns: readonly string[]): string =>
  `CREATE TABLE ${name} (${columns.map((column) => `${column} INTEGER NOT NULL`).join(", ")}, ${SUMS},
    PRIMARY KEY (${columns.join(", ")})) STRICT, WITHOUT ROWID;`;

const UNITS = ["minute", "hour", "day"] as const;

/** What is counted in bins, by the columns of the ledger: the time to the first token of a stream, and all of it. */
export const LATENCY_KINDS = ["first_bin", "duration_bin"] as const;

/**
 * `usage.db`. `ledger` is only ever appended to; texts that come again and again are numbers in `word`. `folded`: rows of
 * the ledger up to this id are in the sums. A table `…_one` has one dimension at a time (`DIMENSIONS`), `…_pair` two of them
 * (`PAIRS`), `…_all` key × model × endpoint, `…_tag` the same for each tag; `…_latency` counts in bins (`latency-counts.ts`).
 */
export const USAGE_TABLES: Migrations = [
  `CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE tag (tags INTEGER NOT NULL, tag INTEGER NOT NULL, PRIMARY KEY (tags, tag)) STRICT, WITHOUT ROWID;
   CREATE TABLE ledger (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     time INTEGER NOT NULL, request TEXT NOT NULL,
     key INTEGER NOT NULL, key_name INTEGER NOT NULL, tags INTEGER NOT NULL,
     model INTEGER NOT NULL, endpoint INTEGER NOT NULL, upstream INTEGER NOT NULL, operation INTEGER NOT NULL,
     status INTEGER NOT NULL, error INTEGER NOT NULL, stream INTEGER NOT NULL, served_from_cache INTEGER NOT NULL,
     failed INTEGER NOT NULL, priced INTEGER NOT NULL, unpriced INTEGER NOT NULL, estimated INTEGER NOT NULL,
     input INTEGER NOT NULL, output INTEGER NOT NULL, cached INTEGER NOT NULL, reasoning INTEGER NOT NULL,
     nano INTEGER NOT NULL, cost_source TEXT NOT NULL, cost_date TEXT,
     usage TEXT) STRICT;
   CREATE INDEX ledger_time ON ledger (time);
   CREATE TABLE folded (one INTEGER PRIMARY KEY CHECK (one = 1), id INTEGER NOT NULL) STRICT;
   INSERT INTO folded VALUES (1, 0);
   ${["minute", "hour", "day"].map((unit) => rollup(`${unit}_one`, ["dimension", "bucket", "value"])).join("\n")}
   ${["hour", "day"].map((unit) => rollup(`${unit}_all`, ["bucket", "key", "model", "endpoint"])).join("\n")}
   ${["hour", "day"].map((unit) => rollup(`${unit}_tag`, ["bucket", "tag", "key", "model", "endpoint"])).join("\n")}
   CREATE TABLE record (
     kind TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, version INTEGER NOT NULL, changed INTEGER NOT NULL,
     PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
   CREATE TABLE audit (
     id INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, actor TEXT NOT NULL, address TEXT NOT NULL,
     action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL) STRICT;`,
  // Rows that are older know no latency. `kind`: the place in `LATENCY_KINDS`.
  `ALTER TABLE ledger ADD COLUMN first_bin INTEGER;
   ALTER TABLE ledger ADD COLUMN duration_bin INTEGER;
   ${["minute", "hour", "day"]
     .map(
       (unit) => `CREATE TABLE ${unit}_latency (
     dimension INTEGER NOT NULL, bucket INTEGER NOT NULL, value INTEGER NOT NULL, kind INTEGER NOT NULL,
     bin INTEGER NOT NULL, requests INTEGER NOT NULL,
     PRIMARY KEY (dimension, bucket, value, kind, bin)) STRICT, WITHOUT ROWID;`,
     )
     .join("\n")}
   CREATE TABLE beat (
     bucket INTEGER NOT NULL, endpoint INTEGER NOT NULL, attempts INTEGER NOT NULL, failed INTEGER NOT NULL,
     PRIMARY KEY (bucket, endpoint)) STRICT, WITHOUT ROWID;`,
  // All bins of a line together: one row to write and to read instead of dozens. Sums of two dimensions for whole days:
  // of all three there are many times as many.
  `${UNITS.map(
    (unit) => `ALTER TABLE ${unit}_latency RENAME TO ${unit}_bin;
   CREATE TABLE ${unit}_latency (
     dimension INTEGER NOT NULL, bucket INTEGER NOT NULL, value INTEGER NOT NULL, bins BLOB NOT NULL,
     PRIMARY KEY (dimension, bucket, value)) STRICT, WITHOUT ROWID;
   INSERT INTO ${unit}_latency
     SELECT dimension, bucket, value, unhex(group_concat(printf('%04X%08X', kind * 256 + bin, min(requests, 4294967295)), ''))
       FROM ${unit}_bin GROUP BY dimension, bucket, value;
   DROP TABLE ${unit}_bin;`,
  ).join("\n")}
   ${rollup("day_pair", ["pair", "bucket", "one", "other"])}
   INSERT INTO day_pair
     SELECT pair, bucket, CASE pair WHEN 2 THEN model ELSE key END AS one, CASE pair WHEN 0 THEN model ELSE endpoint END AS other,
       ${SUM_COLUMNS.map((name) => `sum(${name})`).join(", ")}
     FROM day_all, (SELECT 0 AS pair UNION ALL SELECT 1 UNION ALL SELECT 2) GROUP BY 1, 2, 3, 4;`,
];

/**
 * `requests.db`. A row of `request` is a block (`request-blocks.ts`): `entries` are its lines, `first` and `id` the numbers of
 * its first and last request, `slot` the second in which they began. `request_mark` is the index of what a block can be asked
 * for by, `request_name` that of the ids that tell no time. `body`: what was asked and answered, for the few requests whose
 * keys ask for that, by the number of the request.
 */
export const REQUEST_TABLES: Migrations = [
  `CREATE TABLE request (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     time INTEGER NOT NULL, request TEXT NOT NULL, key TEXT NOT NULL, model TEXT NOT NULL, endpoint TEXT NOT NULL,
     status INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
   CREATE INDEX request_time ON request (time);
   CREATE INDEX request_request ON request (request);
   CREATE INDEX request_key ON request (key, time);
   CREATE INDEX request_model ON request (model, time);
   CREATE INDEX request_endpoint ON request (endpoint, time);
   CREATE INDEX request_status ON request (status, time);`,
  `CREATE TABLE body (
     request INTEGER PRIMARY KEY, time INTEGER NOT NULL, size INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
   CREATE INDEX body_time ON body (time, size);`,
  // What was a row for each request, in six indexes, is a block for each.
  `ALTER TABLE request RENAME TO request_row;
   CREATE TABLE request (
     id INTEGER PRIMARY KEY AUTOINCREMENT, first INTEGER NOT NULL, slot INTEGER NOT NULL, entries TEXT NOT NULL) STRICT;
   INSERT INTO request SELECT id, id, time / 1000, entry FROM request_row ORDER BY id;
   CREATE INDEX request_slot ON request (slot);
   CREATE TABLE request_mark (
     kind INTEGER NOT NULL, value ANY NOT NULL, slot INTEGER NOT NULL, id INTEGER NOT NULL,
     PRIMARY KEY (kind, value, slot, id)) STRICT, WITHOUT ROWID;
   ${["key", "model", "endpoint", "status"]
     .map(
       (column, kind) => `INSERT INTO request_mark
     SELECT ${kind}, ${column}, time / 1000, id FROM request_row ORDER BY ${column}, time / 1000, id;`,
     )
     .join("\n")}
   CREATE TABLE request_name (
     request TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (request, id)) STRICT, WITHOUT ROWID;
   INSERT INTO request_name SELECT request, id FROM request_row ORDER BY request, id;
   DROP TABLE request_row;`,
];
