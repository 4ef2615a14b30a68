// What the gateway's thread and those of the store say to one another. Plain data: it is copied on the way.

import type {
  AuditEntry,
  BeatRow,
  BeatsQuestion,
  LatencyQuestion,
  LatencyRow,
  LedgerQuestion,
  LedgerRow,
  Repricing,
  RequestsPage,
  RequestsQuestion,
  StoreKeep,
  StoreRecord,
  UsageQuestion,
} from "../store.ts";
import type { StoreFailureCode } from "../store-failure.ts";
import type { StoredAnswer } from "../stored-answer.ts";
import type { KeyedAnswer } from "./answers/answer-table.ts";
import type { PutRecord } from "./rows/records.ts";
import type { UsageColumns } from "./usage/usage-columns.ts";

/** What a thread is started with. */
export type ThreadOrder = {
  /** `both`: for a store in memory, which only one connection can see. */
  readonly role: "writer" | "reader" | "both";
  readonly usagePath: string;
  readonly requestsPath: string;
  /** Left out: there is no place for answers that are used again. */
  readonly answersPath?: string;
  readonly keep: StoreKeep;
  /** For tests of a full disk. */
  readonly maxPages?:
    | { readonly usage?: number; readonly requests?: number; readonly answers?: number }
    | undefined;
};

/** What can be asked of a thread, and what it gives back. */
export type ThreadTasks = {
  /** Lines that `lineOf` has made, joined by line ends: one text costs the sender far less than many. */
  append: { readonly asked: string; readonly given: WriterState };
  /** Opens the files and makes their tables. */
  open: { readonly asked: undefined; readonly given: WriterState };
  /** Writes what waits, or counts it as lost. */
  flush: { readonly asked: undefined; readonly given: WriterState };
  /** Adds to the sums and removes what is too old, as it does from time to time. */
  tidy: { readonly asked: undefined; readonly given: WriterState };
  keep: { readonly asked: StoreKeep; readonly given: WriterState };
  put: { readonly asked: PutRecord; readonly given: number | "changed" };
  remove: { readonly asked: { readonly kind: string; readonly id: string }; readonly given: boolean };
  audit: { readonly asked: AuditEntry; readonly given: undefined };
  usage: { readonly asked: UsageQuestion; readonly given: UsageColumns };
  latency: { readonly asked: LatencyQuestion; readonly given: readonly LatencyRow[] };
  beats: { readonly asked: BeatsQuestion; readonly given: readonly BeatRow[] };
  requests: { readonly asked: RequestsQuestion; readonly given: RequestsPage };
  ledger: { readonly asked: LedgerQuestion; readonly given: readonly LedgerRow[] };
  reprice: { readonly asked: readonly Repricing[]; readonly given: number };
  records: { readonly asked: string; readonly given: readonly StoreRecord[] };
  keep_answer: { readonly asked: KeyedAnswer; readonly given: boolean };
  clear_answers: { readonly asked: undefined; readonly given: undefined };
  find_answer: { readonly asked: string; readonly given: StoredAnswer | undefined };
  audits: {
    readonly asked: { readonly limit: number; readonly cursor?: string | undefined };
    readonly given: { readonly entries: readonly AuditEntry[]; readonly next: string | undefined };
  };
};

/** A task by its name. */
export type ThreadTask = keyof ThreadTasks;

/** To a thread. */
export type ThreadQuestion = {
  readonly [Task in ThreadTask]: {
    readonly id: number;
    readonly task: Task;
    readonly asked: ThreadTasks[Task]["asked"];
  };
}[ThreadTask];

/** From a thread. */
export type ThreadAnswer =
  | { readonly kind: "given"; readonly id: number; readonly given: unknown }
  | {
      readonly kind: "failed";
      readonly id: number;
      readonly code: StoreFailureCode;
      readonly message: string;
    }
  /** Something has changed that nobody has asked for. */
  | { readonly kind: "state"; readonly state: WriterState };

/** How one of the two files is. */
export type LaneState = {
  readonly health:
    | "ok"
    | Exclude<StoreFailureCode, "off" | "closed" | "too_fine" | "too_many" | "bad_question">;
  /** For people; empty where all is well. */
  readonly reason: string;
  readonly queued: number;
  readonly lost: number;
  readonly bytes: number;
};

/** How both are. */
export type WriterState = {
  readonly usage: LaneState;
  readonly requests: LaneState;
  /** Sentences for the log: what was done to mend something. */
  readonly notes: readonly string[];
};
