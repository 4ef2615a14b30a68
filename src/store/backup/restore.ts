// Puts a copy in the place of a file of the store, once all of it has been checked. What was there is kept.

import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { giveFolders, giveToFolderOwner } from "../../core/files/folder-owner.ts";
import { nodeSqlite } from "../../core/files/node-sqlite.ts";
import { isOurs, type Migrations, versionOf } from "../sqlite/file/database-file.ts";

const COMPANIONS = ["-wal", "-shm", "-journal"];
/** So much of what a check finds is said. */
const MAX_REASON_CHARS = 200;

/** Why a copy is not taken. */
type CopyProblem =
  | { readonly kind: "missing" }
  /** Not of this program, or of its other file. */
  | { readonly kind: "foreign" }
  | { readonly kind: "newer"; readonly found: number; readonly known: number }
  | { readonly kind: "damaged"; readonly reason: string };

/** What became of it. */
export type RestoreResult =
  | { readonly kind: "done"; readonly keptAs: string | undefined }
  /** There is a file already. */
  | { readonly kind: "taken" }
  | CopyProblem
  | { readonly kind: "failed"; readonly reason: string };

/** What to restore. */
export type RestoreWish = {
  readonly from: string;
  readonly to: string;
  /** What the file has to have. */
  readonly table: "ledger" | "request";
  readonly migrations: Migrations;
  /** Whether a file that is there may be put aside. */
  readonly mayReplace: boolean;
  readonly wallMs: number;
};

/** Restores one file. Never throws; where it fails, what was there is still there. */
export function restoreFile(wish: RestoreWish): RestoreResult {
  const { from, to, mayReplace, wallMs } = wish;
  const problem = problemOf(wish);
  if (problem !== undefined) return problem;
  const isThere = existsSync(to);
  if (isThere && !mayReplace) return { kind: "taken" };
  const aside = `${to}.${randomBytes(8).toString("hex")}.tmp`;
  const keptAs = `${to}.replaced-${new Date(wallMs).toISOString().replaceAll(":", "-")}`;
  try {
    giveFolders(mkdirSync(dirname(to), { recursive: true, mode: 0o700 }), dirname(to));
    copyFileSync(from, aside);
    giveToFolderOwner(aside);
    if (process.platform !== "win32") chmodSync(aside, 0o600);
    if (isThere) for (const ending of ["", ...COMPANIONS]) moveIfThere(to + ending, keptAs + ending);
    renameSync(aside, to);
    return { kind: "done", keptAs: isThere ? keptAs : undefined };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  } finally {
    rmSync(aside, { force: true });
  }
}

/** What is wrong with a copy; all of it is read. */
function problemOf({ from, table, migrations }: RestoreWish): CopyProblem | undefined {
  if (!existsSync(from)) return { kind: "missing" };
  const { DatabaseSync } = nodeSqlite();
  let database: InstanceType<typeof DatabaseSync> | undefined;
  try {
    database = new DatabaseSync(from, { readOnly: true });
    const found = versionOf(database);
    if (!isOurs(database)) return { kind: "foreign" };
    if (found > migrations.length) return { kind: "newer", found, known: migrations.length };
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    if (!tables.some(({ name }) => name === table)) return { kind: "foreign" };
    const check = String(database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"]);
    return check === "ok" ? undefined : { kind: "damaged", reason: check.slice(0, MAX_REASON_CHARS) };
  } catch (error) {
    return { kind: "damaged", reason: reasonOf(error) };
  } finally {
    database?.close();
  }
}

function moveIfThere(from: string, to: string): void {
  if (existsSync(from)) renameSync(from, to);
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON_CHARS);
}
