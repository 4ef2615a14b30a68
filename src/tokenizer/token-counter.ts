// Counts tokens on a thread that is started when it is first needed and ends when nobody has needed it for a while. What is
// kept for it, what waits for it and how long it may take are bounded; beyond that nothing is counted.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { getRawAsset, isSea } from "node:sea";
import type { Worker } from "node:worker_threads";
import type { TokenEncoding } from "../wires/usage/token-encoding.ts";
import type { CountAnswer, CountWish, TokenCounting, TokenCounts } from "./counting.ts";

/** The thread's program, put in by the build; not there in a checkout. */
declare const OAI_GATEWAY_TOKENIZER_THREAD: string | undefined;
/** Of the bundle, which is CommonJS; not there in a checkout. */
declare const __dirname: string | undefined;

/** What a vocabulary needs, several times over. */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 };

/** How much, and how long; for tests. */
export type CounterBounds = {
  /** A thread that nobody has needed for so long ends. */
  readonly idleMs: number;
  /** A count that takes longer is given up, and the thread with it. */
  readonly patienceMs: number;
  /** All that is kept for counts. */
  readonly heldBytes: number;
  /** Counts that wait. */
  readonly waiting: number;
};

const BOUNDS: CounterBounds = {
  idleMs: 10_000,
  patienceMs: 5_000,
  heldBytes: 32 * 1024 * 1024,
  waiting: 64,
};
/** Those who wait at the end of the process wait no longer. */
const CLOSE_MS = 2_000;

type TakeCounts = (counts: TokenCounts | undefined) => void;

/** One of them. */
export class TokenCounter implements TokenCounting {
  readonly #bounds: CounterBounds;
  readonly #pending = new Map<number, TakeCounts>();
  #worker: Worker | undefined;
  /** Those that the thread has got. */
  readonly #vocabularies = new Set<TokenEncoding>();
  #idle: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;
  #held = 0;
  #lastId = 0;
  #isClosed = false;
  /** Told when nobody waits any more. */
  #onDone: () => void = () => undefined;
  /** Told when a thread was started, and when it has ended: for tests. */
  onThread: (what: "started" | "ended") => void = () => undefined;

  constructor(bounds: Partial<CounterBounds> = {}) {
    this.#bounds = { ...BOUNDS, ...bounds };
  }

  hold(bytes: number): boolean {
    if (this.#isClosed || this.#held + bytes > this.#bounds.heldBytes) return false;
    this.#held += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }

  async count(wish: CountWish): Promise<TokenCounts | undefined> {
    if (this.#isClosed || this.#pending.size >= this.#bounds.waiting) return undefined;
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<TokenCounts | undefined>();
    this.#pending.set(id, resolve);
    clearTimeout(this.#idle);
    this.#patience ??= setTimeout(() => this.#giveUp(), this.#bounds.patienceMs);
    void this.#ask({ ...wish, id }).catch(() => this.#giveUp());
    return await promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#pending.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onDone = resolve;
      const tooLate = setTimeout(() => this.#giveUp(), CLOSE_MS);
      await promise;
      clearTimeout(tooLate);
    }
    await this.#end();
  }

  /** @throws where there is no thread or vocabulary to be had */
  async #ask(question: CountWish & { readonly id: number }): Promise<void> {
    const { encoding } = question;
    // Read for each: a thread may have ended meanwhile.
    const vocabulary = this.#vocabularies.has(encoding) ? undefined : await vocabularyOf(encoding);
    if (!this.#pending.has(question.id)) return;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ ...question, vocabulary });
    this.#vocabularies.add(encoding);
  }

  #start(): Worker {
    const worker = newWorker();
    worker.unref();
    worker.on("message", (answer: CountAnswer) => this.#take(answer));
    // Also without memory.
    worker.on("error", () => (this.#worker === worker ? this.#giveUp() : undefined));
    worker.once("exit", () => this.onThread("ended"));
    this.onThread("started");
    return worker;
  }

  #take({ id, input, output }: CountAnswer): void {
    const take = this.#pending.get(id);
    if (take === undefined) return;
    this.#pending.delete(id);
    clearTimeout(this.#patience);
    this.#patience = undefined;
    take({ input, output });
    if (this.#pending.size > 0) this.#patience = setTimeout(() => this.#giveUp(), this.#bounds.patienceMs);
    else {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => void this.#end(), this.#bounds.idleMs).unref();
      this.#onDone();
    }
  }

  /** Nobody waits any longer; what is asked next starts another thread. */
  #giveUp(): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    void this.#end();
    for (const take of pending) take(undefined);
    this.#onDone();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    clearTimeout(this.#patience);
    this.#patience = undefined;
    const worker = this.#worker;
    this.#worker = undefined;
    this.#vocabularies.clear();
    await worker?.terminate();
  }
}

/** From the sources, or from what the build has put in: then there is no file to find. */
function newWorker(): Worker {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const options = { resourceLimits: LIMITS, name: "tokenizer" };
  if (typeof OAI_GATEWAY_TOKENIZER_THREAD === "string")
    return new Worker(OAI_GATEWAY_TOKENIZER_THREAD, { ...options, eval: true });
  return new Worker(new URL("./tokenizer-thread.ts", import.meta.url), options);
}

/** Undefined in a checkout. The build puts it beside the bundle. @throws the system's error where it is not to be had */
async function vocabularyOf(encoding: TokenEncoding): Promise<Uint8Array | undefined> {
  const file = `${encoding}.json.gz`;
  if (isSea()) return new Uint8Array(getRawAsset(file));
  return typeof __dirname === "string" ? new Uint8Array(await readFile(join(__dirname, file))) : undefined;
}
