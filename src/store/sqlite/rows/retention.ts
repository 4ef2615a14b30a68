// Removes what is too old or too much, a little at a time, so that no transaction holds the lock for long; and makes room
// on a full disk out of the log of requests, which is the one thing that can be spared.

import { waitingOf } from "../../entry-line.ts";
import type { BodiesKeep } from "../../store.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { KEPT_MS, UNIT_MS } from "../file/dimensions.ts";
import { pruneBodies } from "./body-table.ts";
import { foldedUpTo } from "./fold.ts";
import { newestLines, removeBefore, removeBelow, slotOf, writeBlocks } from "./request-blocks.ts";

const STEP = 5_000;
/** Requests that outlive the file when the disk is so full that it has to be begun anew: half of them at most. */
const SPARED = 2_000;

/** Rows of the ledger that are in the sums, and sums by minute and hour. @throws as `DatabaseFile.prepare` */
export function pruneUsage(file: DatabaseFile, keptMs: number, wallMs: number): void {
  const folded = foldedUpTo(file);
  removeInSteps(
    file,
    `DELETE FROM ledger WHERE id IN (SELECT id FROM ledger INDEXED BY ledger_time
       WHERE time < ? AND id <= ? ORDER BY time LIMIT ${STEP})`,
    [wallMs - keptMs, folded],
  );
  for (const unit of ["minute", "hour"] as const) {
    const before = Math.floor((wallMs - KEPT_MS[unit]) / UNIT_MS[unit]);
    for (let dimension = 0; dimension <= 4; dimension += 1)
      file.prepare(`DELETE FROM ${unit}_one WHERE dimension = ? AND bucket < ?`).run(dimension, before);
    for (let dimension = 0; dimension <= 3; dimension += 1)
      file.prepare(`DELETE FROM ${unit}_latency WHERE dimension = ? AND bucket < ?`).run(dimension, before);
    if (unit === "minute") {
      file.prepare("DELETE FROM beat WHERE bucket < ?").run(before);
      continue;
    }
    for (const table of ["hour_all", "hour_tag"])
      file.prepare(`DELETE FROM ${table} WHERE bucket < ?`).run(before);
  }
  file.run("PRAGMA incremental_vacuum(1000)");
}

/** How much of the log is kept. */
export type KeptRequests = {
  readonly keptMs: number;
  readonly maxBytes: number;
  readonly wallMs: number;
  readonly bodies?: BodiesKeep | undefined;
};

/** @throws as `DatabaseFile.prepare` */
export function pruneRequests(file: DatabaseFile, { keptMs, maxBytes, wallMs, bodies }: KeptRequests): void {
  removeBefore(file, slotOf(wallMs - keptMs));
  pruneBodies(file, bodies ?? NO_BODIES, wallMs);
  while (bytesInUse(file) > maxBytes && dropOldest(file) > 0);
  pruneBodies(file, bodies ?? NO_BODIES, wallMs);
  file.run("PRAGMA incremental_vacuum");
}

const NO_BODIES = { keptMs: 0, totalBytes: 0 };

/** Removes a tenth of the requests, the oldest; how many blocks that were. @throws as `DatabaseFile.prepare` */
function dropOldest(file: DatabaseFile): number {
  const { low, high } = numbersOf(file);
  if (high < low) return 0;
  const share = Math.max(100, Math.floor((high - low) / 10));
  file.prepare("DELETE FROM body WHERE request < ?").run(low + share);
  return removeBelow(file, low + share);
}

/** The numbers of the oldest and the newest request; 0 and -1 where there are none. */
function numbersOf(file: DatabaseFile): { readonly low: number; readonly high: number } {
  const first = file.prepareLists("SELECT first FROM request ORDER BY id LIMIT 1").get();
  const last = file.prepareLists("SELECT max(id) FROM request").get();
  if (first === undefined) return { low: 0, high: -1 };
  const [low, high] = [first, last].map((row) => Number((row as unknown as readonly number[])[0]));
  return { low: low ?? 0, high: high ?? -1 };
}

/**
 * Room on a full disk: the oldest rows are removed, and where the disk is too full even for that, the file is begun anew
 * with the newest ones. Whether there may be room now; never throws.
 */
export function makeRoom(file: DatabaseFile): boolean {
  try {
    if (dropOldest(file) === 0) return false;
    file.run("PRAGMA incremental_vacuum");
    if (!file.isInMemory) file.run("PRAGMA wal_checkpoint(TRUNCATE)");
    return true;
  } catch {
    return !file.isInMemory && beginAnew(file);
  }
}

function beginAnew(file: DatabaseFile): boolean {
  const lines = newestOf(file);
  try {
    file.remove();
  } catch {
    return false;
  }
  try {
    file.transaction(() => writeBlocks(file, lines.map(waitingOf)));
  } catch {
    // The room that was made is wanted for what is new.
  }
  return true;
}

function newestOf(file: DatabaseFile): readonly string[] {
  try {
    const { low, high } = numbersOf(file);
    return newestLines(file, Math.min(SPARED, (high - low) / 2));
  } catch {
    return [];
  }
}

/** Bytes of a file without pages that are free. @throws as `DatabaseFile.prepare` */
export function bytesInUse(file: DatabaseFile): number {
  const row = file
    .prepare(
      "SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .get();
  return Number(row?.["bytes"] ?? 0);
}

function removeInSteps(file: DatabaseFile, sql: string, values: readonly number[]): void {
  const statement = file.prepare(sql);
  while (statement.run(...values.map(Math.trunc)).changes === BigInt(STEP));
}
