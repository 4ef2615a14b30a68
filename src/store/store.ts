// The seam of what is kept of exchanges, keys and budgets: a database stands behind it. Types only. Nothing of it runs on
// the thread that serves requests, and nothing of it fails a request.

import type { AttemptSummary, KeptBodies } from "../core/summary.ts";
import type { Cost, TokenUsage } from "../core/usage.ts";
import type { Quantiles } from "./latency-bins.ts";
import type { AnswerShelf } from "./stored-answer.ts";

/** One exchange as it is kept. */
export type LedgerEntry = {
  readonly requestId: string;
  /** Milliseconds since 1970, when it began. */
  readonly timeMs: number;
  /** The stable id of the client key; empty without one. */
  readonly keyId: string;
  readonly keyName: string;
  readonly tags: readonly string[];
  /** The model's public name, as asked for; empty where none was. */
  readonly model: string;
  /** Who answered; empty where nobody did. */
  readonly endpoint: string;
  readonly upstreamModel: string;
  /** `Operation.name`; empty where none matched. */
  readonly operation: string;
  readonly status: number;
  /** The code of an error; empty where there is none. */
  readonly error: string;
  readonly isStream: boolean;
  /** Undefined where nothing is known of it. */
  readonly usage: TokenUsage | undefined;
  readonly cost: Cost;
  /** Served from the gateway's own cache of answers. */
  readonly isCached: boolean;
  /** False: it has reached no model, and is for the log of requests alone. */
  readonly isLedgered?: boolean;
  /** Only for the log of requests, which is a file of its own. */
  readonly request: RequestDetails;
};

/** What the log of requests keeps beside the ledger's figures. */
export type RequestDetails = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly clientAddress: string;
  readonly attempts: readonly AttemptSummary[];
  readonly durationMs: number;
  readonly firstByteMs: number | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Only where they are kept, and only in the answer to a question about one request. */
  readonly bodies?: KeptBodies | undefined;
};

/** Takes an entry: returns at once and does not throw. */
export type AppendEntry = (entry: LedgerEntry) => void;

/** By what usage is told apart. */
export type UsageGroup = "key" | "model" | "endpoint" | "tag" | "minute" | "hour" | "day";

/** What is asked of usage. */
export type UsageQuestion = {
  readonly groups: readonly UsageGroup[];
  /** Milliseconds since 1970 at which requests began; from (included) and to (not included). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Exact values to keep to; undefined: all. */
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly tag?: string | undefined;
  /** For days: minutes that local time is ahead of UTC. */
  readonly offsetMinutes?: number;
};

/** One line of an answer about usage. */
export type UsageRow = {
  /** The values of the groups, in their order; times as milliseconds since 1970. */
  readonly values: readonly (string | number)[];
  readonly requests: number;
  readonly failed: number;
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly reasoning: number;
  /** Of the priced requests; null where none was priced. */
  readonly nanoDollars: number | null;
  /** Requests that used something and whose price nobody knows. */
  readonly unpriced: number;
  /** Requests whose tokens are estimates. */
  readonly estimated: number;
};

/** What is asked of latencies. */
export type LatencyQuestion = {
  /** Told apart by it; undefined: all of the time is one line. */
  readonly unit: "minute" | "hour" | "day" | undefined;
  /** Told apart by it as well. */
  readonly by: "model" | "endpoint" | undefined;
  /** Keeps to one; not with `by` of another dimension. */
  readonly only: { readonly dimension: "model" | "endpoint"; readonly name: string } | undefined;
  /** Milliseconds since 1970 at which requests began; from (included) and to (not included). */
  readonly fromMs: number;
  readonly toMs: number;
};

/** One line of an answer about latencies. */
export type LatencyRow = {
  /** Milliseconds since 1970; 0 without a unit. */
  readonly timeMs: number;
  /** The model or endpoint; empty where they are not told apart. */
  readonly value: string;
  /** Of streams. */
  readonly firstToken: Quantiles;
  readonly duration: Quantiles;
};

/** What is asked of beats: all minutes of which something is in the stretch, milliseconds since 1970. */
export type BeatsQuestion = { readonly fromMs: number; readonly toMs: number };

/** A minute of an endpoint. */
export type BeatRow = {
  readonly timeMs: number;
  readonly endpoint: string;
  /** Requests that were sent to it. */
  readonly attempts: number;
  /** Of these: failed, whoever answered the client in the end. */
  readonly failed: number;
};

/** What is asked of the log of requests: the newest first, a page at a time. */
export type RequestsQuestion = {
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly minStatus?: number | undefined;
  readonly maxStatus?: number | undefined;
  readonly requestId?: string | undefined;
};

