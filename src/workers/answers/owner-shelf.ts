// Answers that outlive a serving process: the owner has the store, and is asked for them over its line.

import type { AnswerShelf, StoredAnswer } from "../../store/stored-answer.ts";

/** Bytes of answers that wait for the pipe at most. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** The line to the owner, as far as answers go over it. */
type AnswerLine = {
  ask(question: { readonly ask: "kept_answer"; readonly key: string }): Promise<unknown>;
  send(
    report: { readonly kind: "keep_answer"; readonly key: string; readonly answer: StoredAnswer },
    done: (error: Error | null) => void,
  ): void;
};

/** Those of the owner. */
export class OwnerShelf implements AnswerShelf {
  readonly #line: AnswerLine;
  #waitingBytes = 0;
  #lost = 0;

  constructor(line: AnswerLine) {
    this.#line = line;
  }

  get lost(): number {
    return this.#lost;
  }

  async find(key: string): Promise<StoredAnswer | undefined> {
    // Both ends are of the same program; an owner that is gone answers nothing.
    return (await this.#line.ask({ ask: "kept_answer", key })) as StoredAnswer | undefined;
  }

  keep(key: string, answer: StoredAnswer): void {
    const bytes = answer.body.length;
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#waitingBytes += bytes;
    this.#line.send({ kind: "keep_answer", key, answer }, (error) => {
      this.#waitingBytes -= bytes;
      if (error !== null) this.#lost += 1;
    });
  }

  /** The owner empties it, who tells all. */
  clear(): Promise<void> {
    return Promise.resolve();
  }
}
