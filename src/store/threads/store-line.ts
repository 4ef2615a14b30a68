// The gateway's end of one thread of the store: starts it when it is first asked, and ends it when nobody has asked for a
// while, since a thread costs memory.

import type { Worker } from "node:worker_threads";
import type {
  ThreadAnswer,
  ThreadOrder,
  ThreadQuestion,
  ThreadTask,
  ThreadTasks,
  WriterState,
} from "../sqlite/thread-messages.ts";
import { StoreFailure } from "../store-failure.ts";

/** The thread's program, put in by the build; not there in a checkout. */
declare const OAI_GATEWAY_STORE_THREAD: string | undefined;

/** A thread that has not been asked for so long ends. */
const IDLE_MS = 120_000;
/** A thread whose disk does not answer is not waited for any longer. */
const END_MS = 5_000;
/** What a thread needs; one that wants more is faulty, and starts anew. */
const LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

type PendingAsk = {
  readonly resolve: (given: unknown) => void;
  readonly reject: (failure: StoreFailure) => void;
};

/** One thread. */
export class StoreLine {
  readonly #order: () => ThreadOrder;
  readonly #isKept: boolean;
  readonly #waiting = new Map<number, PendingAsk>();
  #worker: Worker | undefined;
  #ended: Promise<void> = Promise.resolve();
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** Told of what has changed without a question. */
  onState: (state: WriterState) => void = () => undefined;
  /** Whether the thread may end now; undefined: it may. */
  mayEnd: () => boolean = () => true;

  /** `isKept`: it never ends by itself, since what it knows is nowhere else. */
  constructor(order: () => ThreadOrder, isKept: boolean) {
    this.#order = order;
    this.#isKept = isKept;
  }

  /** Whether there is a thread now. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** What the thread gives. @throws StoreFailure, in the promise */
  async ask<Task extends ThreadTask>(
    task: Task,
    asked: ThreadTasks[Task]["asked"],
  ): Promise<ThreadTasks[Task]["given"]> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const worker = this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    this.#waiting.set(id, { resolve, reject });
    clearTimeout(this.#idle);
    // An answer that somebody waits for keeps the process up; a thread at rest does not.
    worker.ref();
    try {
      worker.postMessage({ id, task, asked } as ThreadQuestion);
    } catch (cause) {
      this.#waiting.delete(id);
      throw new StoreFailure("failed", "The store cannot take what is no plain data.", { cause });
    }
    // The thread has computed it for this very task.
    return (await promise) as ThreadTasks[Task]["given"];
  }

  /** Lets the thread write what waits, and ends it. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#end();
    await this.#ended;
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    if (this.#isClosed) throw new StoreFailure("closed", "The store is closed.");
    const worker = newWorker(this.#order());
    worker.on("message", (answer: ThreadAnswer) => this.#take(answer));
    worker.on("error", (cause) => this.#onEnd(worker, cause));
    worker.on("exit", () => this.#onEnd(worker, undefined));
    this.#worker = worker;
    return worker;
  }

  #take(answer: ThreadAnswer): void {
    if (answer.kind === "state") {
      this.onState(answer.state);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#rest();
    if (answer.kind === "given") waiting?.resolve(answer.given);
    else waiting?.reject(new StoreFailure(answer.code, answer.message));
  }

  #rest(): void {
    this.#worker?.unref();
    if (this.#isKept) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#waiting.size > 0) return;
      if (this.mayEnd()) this.#end();
      else this.#rest();
    }, IDLE_MS).unref();
  }

  #end(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    worker.ref();
    const { promise, resolve } = Promise.withResolvers<void>();
    const tooLate = setTimeout(() => void worker.terminate(), END_MS);
    worker.once("exit", () => {
      clearTimeout(tooLate);
      resolve();
    });
    worker.postMessage("end");
    this.#ended = Promise.all([this.#ended, promise]).then(() => undefined);
  }

  /** Whoever waits hears of it; the next question starts another thread. */
  #onEnd(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const failure = new StoreFailure("failed", "The thread of the store has ended.", { cause });
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) one.reject(failure);
  }
}

/** A thread from the sources, or from what the build has put in: then there is no file to find. */
function newWorker(workerData: ThreadOrder): Worker {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const options = { workerData, resourceLimits: LIMITS, name: `store ${workerData.role}` };
  if (typeof OAI_GATEWAY_STORE_THREAD === "string")
    return new Worker(OAI_GATEWAY_STORE_THREAD, { ...options, eval: true });
  return new Worker(new URL("../sqlite/store-thread.ts", import.meta.url), options);
}
