// What waits to be written to one file, and what is done when that cannot be: whatever is wrong, it is tried again, and
// what finds no room meanwhile is counted as lost.

import type { WaitingEntry } from "../entry-line.ts";
import type { StoreFailure } from "../store-failure.ts";
import type { DatabaseFile } from "./file/database-file.ts";
import { failureOf, isFaultOfRow } from "./file/sqlite-failure.ts";
import type { LaneState } from "./thread-messages.ts";

/** Rows of one transaction. */
const BATCH = 500;
/** Rows that may wait while the file cannot be written to: some 20 MiB. */
const MAX_WAITING = 20_000;
/** Until the file is tried again. */
const RETRY_MS = 2_000;

/** What a lane is made of. */
export type LaneParts = {
  readonly file: DatabaseFile;
  /** What is in it, to begin a sentence with. */
  readonly what: string;
  /** Writes all or throws. */
  readonly write: (entries: readonly WaitingEntry[]) => void;
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  /** Makes room on a full disk; whether there may be some now. Must not throw. */
  readonly makeRoom: () => boolean;
  /** Saves from a damaged file, which was put aside, what must not be lost. May throw. */
  readonly rescue?: (aside: string) => void;
  /** Something that a person should know. */
  readonly note: (sentence: string) => void;
};

/** One file's lane. */
export class Lane {
  readonly #parts: LaneParts;
  #waiting: WaitingEntry[] = [];
  #lost = 0;
  #retryMs = Number.NEGATIVE_INFINITY;
  #failure: StoreFailure | undefined;
  #hasOpened = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  state(): LaneState {
    const { code, message } = this.#failure ?? {};
    return {
      health: healthOf(code),
      reason: message ?? "",
      queued: this.#waiting.length,
      lost: this.#lost,
      bytes: this.#failure === undefined ? this.#parts.file.bytes() : 0,
    };
  }

  add(entries: readonly WaitingEntry[]): void {
    const room = MAX_WAITING - this.#waiting.length;
    for (const entry of entries.slice(0, room)) this.#waiting.push(entry);
    this.#lost += Math.max(0, entries.length - room);
  }

  /** Writes what waits, as far as the file lets it. Never throws. */
  drain(): void {
    if (this.#parts.nowMs() < this.#retryMs) return;
    for (let size = BATCH; this.hasWaiting; ) {
      const batch = this.#waiting.slice(0, size);
      if (this.attempt(() => this.#write(batch))) this.#waiting = this.#waiting.slice(batch.length);
      // There may be room for a few still.
      else if (this.#failure?.code === "full" && size > 1) size = Math.max(1, Math.floor(size / 8));
      else return;
    }
  }

  /** Tries at once, whenever it would be tried by itself. */
  drainNow(): void {
    this.#retryMs = Number.NEGATIVE_INFINITY;
    this.drain();
  }

  /** What still waits is lost: for the end of the process. */
  giveUp(): void {
    this.drainNow();
    this.#lost += this.#waiting.length;
    this.#waiting = [];
  }

  /** Does some work in the file, mends the file where it can and does it once more. Whether it was done; never throws. */
  attempt(work: () => void): boolean {
    for (let tries = 0; ; tries += 1) {
      try {
        this.#reopenReplaced();
        work();
        this.#hasOpened = true;
        this.#failure = undefined;
        this.#retryMs = Number.NEGATIVE_INFINITY;
        return true;
      } catch (error) {
        const failure = failureOf(error);
        if (tries < 2 && this.#mend(failure)) continue;
        this.#failure = failure;
        this.#retryMs = this.#parts.nowMs() + RETRY_MS;
        // What is wrong may be with this very connection.
        if (failure.code !== "locked" && !this.#parts.file.isInMemory) this.#parts.file.close();
        return false;
      }
    }
  }

  #write(batch: readonly WaitingEntry[]): void {
    try {
      this.#parts.write(batch);
    } catch (error) {
      if (!isFaultOfRow(error)) throw error;
      for (const entry of batch) this.#writeOne(entry);
    }
  }

  /** One that the file does not take would keep all others out. */
  #writeOne(entry: WaitingEntry): void {
    try {
      this.#parts.write([entry]);
    } catch (error) {
      if (!isFaultOfRow(error)) throw error;
      this.#lost += 1;
    }
  }

  #reopenReplaced(): void {
    const { file, what, note } = this.#parts;
    if (!file.isReplaced) return;
    file.close();
    note(`${what}: the file was removed or replaced while it was in use; the one that is there now is used.`);
  }

  /** Whether it may go better now. */
  #mend({ code }: StoreFailure): boolean {
    const { file } = this.#parts;
    if (code === "full") return this.#parts.makeRoom();
    if (code === "missing" && this.#hasOpened && !file.isInMemory) {
      file.close();
      return true;
    }
    return code === "corrupt" && this.#putAside();
  }

  #putAside(): boolean {
    const { file, what, wallMs, note, rescue } = this.#parts;
    if (file.isInMemory) return false;
    try {
      const aside = file.setAside("corrupt", wallMs());
      note(`${what}: the file is damaged; it was put aside as ${aside}, and a new one was begun.`);
      rescue?.(aside);
      return true;
    } catch {
      return false;
    }
  }
}

function healthOf(code: StoreFailure["code"] | undefined): LaneState["health"] {
  switch (code) {
    case undefined:
      return "ok";
    case "locked":
    case "full":
    case "read_only":
    case "corrupt":
    case "missing":
    case "newer":
      return code;
    default:
      return "failed";
  }
}
