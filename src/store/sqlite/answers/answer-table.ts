// `answers.db`: answers that are used again, each with a check sum, since SQLite does not see that a blob is damaged.

import { createHash } from "node:crypto";
import { StoreFailure } from "../../store-failure.ts";
import type { StoredAnswer } from "../../stored-answer.ts";
import type { DatabaseFile, Migrations } from "../file/database-file.ts";

/** The table. `headers` is JSON; times are milliseconds since 1970. */
export const ANSWER_TABLES: Migrations = [
  `CREATE TABLE answer (
     id INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE, kept INTEGER NOT NULL, until INTEGER NOT NULL, model TEXT NOT NULL,
     mark TEXT NOT NULL, stream INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
     checksum TEXT NOT NULL) STRICT;
   CREATE INDEX answer_until ON answer (until);`,
];

/** An answer with what it is found by. */
export type KeyedAnswer = { readonly key: string; readonly answer: StoredAnswer };

/** Puts an answer in place of the one before it. @throws as `DatabaseFile.prepare` */
export function putAnswer(file: DatabaseFile, { key, answer }: KeyedAnswer): void {
  const { keptMs, untilMs, modelName, mark, isStream, body } = answer;
  const headers = JSON.stringify(answer.headers);
  file
    .prepare(
      "INSERT OR REPLACE INTO answer (key, kept, until, model, mark, stream, headers, body, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .run(
      key,
      Math.trunc(keptMs),
      Math.trunc(untilMs),
      modelName,
      mark,
      Number(isStream),
      headers,
      body,
      checksumOf(key, headers, body),
    );
}

/** The answer of a key; undefined where there is none. @throws as `DatabaseFile.prepare`, and where it is damaged */
export function answerOfKey(file: DatabaseFile, key: string): StoredAnswer | undefined {
  const row = file.prepare("SELECT * FROM answer WHERE key = ?").get(key);
  if (row === undefined) return undefined;
  const { body } = row;
  const headers = String(row["headers"]);
  if (!(body instanceof Uint8Array) || checksumOf(key, headers, body) !== row["checksum"])
    throw new StoreFailure("corrupt", "An answer in the store is damaged.");
  return {
    // Written by `putAnswer` in this form, which the check sum says.
    headers: JSON.parse(headers) as string[],
    body,
    isStream: Number(row["stream"]) === 1,
    modelName: String(row["model"]),
    mark: String(row["mark"]),
    keptMs: Number(row["kept"]),
    untilMs: Number(row["until"]),
  };
}

function checksumOf(key: string, headers: string, body: Uint8Array): string {
  return createHash("sha256").update(`${key.length}:${key}${headers}`).update(body).digest("base64");
}
