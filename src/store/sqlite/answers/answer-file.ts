// Writes `answers.db`, within its bound. It is a cache: whatever is wrong with the file, the file is removed rather than
// mended, and an answer that finds no place is lost. Synchronous: it has a thread for itself.

import type { DatabaseFile } from "../file/database-file.ts";
import { failureOf } from "../file/sqlite-failure.ts";
import { bytesInUse } from "../rows/retention.ts";
import { type KeyedAnswer, putAnswer } from "./answer-table.ts";

/** Until a file that could not be written to is tried again. */
const RETRY_MS = 2_000;

/** What it is made of. */
export type AnswerFileParts = {
  readonly file: DatabaseFile;
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  /** Something that a person should know. */
  readonly note: (sentence: string) => void;
};

/** The writer of the file. */
export class AnswerFile {
  readonly #parts: AnswerFileParts;
  #maxBytes: number | undefined;
  #retryMs = Number.NEGATIVE_INFINITY;
  #trouble = "";

  /** `maxBytes` undefined: none are kept, and a file that is there is removed when it is tidied. */
  constructor(parts: AnswerFileParts, maxBytes: number | undefined) {
    this.#parts = parts;
    this.#maxBytes = maxBytes;
  }

  /** Another bound, from now on. Never throws. */
  configure(maxBytes: number | undefined): void {
    this.#maxBytes = maxBytes;
    this.tidy();
  }

  /** Whether it was written. Never throws. */
  keep(answer: KeyedAnswer): boolean {
    if (this.#maxBytes === undefined || this.#parts.nowMs() < this.#retryMs) return false;
    const { file } = this.#parts;
    return this.#attempt(() => {
      putAnswer(file, answer);
      this.#makeRoom();
    });
  }

  /** Removes the file, so that nothing is left in pages that are free. @throws the system's error, or one of SQLite */
  clear(): void {
    const { file } = this.#parts;
    try {
      file.remove();
    } catch {
      file.run("PRAGMA secure_delete = on; DELETE FROM answer; PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  /** Removes what is over, and what is too much. Never throws. */
  tidy(): void {
    const { file, wallMs } = this.#parts;
    if (!file.isThere) return;
    if (this.#maxBytes === undefined) {
      this.#attempt(() => this.clear());
      return;
    }
    this.#attempt(() => {
      file.prepare("DELETE FROM answer WHERE until <= ?").run(Math.trunc(wallMs()));
      this.#makeRoom();
      file.run("PRAGMA incremental_vacuum");
    });
  }

  /** Never throws. */
  close(): void {
    this.#parts.file.close();
  }

  #attempt(work: () => void): boolean {
    const { file, nowMs } = this.#parts;
    for (let tries = 0; ; tries += 1) {
      try {
        if (file.isReplaced) file.close();
        work();
        this.#trouble = "";
        return true;
      } catch (error) {
        const { code, message } = failureOf(error);
        // A file of a later program is left alone; of one that is locked somebody makes use.
        if (tries === 0 && code !== "newer" && code !== "locked" && this.#removed()) continue;
        this.#retryMs = nowMs() + RETRY_MS;
        this.#tell(code, message);
        file.close();
        return false;
      }
    }
  }

  #removed(): boolean {
    try {
      this.#parts.file.remove();
      return true;
    } catch {
      return false;
    }
  }

  #tell(code: string, reason: string): void {
    if (code === this.#trouble) return;
    this.#trouble = code;
    this.#parts.note(`Answers for later requests cannot be kept on the disk: ${reason} Requests go on.`);
  }

  /** A tenth at a time, those that were kept first. */
  #makeRoom(): void {
    const { file } = this.#parts;
    const maxBytes = this.#maxBytes ?? 0;
    while (bytesInUse(file) > maxBytes) {
      const oldest =
        "DELETE FROM answer WHERE id IN (SELECT id FROM answer ORDER BY id LIMIT (SELECT 1 + count(*) / 10 FROM answer))";
      if (Number(file.prepare(oldest).run().changes) === 0) return;
    }
  }
}
