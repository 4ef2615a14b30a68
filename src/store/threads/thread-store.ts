// The store, seen from the thread that serves: a queue, and two threads that do the rest. Nothing here waits for a disk.

import type { Log } from "../../core/summary.ts";
import { bareLineOf, lineOf } from "../entry-line.ts";
import type { LaneState, ThreadOrder, WriterState } from "../sqlite/thread-messages.ts";
import { latencyRows } from "../sqlite/usage/latency-columns.ts";
import { usageRows } from "../sqlite/usage/usage-columns.ts";
import type {
  AuditEntry,
  BeatsQuestion,
  LatencyQuestion,
  LedgerEntry,
  LedgerQuestion,
  Repricing,
  RequestsQuestion,
  RunningStore,
  StoreKeep,
  StoreState,
  UsageQuestion,
} from "../store.ts";
import { StoreFailure } from "../store-failure.ts";
import type { AnswerShelf } from "../stored-answer.ts";
import { StoreLine } from "./store-line.ts";
import { ThreadAnswers } from "./thread-answers.ts";

/** From an entry to its batch. */
const BATCH_MS = 200;
/** So many do not wait for the rest of that time. */
const BATCH_ENTRIES = 500;
/** Entries that wait for the writer at most; some 10 MiB. */
const MAX_QUEUED = 10_000;
/** Behind so many an entry is kept without what was asked and answered. */
const MAX_QUEUED_BODIES = 500;

/** What it is made of. */
export type ThreadStoreParts = {
  readonly order: Omit<ThreadOrder, "role">;
  readonly isInMemory: boolean;
  readonly log: Log;
};

/** A store in files, or in memory. */
export class ThreadStore implements RunningStore {
  readonly #parts: ThreadStoreParts;
  readonly #writer: StoreLine;
  readonly #reader: StoreLine;
  /** Undefined where nothing outlives the process. */
  readonly answers: AnswerShelf | undefined;
  #keep: StoreKeep;
  /** Lines of entries. */
  #queue: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #known: WriterState | undefined;
  #lost = 0;
  #isClosed = false;
  readonly #troubles = new Map<"usage" | "requests", string>();
  /** Bound once: no closure for each batch. */
  readonly #send = (): void => void this.#sendAll();

