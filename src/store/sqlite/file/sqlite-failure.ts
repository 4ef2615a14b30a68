// What an error of SQLite means for the store.

import { errorCode } from "../../../core/error-code.ts";
import { StoreFailure, type StoreFailureCode } from "../../store-failure.ts";

/** Result codes of SQLite (sqlite.org/rescode.html); the lowest byte of an extended one. */
const CODES: ReadonlyMap<number, StoreFailureCode> = new Map([
  [5, "locked"],
  [6, "locked"],
  [8, "read_only"],
  [11, "corrupt"],
  [13, "full"],
  [26, "corrupt"],
]);
/** SQLITE_READONLY_DBMOVED and SQLITE_IOERR_SHORT_READ. */
const EXTENDED: ReadonlyMap<number, StoreFailureCode> = new Map([
  [1_032, "missing"],
  [522, "corrupt"],
]);
const SYSTEM: ReadonlyMap<string, StoreFailureCode> = new Map([
  ["EACCES", "read_only"],
  ["EPERM", "read_only"],
  ["EROFS", "read_only"],
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["ENOENT", "missing"],
]);

const SENTENCES: Readonly<Record<StoreFailureCode, string>> = {
  off: "Nothing is kept: the store is off.",
  locked: "Another program holds the file of the store.",
  full: "The disk is full.",
  read_only: "The file of the store, or its folder, cannot be written to.",
  corrupt: "The file of the store is damaged.",
  missing: "The file of the store is gone.",
  newer: "The file of the store is of a later version of the program.",
  too_fine: "So fine steps of time are not kept so far back.",
  too_many: "The answer would be too long.",
  bad_question: "The question cannot be answered.",
  closed: "The store is closed.",
  failed: "The store cannot be used.",
};

/** What an error means; a failure stays what it is. */
export function failureOf(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error;
  const code = codeOf(error);
  return new StoreFailure(code, SENTENCES[code], { cause: error });
}

/** Whether what was written is at fault, not the file: to write it again would fail again. */
export function isFaultOfRow(error: unknown): boolean {
  const result = resultOf(error);
  if (result === undefined) return error instanceof TypeError || error instanceof RangeError;
  // SQLITE_ERROR, SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE
  return [1, 18, 19, 20, 25].includes(result & 0xff);
}

function codeOf(error: unknown): StoreFailureCode {
  const result = resultOf(error);
  if (result !== undefined) return EXTENDED.get(result) ?? CODES.get(result & 0xff) ?? "failed";
  return SYSTEM.get(errorCode(error) ?? "") ?? "failed";
}

function resultOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}