/** One page of it. */
export type RequestsPage = {
  readonly entries: readonly LedgerEntry[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
};

/** Which rows of the ledger: in the order in which they were written. */
export type LedgerQuestion = {
  /** Milliseconds since 1970 at which requests began; from (included) and to (not included). */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only this model, by its public name. */
  readonly model?: string | undefined;
  /** Rows behind this one; 0: all. */
  readonly afterId: number;
  readonly limit: number;
};

/** A row of the ledger that has used something, as far as its price depends on it. */
export type LedgerRow = Pick<
  LedgerEntry,
  "requestId" | "timeMs" | "model" | "endpoint" | "upstreamModel" | "cost"
> & { readonly id: number; readonly usage: TokenUsage };

/** What a row of the ledger costs by another price. */
export type Repricing = Pick<LedgerRow, "id" | "requestId" | "timeMs" | "cost">;

/** A document that a room keeps. */
export type StoreRecord = {
  readonly kind: string;
  readonly id: string;
  /** JSON; whoever owns the kind checks what it reads. */
  readonly text: string;
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly changedMs: number;
};

/** One change by a person, as the audit log has it. */
export type AuditEntry = {
  readonly timeMs: number;
  /** Who: `admin`, `command line`, the name of a token. */
  readonly actor: string;
  readonly address: string;
  /** Such as `key.create`. */
  readonly action: string;
  /** The id of what was changed. */
  readonly subject: string;
  /** JSON without secrets. */
  readonly detail: string;
};

/** How the store is. */
export type StoreState = {
  readonly kind: "file" | "memory" | "off";
  readonly health: "ok" | "locked" | "full" | "read_only" | "corrupt" | "missing" | "newer" | "failed";
  /** What is wrong, for people; undefined where all is well. */
  readonly reason?: string;
  /** Entries that wait to be written. */
  readonly queued: number;
  /** Entries that could not be kept since the start. */
  readonly lost: number;
  /** Bytes on the disk. */
  readonly bytes: number;
};

/** What outlives the process, beside the small files of the data folder. */
export interface Store {
  /** Takes an entry to be written soon. Never throws, never waits; what finds no room is counted as lost. */
  append(entry: LedgerEntry): void;
  /** @throws StoreFailure */
  usage(question: UsageQuestion): Promise<readonly UsageRow[]>;
  /** @throws StoreFailure */
  latency(question: LatencyQuestion): Promise<readonly LatencyRow[]>;
  /** By minute, the oldest first; kept for 48 hours. @throws StoreFailure */
  beats(question: BeatsQuestion): Promise<readonly BeatRow[]>;
  /** @throws StoreFailure */
  requests(question: RequestsQuestion): Promise<RequestsPage>;
  /** Rows of the ledger, the oldest first. @throws StoreFailure */
  ledger(question: LedgerQuestion): Promise<readonly LedgerRow[]>;
  /**
   * Gives rows of the ledger another cost, and changes the sums that they are in by the difference: all of them or none.
   * The same once more changes nothing.
   * @returns how many rows were changed
   * @throws StoreFailure
   */
  reprice(rows: readonly Repricing[]): Promise<number>;
  /** All documents of a kind. @throws StoreFailure */
  records(kind: string): Promise<readonly StoreRecord[]>;
  /**
   * Writes a document; with `version` only while that is its version now (0: only where there is none).
   * @returns the new version; `changed` where somebody was faster
   * @throws StoreFailure
   */
  put(record: { kind: string; id: string; text: string; version?: number }): Promise<number | "changed">;
  /** @returns whether there was one. @throws StoreFailure */
  remove(kind: string, id: string): Promise<boolean>;
  /** @throws StoreFailure */
  audit(entry: AuditEntry): Promise<void>;
  /** The newest first. @throws StoreFailure */
  audits(question: {
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ entries: readonly AuditEntry[]; next: string | undefined }>;
  /** Where answers are kept that are used again; left out: there is no such place. */
  readonly answers?: AnswerShelf | undefined;
  state(): StoreState;
  /** Resolves when all that was appended before is on the disk, or cannot be written now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** How long and how much is kept. */
export type StoreKeep = {
  readonly usageMs: number;
  /** 0: there is no log of requests. */
  readonly requestsMs: number;
  readonly requestsBytes: number;
  /** What was asked and answered, where keys ask for that to be kept; left out: it is not. */
  readonly bodies?: BodiesKeep;
  /** How much of the disk answers may take that are used again; left out: none are kept there. */
  readonly answersBytes?: number | undefined;
};

/** How long and how much of what was asked and answered is kept, and what is left out of it. */
export type BodiesKeep = {
  readonly keptMs: number;
  readonly totalBytes: number;
  /** Places in JSON, such as `messages.*.content`. */
  readonly places: readonly string[];
  /** Regular expressions. */
  readonly patterns: readonly string[];
};

/** A store whose settings may change while it is used. */
export interface RunningStore extends Store {
  /** Keeps otherwise from now on. Returns at once. */
  keep(keep: StoreKeep): void;
}
