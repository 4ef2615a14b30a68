// Copies a file of the store while it is used, whole and of one moment, into one file of its own.

import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { nodeSqlite } from "../../core/files/node-sqlite.ts";

/** All in one step: whoever writes meanwhile, in another process, would have it begin anew. */
const ALL_PAGES = 2 ** 31 - 1;

/** What became of it. */
export type BackupResult =
  | { readonly kind: "done"; readonly bytes: number }
  /** There is no such file. */
  | { readonly kind: "nothing" }
  /** The copy's name is taken. */
  | { readonly kind: "taken" }
  | { readonly kind: "failed"; readonly reason: string };

/** What to copy, and where to. */
export type BackupWish = {
  readonly from: string;
  readonly to: string;
  /** Whether what has the copy's name may be replaced. */
  readonly mayReplace: boolean;
};

/** Copies one file. Never rejects; what has the copy's name is replaced only when all is well. */
export async function backUpFile({ from, to, mayReplace }: BackupWish): Promise<BackupResult> {
  if (!existsSync(from)) return { kind: "nothing" };
  if (!mayReplace && existsSync(to)) return { kind: "taken" };
  const aside = `${to}.${randomBytes(8).toString("hex")}.tmp`;
  const { DatabaseSync, backup } = nodeSqlite();
  try {
    const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
    try {
      await backup(source, aside, { rate: ALL_PAGES });
    } finally {
      source.close();
    }
    const copy = new DatabaseSync(aside);
    // One file that needs no other beside it.
    copy.exec("PRAGMA journal_mode = delete");
    copy.close();
    if (process.platform !== "win32") chmodSync(aside, 0o600);
    renameSync(aside, to);
    return { kind: "done", bytes: statSync(to).size };
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  } finally {
    for (const ending of ["", "-wal", "-shm", "-journal"]) rmSync(aside + ending, { force: true });
  }
}