  constructor(parts: ThreadStoreParts) {
    this.#parts = parts;
    this.#keep = parts.order.keep;
    const { isInMemory } = parts;
    const line = (role: ThreadOrder["role"]) =>
      new StoreLine(() => ({ ...parts.order, keep: this.#keep, role }), isInMemory);
    this.#writer = line(isInMemory ? "both" : "writer");
    this.#reader = isInMemory ? this.#writer : line("reader");
    this.answers =
      parts.order.answersPath === undefined ? undefined : new ThreadAnswers(this.#writer, this.#reader);
    // A request would wait for the start of a thread, and in vain.
    this.#reader.mayEnd = () => this.#keep.answersBytes === undefined;
    this.#writer.onState = (state) => this.#learn(state);
    this.#writer.mayEnd = () => this.#queue.length === 0 && this.state().queued === 0;
  }

  append(entry: LedgerEntry): void {
    if (this.#isClosed || this.#queue.length >= MAX_QUEUED) {
      this.#lost += 1;
      return;
    }
    // Many of them would fill the memory while the disk does not answer.
    const isTooMuch = entry.request.bodies !== undefined && this.#queue.length >= MAX_QUEUED_BODIES;
    this.#queue.push(isTooMuch ? bareLineOf(entry) : lineOf(entry));
    if (this.#timer === undefined && this.#sending === undefined)
      this.#timer = setTimeout(this.#send, BATCH_MS).unref();
    else if (this.#queue.length === BATCH_ENTRIES && this.#sending === undefined) this.#send();
  }

  async usage(question: UsageQuestion) {
    return usageRows(await this.#read(() => this.#reader.ask("usage", question)));
  }

  async latency(question: LatencyQuestion) {
    return latencyRows(await this.#read(() => this.#reader.ask("latency", question)));
  }

  async beats(question: BeatsQuestion) {
    return await this.#read(() => this.#reader.ask("beats", question));
  }

  async requests(question: RequestsQuestion) {
    return await this.#read(() => this.#reader.ask("requests", question));
  }

  async ledger(question: LedgerQuestion) {
    return await this.#read(() => this.#reader.ask("ledger", question));
  }

  async reprice(rows: readonly Repricing[]) {
    return await this.#writer.ask("reprice", rows);
  }

  async records(kind: string) {
    return await this.#read(() => this.#reader.ask("records", kind));
  }

  async put(record: { kind: string; id: string; text: string; version?: number }) {
    return await this.#writer.ask("put", record);
  }

  async remove(kind: string, id: string) {
    return await this.#writer.ask("remove", { kind, id });
  }

  async audit(entry: AuditEntry): Promise<void> {
    await this.#writer.ask("audit", entry);
  }

  async audits(question: { limit: number; cursor?: string | undefined }) {
    return await this.#read(() => this.#reader.ask("audits", question));
  }

  state(): StoreState {
    const { usage, requests } = this.#known ?? {};
    const worst = usage === undefined || usage.health !== "ok" ? usage : requests;
    return {
      kind: this.#parts.isInMemory ? "memory" : "file",
      health: worst?.health ?? "ok",
      ...(worst === undefined || worst.health === "ok" ? {} : { reason: worst.reason }),
      queued: this.#queue.length + Math.max(usage?.queued ?? 0, requests?.queued ?? 0),
      lost: this.#lost + (usage?.lost ?? 0) + (requests?.lost ?? 0),
      bytes: (usage?.bytes ?? 0) + (requests?.bytes ?? 0),
    };
  }

  async flush(): Promise<void> {
    await this.#sendAll();
    if (this.#writer.isRunning) await this.#tryWriter("flush");
  }

  /** Keeps otherwise from now on: after a reload. */
  keep(keep: StoreKeep): void {
    this.#keep = keep;
    if (this.#writer.isRunning)
      void this.#writer.ask("keep", keep).then((state) => this.#learn(state), ignore);
    if (this.#reader !== this.#writer && this.#reader.isRunning)
      void this.#reader.ask("keep", keep).catch(ignore);
  }

  /** Adds to the sums and removes what is too old now, as it is done from time to time. */
  async tidy(): Promise<void> {
    await this.#sendAll();
    await this.#tryWriter("tidy");
  }

  async close(): Promise<void> {
    await this.flush();
    this.#isClosed = true;
    // The last one that closes a file takes over its log of changes, which the reader has no right to.
    await this.#reader.close();
    await this.#writer.close();
  }

  async #tryWriter(task: "flush" | "open" | "tidy"): Promise<void> {
    try {
      this.#learn(await this.#writer.ask(task, undefined));
    } catch {
      // A thread that has ended has lost what it had; the next batch starts another.
    }
  }

  /** What was appended before is in the answer. Before the first entry of all there are no tables to read. */
  async #read<T>(ask: () => Promise<T>): Promise<T> {
    await this.#sendAll();
    try {
      return await ask();
    } catch (error) {
      const isMissing = error instanceof StoreFailure && ["missing", "failed"].includes(error.code);
      if (!isMissing || this.#isClosed) throw error;
      await this.#tryWriter("open");
      const { health, reason = "" } = this.state();
      if (health !== "ok") throw new StoreFailure(health, reason);
      return await ask();
    }
  }

  async #sendAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending !== undefined) await this.#sending;
    if (this.#queue.length === 0) return;
    // Whoever was faster sends it all.
    if (this.#sending === undefined) {
      this.#sending = this.#sendQueue().finally(() => {
        this.#sending = undefined;
      });
    }
    await this.#sending;
  }

  async #sendQueue(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        this.#learn(await this.#writer.ask("append", batch.join("\n")));
      } catch {
        this.#lost += batch.length;
        return;
      }
    }
  }

  #learn(state: WriterState): void {
    this.#known = state;
    for (const note of state.notes) this.#parts.log.warn("store_mended", note);
    this.#tell("usage", "Usage", state.usage);
    this.#tell("requests", "The log of requests", state.requests);
  }

  /** One line when a file is in trouble, and one when it is not any more. */
  #tell(name: "usage" | "requests", what: string, { health, reason, lost }: LaneState): void {
    const before = this.#troubles.get(name);
    if (health === "ok") {
      if (before === undefined) return;
      this.#troubles.delete(name);
      this.#parts.log.info("store_recovered", `${what} is written again.`, { file: name, lost });
      return;
    }
    this.#troubles.set(name, health);
    if (before === health) return;
    const message = `${what} cannot be written: ${reason} Requests go on, and what finds no room is lost.`;
    this.#parts.log.warn("store_failed", message, { file: name, reason: health });
  }
}

function ignore(): void {}
