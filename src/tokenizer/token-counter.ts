// Counts tokens on a thread that is started when it is first needed and ends when nobody has needed it for a while. What is
// kept for it, what waits for it and how long it may take are bounded; beyond that nothing is counted.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { getRawAsset, isSea } from "node:sea";
import type { Worker } from "node:worker_threads";
import type { CountAnswer, CountWish, TokenCounting, TokenCounts } from "./counting.ts";

/** The build puts it beside the bundle, packed. */
const PROGRAM_FILE = "tokenizer.cjs.gz";
/** Unpacks and runs it: the single executable has no file that a thread could be started from. */
const START = `const { workerData } = require("node:worker_threads");
new Function("require", require("node:zlib").gunzipSync(workerData).toString())(require);`;
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
  #worker: Promise<Worker | undefined> | undefined;
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
    const worker = await (this.#worker ?? this.#start());
    if (worker === undefined) this.#giveUp();
    else worker.postMessage({ ...wish, id });
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

  #start(): Promise<Worker | undefined> {
    const started = this.#open();
    this.#worker = started;
    // Given up meanwhile.
    void started.then((worker) => (this.#worker === started ? undefined : worker?.terminate()));
    return started;
  }

  /** Undefined where there is no thread to be had. */
  async #open(): Promise<Worker | undefined> {
    try {
      const worker = await newWorker();
      worker.unref();
      worker.on("message", (answer: CountAnswer) => this.#take(answer));
      // Also without memory.
      worker.on("error", () => this.#giveUp());
      worker.once("exit", () => this.onThread("ended"));
      this.onThread("started");
      return worker;
    } catch {
      return undefined;
    }
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
    await (await worker)?.terminate();
  }
}

/** @throws where its program is not to be had */
async function newWorker(): Promise<Worker> {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const options = { resourceLimits: LIMITS, name: "tokenizer" };
  if (!isSea() && typeof __dirname !== "string")
    return new Worker(new URL("./tokenizer-thread.ts", import.meta.url), options);
  const packed = isSea()
    ? new Uint8Array(getRawAsset(PROGRAM_FILE))
    : new Uint8Array(await readFile(join(String(__dirname), PROGRAM_FILE)));
  return new Worker(START, { ...options, eval: true, workerData: packed });
}
