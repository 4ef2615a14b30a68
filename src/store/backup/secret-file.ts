// Copies the small file beside the store without which its client keys are unknown, and puts it back. It stays a file of
// its own in a backup too: whoever finds the copy of the store alone can test no guess at a key.

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { giveFolders, giveToFolderOwner } from "../../core/files/folder-owner.ts";
import type { BackupResult, BackupWish } from "./backup.ts";
import type { RestoreResult } from "./restore.ts";

/** What such a file must look like. */
type IsWhole = (text: string) => boolean;

/** Copies it, for nobody else to read. Never throws. A copy of one that is not there any more is removed, if it may be. */
export function backUpSecret({ from, to, mayReplace }: BackupWish): BackupResult {
  try {
    if (!mayReplace && existsSync(to)) return { kind: "taken" };
    if (!existsSync(from)) {
      // An old one would be put back with a store whose keys it does not fit.
      rmSync(to, { force: true });
      return { kind: "nothing" };
    }
    const text = readFileSync(from, "latin1");
    put(text, to);
    return { kind: "done", bytes: text.length };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  }
}

/** One to put back. */
export type SecretWish = {
  readonly from: string;
  readonly to: string;
  readonly isWhole: IsWhole;
  readonly mayReplace: boolean;
  readonly wallMs: number;
};

/** Why it cannot be put back; undefined where it can, or is there already. Changes nothing and never throws. */
export function secretProblem({ from, to, isWhole, mayReplace }: SecretWish): RestoreResult | undefined {
  try {
    const text = readFileSync(from, "latin1");
    if (!isWhole(text)) return { kind: "damaged", reason: "it has not the form of such a file" };
    if (!existsSync(to) || mayReplace || readFileSync(to, "latin1") === text) return undefined;
    return { kind: "taken" };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  }
}

/** Puts it back; what was there is kept beside it. Never throws. */
export function restoreSecret(wish: SecretWish): RestoreResult {
  const problem = secretProblem(wish);
  if (problem !== undefined) return problem;
  const { from, to, wallMs } = wish;
  try {
    const text = readFileSync(from, "latin1");
    const isOther = existsSync(to) && readFileSync(to, "latin1") !== text;
    const keptAs = `${to}.replaced-${new Date(wallMs).toISOString().replaceAll(":", "-")}`;
    giveFolders(mkdirSync(dirname(to), { recursive: true, mode: 0o700 }), dirname(to));
    if (isOther) renameSync(to, keptAs);
    put(text, to);
    giveToFolderOwner(to);
    return { kind: "done", keptAs: isOther ? keptAs : undefined };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error) };
  }
}

/** Whole or not at all. */
function put(text: string, to: string): void {
  const aside = `${to}.${randomBytes(8).toString("hex")}.tmp`;
  try {
    writeFileSync(aside, text, { mode: 0o600, flag: "wx", flush: true });
    renameSync(aside, to);
  } finally {
    rmSync(aside, { force: true });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
