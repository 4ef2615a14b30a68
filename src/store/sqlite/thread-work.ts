// Does what a thread of the store is asked for, and says how that went.

import type { Clock } from "../../core/clock.ts";
import { failureOf } from "./file/sqlite-failure.ts";
import { filesToRead, StoreReader } from "./reader.ts";
import type { ThreadAnswer, ThreadOrder, ThreadQuestion, WriterState } from "./thread-messages.ts";
import { StoreWriter } from "./writer.ts";

/** The work of one thread. */
export class ThreadWork {
  readonly #writer: StoreWriter | undefined;
  readonly #reader: StoreReader | undefined;
  #told = "";

  constructor(order: ThreadOrder, clock: Clock) {
    const { role, keep } = order;
    this.#writer = role === "reader" ? undefined : new StoreWriter(order, clock);
    const files = role === "both" ? this.#writer : role === "reader" ? filesToRead(order) : undefined;
    this.#reader = files === undefined ? undefined : new StoreReader(files, keep, clock);
  }

  /** The answer to a question. Never throws. */
  answer(question: ThreadQuestion): ThreadAnswer {
    const { id } = question;
    try {
      return { kind: "given", id, given: this.#do(question) };
    } catch (error) {
      const { code, message } = failureOf(error);
      return { kind: "failed", id, code, message };
    }
  }

  /** Does what is due; the state, where that has changed. */
  beat(): WriterState | undefined {
    const writer = this.#writer;
    if (writer === undefined) return undefined;
    writer.beat();
    const state = writer.state();
    const { usage, requests } = state;
    // Bytes change with every row.
    const told = JSON.stringify([usage.health, usage.queued, usage.lost, requests.health, requests.lost]);
    if (told === this.#told && state.notes.length === 0) return undefined;
    this.#told = told;
    return state;
  }

  /** Never throws. */
  close(): void {
    this.#writer?.close();
    this.#reader?.close();
  }

  #do(question: ThreadQuestion): unknown {
    const { task, asked } = question;
    const writer = this.#writer;
    const reader = this.#reader;
    switch (task) {
      case "append":
        writer?.append(asked);
        return writer?.state();
      case "open":
        writer?.open();
        return writer?.state();
      case "flush":
        writer?.flush();
        return writer?.state();
      case "tidy":
        writer?.tidy();
        return writer?.state();
      case "keep":
        writer?.keep(asked);
        reader?.keep(asked);
        return writer?.state();
      case "put":
        return writer?.put(asked);
      case "remove":
        return writer?.remove(asked.kind, asked.id);
      case "audit":
        return writer?.audit(asked);
      case "usage":
        return reader?.usage(asked);
      case "latency":
        return reader?.latency(asked);
      case "beats":
        return reader?.beats(asked);
      case "requests":
        return reader?.requests(asked);
      case "ledger":
        return reader?.ledger(asked);
      case "reprice":
        return writer?.reprice(asked);
      case "records":
        return reader?.records(asked);
      case "keep_answer":
        return writer?.keepAnswer(asked);
      case "clear_answers":
        return writer?.clearAnswers();
      case "find_answer":
        return reader?.answer(asked);
      case "audits":
        return reader?.audits(asked);
    }
  }
}
