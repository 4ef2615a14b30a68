// A serving process's line to the owner: reports, questions that wait for an answer, and orders. When the owner is gone, what
// waits gets no answer, and nothing throws.

import type { TargetChecks } from "../proxy/target/refusals.ts";
import type { OwnerQuestion, StartOrder, WorkerOrder, WorkerReport } from "./messages.ts";

/** Sends one report; called back when it is with the system, or cannot be sent. */
export type SendReport = (report: WorkerReport, done?: (error: Error | null) => void) => void;

/** What follows the start order. */
export type LaterOrder = Exclude<WorkerOrder, StartOrder>;

/** Questions that wait for an answer at most; to further ones nobody has an answer. */
const MAX_WAITING = 256;

/** The line. */
export class OwnerLine implements TargetChecks {
  readonly send: SendReport;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  /** What was said while this process starts, such as a new configuration. */
  readonly #early: LaterOrder[] = [];
  #obey: ((order: LaterOrder) => void) | undefined;
  #lastId = 0;

  constructor(send: SendReport) {
    this.send = send;
  }

  /** The owner says something: done at once, or once this process serves. */
  hear(order: LaterOrder): void {
    if (this.#obey === undefined) this.#early.push(order);
    else this.#obey(order);
  }

  /** This process serves: what was said meanwhile is done now, in its order. */
  begin(obey: (order: LaterOrder) => void): void {
    this.#obey = obey;
    for (const order of this.#early.splice(0)) obey(order);
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
