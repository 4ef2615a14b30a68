// Answers that are kept beyond the process, seen from the thread that serves: the writer's thread writes them, the
// reader's looks for them. Nothing here waits for a disk.

import type { AnswerShelf, StoredAnswer } from "../stored-answer.ts";
import type { StoreLine } from "./store-line.ts";

/** Bytes of answers that wait for the writer at most. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Those of a store in files. */
export class ThreadAnswers implements AnswerShelf {
  readonly #writer: StoreLine;
  readonly #reader: StoreLine;
  #waitingBytes = 0;
  #lost = 0;

  constructor(writer: StoreLine, reader: StoreLine) {
    this.#writer = writer;
    this.#reader = reader;
  }

  get lost(): number {
    return this.#lost;
  }

  async find(key: string): Promise<StoredAnswer | undefined> {
    return await this.#reader.ask("find_answer", key);
  }

  keep(key: string, answer: StoredAnswer): void {
    const bytes = answer.body.length;
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#waitingBytes += bytes;
    void this.#write({ key, answer: { ...answer, body: compact(answer.body) } }, bytes);
  }

  async clear(): Promise<void> {
    await this.#writer.ask("clear_answers", undefined);
  }

  /** Never rejects. */
  async #write(keyed: { readonly key: string; readonly answer: StoredAnswer }, bytes: number): Promise<void> {
    try {
      if (!(await this.#writer.ask("keep_answer", keyed))) this.#lost += 1;
    } catch {
      this.#lost += 1;
    } finally {
      this.#waitingBytes -= bytes;
    }
  }
}

/** What is sent to a thread is copied with all of the memory that it is a part of. */
function compact(body: Uint8Array): Uint8Array {
  return body.byteLength === body.buffer.byteLength ? body : new Uint8Array(body);
}
