// Writes both files: entries by two lanes, since either file may be in trouble alone; records; and from time to time adds
// to the sums and removes what is too old. Synchronous: it has a thread for itself.

import type { Clock } from "../../core/clock.ts";
import { type EntryHead, type WaitingEntry, waitingOf, withoutBodies } from "../entry-line.ts";
import type { AuditEntry, Repricing, StoreKeep } from "../store.ts";
import { AnswerFile, type AnswerFileParts } from "./answers/answer-file.ts";
import { ANSWER_TABLES, type KeyedAnswer } from "./answers/answer-table.ts";
import { DatabaseFile } from "./file/database-file.ts";
import { REQUEST_TABLES, USAGE_TABLES } from "./file/tables.ts";
import { Lane } from "./lane.ts";
import { BodyHiding } from "./rows/body-table.ts";
import { Folding } from "./rows/fold.ts";
import { LedgerTable } from "./rows/ledger-table.ts";
import { appendAudit, type PutRecord, putRecord, removeRecord } from "./rows/records.ts";
import { repriceRequests, repriceRows } from "./rows/reprice.ts";
import { appendRequests } from "./rows/request-table.ts";
import { rescueRecords } from "./rows/rescue.ts";
import { makeRoom, pruneRequests, pruneUsage } from "./rows/retention.ts";
import type { ThreadOrder, WriterState } from "./thread-messages.ts";

/** How often new rows are added to the sums, and how many are not left for so long: each question reads them all. */
const FOLD_MS = 60_000;
const FOLD_ROWS = 5_000;
/** How often it is looked for what is too old or too much. */
const PRUNE_MS = 300_000;
/** Sentences that wait to be told at most. */
const MAX_NOTES = 20;

/** The writer of one store. */
export class StoreWriter {
  readonly usage: DatabaseFile;
  readonly requests: DatabaseFile;
  readonly #clock: Clock;
  readonly #ledger: LedgerTable;
  readonly #folding: Folding;
  readonly #lanes: { readonly usage: Lane; readonly requests: Lane };
  readonly #answers: AnswerFile | undefined;
  #keep: StoreKeep;
  #hiding: BodyHiding | undefined;
  #notes: string[] = [];
  #foldMs: number;
  #pruneMs: number;
  /** Rows that were written since the sums were last added to. */
  #newRows = 0;

  constructor(order: ThreadOrder, clock: Clock) {
    const { usagePath, requestsPath, keep, maxPages } = order;
    this.#clock = clock;
    this.#keep = keep;
    this.#hiding = hidingOf(keep);
    this.#foldMs = clock.nowMs() + FOLD_MS;
    this.#pruneMs = clock.nowMs() + FOLD_MS;
    this.usage = new DatabaseFile({ path: usagePath, migrations: USAGE_TABLES, maxPages: maxPages?.usage });
    this.requests = new DatabaseFile({
      path: requestsPath,
      migrations: REQUEST_TABLES,
      maxPages: maxPages?.requests,
    });
    this.#folding = new Folding(this.usage, clock.nowMs);
    this.#ledger = new LedgerTable(this.usage, this.#folding);
    this.usage.onOpened = () => {
      this.#ledger.forget();
      this.#folding.forget();
    };
    const shared = {
      nowMs: clock.nowMs,
      wallMs: clock.wallMs,
      makeRoom: () => this.#makeRoom(),
      note: (sentence: string) => this.#note(sentence),
    };
    this.#answers = answerFileOf(order, shared);
    this.#lanes = {
      usage: new Lane({
        ...shared,
        file: this.usage,
        what: "Usage",
        write: (waiting) => {
          this.#ledger.append(ledgered(waiting));
          this.#newRows += waiting.length;
        },
        rescue: (aside) => this.#rescue(aside),
      }),
      requests: new Lane({
        ...shared,
        file: this.requests,
        what: "The log of requests",
        write: (waiting) => appendRequests(this.requests, waiting, this.#hiding),
      }),
    };
  }

  /** Takes lines that `lineOf` has made, joined by line ends. */
  append(lines: string): void {
    if (lines === "") return;
    const waiting = lines.split("\n").map(waitingOf);
    // What was asked and answered is for the log alone, and not kept waiting for long where that cannot be written.
    const isBare = waiting.every(({ head }) => !head.hasBodies);
    const bare = isBare ? waiting : waiting.map(withoutBodies);
    this.#lanes.usage.add(bare);
    const isStuck = this.#lanes.requests.hasWaiting;
    if (this.#keep.requestsMs > 0) this.#lanes.requests.add(isStuck ? bare : waiting);
    this.#drain();
  }

  keep(keep: StoreKeep): void {
    this.#keep = keep;
    this.#hiding = hidingOf(keep);
    this.#answers?.configure(keep.answersBytes);
    this.#pruneMs = this.#clock.nowMs();
    this.beat();
  }

  /** Opens both files and makes their tables, where that can be done. */
  open(): void {
    this.#lanes.usage.attempt(() => this.usage.open());
    this.#lanes.requests.attempt(() => this.requests.open());
  }

  /** Does what is due; to be called every second or so. Whether `goOn` has something to do. */
  beat(): boolean {
    const nowMs = this.#clock.nowMs();
    this.#drain();
    if (nowMs >= this.#pruneMs) this.#prune();
    return nowMs >= this.#foldMs || this.#newRows >= FOLD_ROWS ? this.goOn() : false;
  }

  /** Adds some rows to the sums; whether there may be more, which can wait for what is more urgent. */
  goOn(): boolean {
    let hasMore = false;
    const isDone = this.#lanes.usage.attempt(() => {
      hasMore = this.#folding.slice();
    });
    if (isDone && hasMore) return true;
    this.#foldMs = this.#clock.nowMs() + FOLD_MS;
    this.#newRows = 0;
    return false;
  }

