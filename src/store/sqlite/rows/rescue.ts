// Takes over from a damaged file what people have made: records, such as keys, and the audit log.

import type { SQLInputValue } from "node:sqlite";
import { nodeSqlite } from "../../../core/files/node-sqlite.ts";
import type { DatabaseFile } from "../file/database-file.ts";

/** How much was saved. */
export type Rescued = { readonly records: number; readonly audits: number };

/** Copies what can be read into a new file. Never throws because of the damaged one. @throws as `DatabaseFile.transaction` */
export function rescueRecords(aside: string, file: DatabaseFile): Rescued {
  const records = rowsOf(aside, "SELECT kind, id, text, version, changed FROM record");
  const audits = rowsOf(aside, "SELECT time, actor, address, action, subject, detail FROM audit ORDER BY id");
  file.transaction(() => {
    const record = file.prepare(
      "INSERT OR IGNORE INTO record (kind, id, text, version, changed) VALUES (?, ?, ?, ?, ?)",
    );
    for (const row of records) record.run(...row);
    const audit = file.prepare(
      "INSERT INTO audit (time, actor, address, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)",
    );
    for (const row of audits) audit.run(...row);
  });
  return { records: records.length, audits: audits.length };
}

/** What can be read before the damage shows. */
function rowsOf(path: string, sql: string): SQLInputValue[][] {
  const found: SQLInputValue[][] = [];
  const { DatabaseSync } = nodeSqlite();
  let database: InstanceType<typeof DatabaseSync> | undefined;
  try {
    database = new DatabaseSync(path);
    for (const row of database.prepare(sql).iterate()) found.push(Object.values(row));
  } catch {
    // The rest is lost.
  }
  try {
    database?.close();
  } catch {
    // It is put aside already.
  }
  return found;
}
