// Documents by kind and id, and the log of changes by people.

import type { AuditEntry, StoreRecord } from "../../store.ts";
import { StoreFailure } from "../../store-failure.ts";
import type { DatabaseFile } from "../file/database-file.ts";

const MAX_LIMIT = 1_000;

/** All documents of a kind, by id. @throws as `DatabaseFile.prepare` */
export function recordsOf(file: DatabaseFile, kind: string): StoreRecord[] {
  return file
    .prepare("SELECT kind, id, text, version, changed FROM record WHERE kind = ? ORDER BY id")
    .all(kind)
    .map((row) => ({
      kind: String(row["kind"]),
      id: String(row["id"]),
      text: String(row["text"]),
      version: Number(row["version"]),
      changedMs: Number(row["changed"]),
    }));
}

/** What is to be written. */
export type PutRecord = {
  readonly kind: string;
  readonly id: string;
  readonly text: string;
  readonly version?: number | undefined;
};

/** The new version, or `changed` where somebody was faster. @throws as `DatabaseFile.transaction` */
export function putRecord(file: DatabaseFile, record: PutRecord, wallMs: number): number | "changed" {
  const { kind, id, text, version } = record;
  return file.transaction(() => {
    const found = file.prepare("SELECT version FROM record WHERE kind = ? AND id = ?").get(kind, id);
    const known = Number(found?.["version"] ?? 0);
    if (version !== undefined && version !== known) return "changed";
    const sql = "INSERT OR REPLACE INTO record (kind, id, text, version, changed) VALUES (?, ?, ?, ?, ?)";
    file.prepare(sql).run(kind, id, text, known + 1, Math.trunc(wallMs));
    return known + 1;
  });
}

/** Whether there was one. @throws as `DatabaseFile.prepare` */
export function removeRecord(file: DatabaseFile, kind: string, id: string): boolean {
  return file.prepare("DELETE FROM record WHERE kind = ? AND id = ?").run(kind, id).changes > 0;
}

/** @throws as `DatabaseFile.prepare` */
export function appendAudit(file: DatabaseFile, entry: AuditEntry): void {
  const sql = "INSERT INTO audit (time, actor, address, action, subject, detail) VALUES (?, ?, ?, ?, ?, ?)";
  const { timeMs, actor, address, action, subject, detail } = entry;
  file.prepare(sql).run(Math.trunc(timeMs), actor, address, action, subject, detail);
}

/** A page, the newest first. @throws StoreFailure, as `DatabaseFile.prepare` */
export function auditsOf(
  file: DatabaseFile,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly entries: readonly AuditEntry[]; readonly next: string | undefined } {
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
    throw new StoreFailure("bad_question", "The cursor is none that an earlier page has given.");
  const most = Math.min(Math.max(1, Math.trunc(limit)), MAX_LIMIT);
  const rows = file
    .prepare("SELECT * FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?")
    .all(cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor), most + 1);
  const page = rows.slice(0, most);
  return {
    entries: page.map((row) => ({
      timeMs: Number(row["time"]),
      actor: String(row["actor"]),
      address: String(row["address"]),
      action: String(row["action"]),
      subject: String(row["subject"]),
      detail: String(row["detail"]),
    })),
    next: rows.length > most ? String(page.at(-1)?.["id"]) : undefined,
  };
}