  /** Adds all to the sums, and removes what is too old. */
  tidy(isPruning = true): void {
    while (this.goOn());
    if (isPruning) this.#prune();
  }

  #prune(): void {
    this.#pruneMs = this.#clock.nowMs() + PRUNE_MS;
    const wallMs = this.#clock.wallMs();
    this.#lanes.usage.attempt(() => pruneUsage(this.usage, this.#keep.usageMs, wallMs));
    const { requestsMs, requestsBytes, bodies } = this.#keep;
    this.#lanes.requests.attempt(() =>
      pruneRequests(this.requests, { keptMs: requestsMs, maxBytes: requestsBytes, wallMs, bodies }),
    );
    this.#answers?.tidy();
  }

  /** Whether an answer was written that may be used again. Never throws. */
  keepAnswer(answer: KeyedAnswer): boolean {
    return this.#answers?.keep(answer) ?? false;
  }

  /** @throws as `AnswerFile.clear` */
  clearAnswers(): void {
    this.#answers?.clear();
  }

  /** @throws as `putRecord` */
  put(record: PutRecord): number | "changed" {
    return this.#directly(() => putRecord(this.usage, record, this.#clock.wallMs()));
  }

  /** @throws as `removeRecord` */
  remove(kind: string, id: string): boolean {
    return this.#directly(() => removeRecord(this.usage, kind, id));
  }

  /** @throws as `appendAudit` */
  audit(entry: AuditEntry): void {
    this.#directly(() => appendAudit(this.usage, entry));
  }

  /** The log first: what is cut off between the two is found again in the ledger. @throws as `repriceRows` */
  reprice(rows: readonly Repricing[]): number {
    this.#lanes.requests.attempt(() => repriceRequests(this.requests, rows));
    // Rows that are in no sum yet may cost otherwise from now on.
    this.#folding.forget();
    return this.#directly(() => repriceRows(this.usage, rows));
  }

  /** Tries now to write what waits. */
  flush(): void {
    this.#lanes.usage.drainNow();
    this.#lanes.requests.drainNow();
  }

  /** What cannot be written now is lost. Never throws. */
  close(): void {
    this.#lanes.usage.giveUp();
    this.#lanes.requests.giveUp();
    this.#lanes.usage.attempt(() => this.#folding.all());
    this.#answers?.close();
    this.usage.close();
    this.requests.close();
  }

  state(): WriterState {
    const notes = this.#notes;
    this.#notes = [];
    return { usage: this.#lanes.usage.state(), requests: this.#lanes.requests.state(), notes };
  }

  #drain(): void {
    this.#lanes.usage.drain();
    this.#lanes.requests.drain();
  }

  /** Somebody waits for it, and hears of a failure; what can be mended is. */
  #directly<T>(work: () => T): T {
    let result: { readonly value: T } | undefined;
    let failure: unknown;
    const isDone = this.#lanes.usage.attempt(() => {
      try {
        result = { value: work() };
      } catch (error) {
        failure = error;
        throw error;
      }
    });
    if (isDone && result !== undefined) return result.value;
    throw failure;
  }

  #makeRoom(): boolean {
    const isMade = makeRoom(this.requests);
    if (isMade) this.#note("The disk is full: the oldest entries of the log of requests were dropped.");
    return isMade;
  }

  #rescue(aside: string): void {
    const { records, audits } = rescueRecords(aside, this.usage);
    this.#note(
      `Usage: ${records} records and ${audits} lines of the audit log were saved from the damaged file.`,
    );
  }

  #note(sentence: string): void {
    if (this.#notes.length < MAX_NOTES && !this.#notes.includes(sentence)) this.#notes.push(sentence);
  }
}

/** Undefined where there is no place for it. */
function answerFileOf(
  { answersPath, keep, maxPages }: ThreadOrder,
  parts: Omit<AnswerFileParts, "file">,
): AnswerFile | undefined {
  if (answersPath === undefined) return undefined;
  const use = { path: answersPath, migrations: ANSWER_TABLES, maxPages: maxPages?.answers };
  return new AnswerFile({ ...parts, file: new DatabaseFile(use) }, keep.answersBytes);
}

function hidingOf({ bodies }: StoreKeep): BodyHiding | undefined {
  return bodies === undefined ? undefined : new BodyHiding(bodies);
}

function ledgered(waiting: readonly WaitingEntry[]): EntryHead[] {
  const heads: EntryHead[] = [];
  for (const { head } of waiting) if (head.isLedgered) heads.push(head);
  return heads;
}
