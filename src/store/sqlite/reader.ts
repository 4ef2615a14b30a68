// Answers questions about both files, over connections that only read. Synchronous: it has a thread for itself.

import type { Clock } from "../../core/clock.ts";
import type {
  BeatRow,
  BeatsQuestion,
  LatencyQuestion,
  LatencyRow,
  LedgerQuestion,
  RequestsPage,
  RequestsQuestion,
  StoreKeep,
  UsageQuestion,
} from "../store.ts";
import type { StoredAnswer } from "../stored-answer.ts";
import { ANSWER_TABLES, answerOfKey } from "./answers/answer-table.ts";
import { DatabaseFile } from "./file/database-file.ts";
import { REQUEST_TABLES, USAGE_TABLES } from "./file/tables.ts";
import { beatsOf } from "./rows/beats.ts";
import { auditsOf, recordsOf } from "./rows/records.ts";
import { ledgerRows } from "./rows/reprice.ts";
import { pageOf } from "./rows/request-table.ts";
import type { ThreadOrder, ThreadTasks } from "./thread-messages.ts";
import { latencyOfQuestion } from "./usage/latency-query.ts";
import type { UsageColumns } from "./usage/usage-columns.ts";
import { usageOfQuestion } from "./usage/usage-query.ts";

/** A reader waits longer than the writer: whoever asks would rather wait than be refused. */
const BUSY_MS = 2_000;
/** A request waits for an answer that may be used again. */
const ANSWERS_BUSY_MS = 10;

/** The files that are read. */
export type ReadFiles = {
  readonly usage: DatabaseFile;
  readonly requests: DatabaseFile;
  readonly answers?: DatabaseFile | undefined;
};

/** The files of an order, opened to read only. */
export function filesToRead({ usagePath, requestsPath, answersPath }: ThreadOrder): ReadFiles {
  const use = { isReadOnly: true, busyMs: BUSY_MS };
  return {
    usage: new DatabaseFile({ ...use, path: usagePath, migrations: USAGE_TABLES }),
    requests: new DatabaseFile({ ...use, path: requestsPath, migrations: REQUEST_TABLES }),
    answers:
      answersPath === undefined
        ? undefined
        : new DatabaseFile({
            isReadOnly: true,
            busyMs: ANSWERS_BUSY_MS,
            path: answersPath,
            migrations: ANSWER_TABLES,
          }),
  };
}

/** The reader of one store. All of its questions throw as `DatabaseFile.prepare`, StoreFailure among it. */
export class StoreReader {
  readonly #files: ReadFiles;
  readonly #clock: Clock;
  #keep: StoreKeep;

  constructor(files: ReadFiles, keep: StoreKeep, clock: Clock) {
    this.#files = files;
    this.#keep = keep;
    this.#clock = clock;
  }

  keep(keep: StoreKeep): void {
    this.#keep = keep;
  }

  usage(question: UsageQuestion): UsageColumns {
    const nowMs = this.#clock.wallMs();
    const place = { file: this.#current("usage"), nowMs, rowsKeptMs: this.#keep.usageMs };
    return usageOfQuestion(place, question);
  }

  latency(question: LatencyQuestion): readonly LatencyRow[] {
    const place = { nowMs: this.#clock.wallMs(), rowsKeptMs: this.#keep.usageMs };
    return latencyOfQuestion({ ...place, file: this.#current("usage") }, question);
  }

  beats({ fromMs, toMs }: BeatsQuestion): readonly BeatRow[] {
    return beatsOf(this.#current("usage"), fromMs, toMs);
  }

  requests(question: RequestsQuestion): RequestsPage {
    return pageOf(this.#current("requests"), question);
  }

  ledger(question: LedgerQuestion): ThreadTasks["ledger"]["given"] {
    return ledgerRows(this.#current("usage"), question);
  }

  records(kind: string): ThreadTasks["records"]["given"] {
    return recordsOf(this.#current("usage"), kind);
  }

  audits(question: ThreadTasks["audits"]["asked"]): ThreadTasks["audits"]["given"] {
    return auditsOf(this.#current("usage"), question);
  }

  /** The answer of a key; undefined where there is none. */
  answer(key: string): StoredAnswer | undefined {
    const file = this.#files.answers;
    if (file?.isReplaced === true) file.close();
    return file?.isThere === true ? answerOfKey(file, key) : undefined;
  }

  /** Never throws. */
  close(): void {
    this.#files.answers?.close();
    this.#files.usage.close();
    this.#files.requests.close();
  }

  /** Another file may be at its path by now. */
  #current(name: "usage" | "requests"): DatabaseFile {
    const file = this.#files[name];
    if (file.isReplaced) file.close();
    return file;
  }
}
