// Counts tokens on a thread that is started when it is first needed and ends when nobody has needed it for a while. It has one
// text at a time, the shortest of those that wait: whoever has long ones delays nobody else, and one that the thread does not
// survive is the only one that is lost. What is kept, what waits and how long all takes are bounded; beyond that nothing is
// counted.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { getRawAsset, isSea } from "node:sea";
import type { Worker } from "node:worker_threads";
import type { TokenEncoding } from "../wires/usage/token-encoding.ts";
import type { CountAnswer, CountQuestion, CountWish, TokenCounting, TokenCounts } from "./counting.ts";

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
  /** Who has waited for so long has no turn any more. */
  readonly turnMs: number;
  /** All that is kept for counts. */
  readonly heldBytes: number;
  /** Counts that wait. */
  readonly waiting: number;
};

const BOUNDS: CounterBounds = {
  idleMs: 10_000,
  patienceMs: 5_000,
  turnMs: 10_000,
  heldBytes: 32 * 1024 * 1024,
  waiting: 64,
};
/** Whoever waits at the end of the process waits no longer. */
const CLOSE_MS = 2_000;

/** One that waits for its count. */
type WaitingCount = {
  readonly wish: CountWish;
  readonly bytes: number;
  readonly sinceMs: number;
  readonly take: (counts: TokenCounts | undefined) => void;
};

/** One of them. */
export class TokenCounter implements TokenCounting {
  readonly #bounds: CounterBounds;
  /** The shortest first. */
  #waiting: WaitingCount[] = [];
  /** What the thread is asked for. */
  #current: (WaitingCount & { readonly id: number }) | undefined;
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
    if (this.#isClosed) return undefined;
    const { promise, resolve } = Promise.withResolvers<TokenCounts | undefined>();
    const bytes = (wish.asked?.length ?? 0) + (wish.answered?.length ?? 0);
    this.#waiting.push({ wish, bytes, sinceMs: performance.now(), take: resolve });
    this.#waiting.sort((a, b) => a.bytes - b.bytes);
    this.#next();
    // The longest goes, where there is no room.
    if (this.#waiting.length > this.#bounds.waiting) this.#waiting.pop()?.take(undefined);
    return await promise;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#current !== undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onDone = resolve;
      const tooLate = setTimeout(() => {
        for (const { take } of this.#waiting.splice(0)) take(undefined);
        this.#giveUp();
      }, CLOSE_MS);
      await promise;
      clearTimeout(tooLate);
    }
    await this.#end();
  }

  /** Asks for the next one, where nothing is counted now. */
  #next(): void {
    if (this.#current !== undefined) return;
    const beganMs = performance.now() - this.#bounds.turnMs;
    for (const { take } of this.#waiting.filter(({ sinceMs }) => sinceMs < beganMs)) take(undefined);
    this.#waiting = this.#waiting.filter(({ sinceMs }) => sinceMs >= beganMs);
    const next = this.#waiting.shift();
    clearTimeout(this.#idle);
    if (next === undefined) {
      this.#idle = setTimeout(() => void this.#end(), this.#bounds.idleMs).unref();
      this.#onDone();
      return;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#current = { ...next, id };
    this.#patience = setTimeout(() => this.#giveUp(), this.#bounds.patienceMs);
    void this.#ask({ ...next.wish, id }).catch(() => (this.#current?.id === id ? this.#giveUp() : undefined));
  }

  /** @throws where there is no thread or vocabulary to be had */
  async #ask(question: Omit<CountQuestion, "vocabulary">): Promise<void> {
    const { encoding, id } = question;
    const vocabulary = this.#vocabularies.has(encoding) ? undefined : await vocabularyOf(encoding);
    if (this.#current?.id !== id) return;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ ...question, vocabulary });
    this.#vocabularies.add(encoding);
  }

  #start(): Worker {
    const worker = newWorker();
    worker.unref();
    worker.on("message", ({ id, input, output }: CountAnswer) => {
      if (this.#current?.id === id) this.#tell({ input, output });
    });
    // Also without memory.
    worker.on("error", () => (this.#worker === worker ? this.#giveUp() : undefined));
    worker.once("exit", () => this.onThread("ended"));
    this.onThread("started");
    return worker;
  }

  /** Whoever has the turn has this, and the next one its turn. */
  #tell(counts: TokenCounts | undefined): void {
    clearTimeout(this.#patience);
    const current = this.#current;
    this.#current = undefined;
    current?.take(counts);
    this.#next();
  }

  /** What is counted now is given up, and the thread with it; the next one starts another. */
  #giveUp(): void {
    void this.#end();
    this.#tell(undefined);
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
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
