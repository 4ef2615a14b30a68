// The beats of the endpoints: how many requests were sent to each in a minute, and how many of these failed, whoever
// answered the client in the end. Written with the rows of the ledger, in their transaction.

import type { AttemptSummary } from "../../../core/summary.ts";
import type { EntryHead } from "../../entry-line.ts";
import type { BeatRow } from "../../store.ts";
import type { DatabaseFile } from "../file/database-file.ts";
import { UNIT_MS } from "../file/dimensions.ts";
import type { WordTable } from "../file/words.ts";

/** Ends of an attempt that are no failure of the endpoint's. */
const NO_FAILURES: ReadonlySet<AttemptSummary["outcome"]> = new Set([
  "ok",
  "refused",
  "lost",
  "client_closed",
]);

type MinuteCount = { readonly minute: number; readonly endpoint: string; attempts: number; failed: number };

/** Adds the attempts of some requests. @throws as `DatabaseFile.prepare` */
export function addBeats(file: DatabaseFile, words: WordTable, heads: readonly EntryHead[]): void {
  const beats = new Map<string, MinuteCount>();
  for (const { timeMs, attempts } of heads)
    for (const { endpoint, startedAfterMs, outcome } of attempts) {
      const minute = Math.floor((timeMs + startedAfterMs) / UNIT_MS.minute);
      if (!Number.isSafeInteger(minute)) continue;
      const key = `${minute} ${endpoint}`;
      const beat = beats.get(key) ?? { minute, endpoint, attempts: 0, failed: 0 };
      beats.set(key, beat);
      beat.attempts += 1;
      if (!NO_FAILURES.has(outcome)) beat.failed += 1;
    }
  if (beats.size === 0) return;
  const insert = file.prepare(
    `INSERT INTO beat (bucket, endpoint, attempts, failed) VALUES (?, ?, ?, ?) ON CONFLICT (bucket, endpoint)
       DO UPDATE SET attempts = attempts + excluded.attempts, failed = failed + excluded.failed`,
  );
  for (const { minute, endpoint, attempts, failed } of beats.values())
    insert.run(minute, words.idOf(endpoint), attempts, failed);
}

/** Those of a stretch of time, by minute. @throws as `DatabaseFile.prepare` */
export function beatsOf(file: DatabaseFile, fromMs: number, toMs: number): readonly BeatRow[] {
  return file
    .prepare(
      `SELECT bucket, text, attempts, failed FROM beat JOIN word ON word.id = beat.endpoint
         WHERE bucket >= ? AND bucket < ? ORDER BY bucket`,
    )
    .all(Math.floor(fromMs / UNIT_MS.minute), Math.ceil(toMs / UNIT_MS.minute))
    .map((row) => ({
      timeMs: Number(row["bucket"]) * UNIT_MS.minute,
      endpoint: String(row["text"]),
      attempts: Number(row["attempts"]),
      failed: Number(row["failed"]),
    }));
}
