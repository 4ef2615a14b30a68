// A serving process's line to the owner: reports, and questions that wait for an answer. When the owner is gone, what
// waits gets no answer, and nothing throws.

import type { TargetChecks } from "../proxy/target/refusals.ts";
import type { OwnerQuestion, WorkerReport } from "./messages.ts";

/** Sends one report; called back when it is with the system, or cannot be sent. */
export type SendReport = (report: WorkerReport, done?: (error: Error | null) => void) => void;

/** Questions that wait for an answer at most; to further ones nobody has an answer. */
const MAX_WAITING = 256;

/** The line. */
export class OwnerLine implements TargetChecks {
  readonly send: SendReport;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #lastId = 0;

  constructor(send: SendReport) {
    this.send = send;
  }

  /** The owner has answered. */
  answered(id: number, answer: unknown): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(answer);
  }

  /** The owner is gone. */
  end(): void {
    for (const id of [...this.#waiting.keys()]) this.answered(id, undefined);
  }

  /** What the owner answers; undefined where it is gone, or asked too much. */
  ask(question: OwnerQuestion): Promise<unknown> {
    if (this.#waiting.size >= MAX_WAITING) return Promise.resolve(undefined);
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, resolve);
    this.send({ kind: "question", id, question }, (error) => {
      if (error !== null) this.answered(id, undefined);
    });
    return promise;
  }

  async askKey(
    endpoint: { readonly name: string },
    { id }: { readonly id: number },
  ): Promise<"accepted" | "rejected" | "unknown"> {
    const answer = await this.ask({ ask: "key", endpoint: endpoint.name, credential: id });
    return answer === "accepted" || answer === "rejected" ? answer : "unknown";
  }

  async askModel(endpoint: string, model: string): Promise<boolean | undefined> {
    const answer = await this.ask({ ask: "model", endpoint, model });
    return typeof answer === "boolean" ? answer : undefined;
  }

  async askAlive(endpoint: string): Promise<boolean | undefined> {
    const answer = await this.ask({ ask: "alive", endpoint });
    return typeof answer === "boolean" ? answer : undefined;
  }
}
