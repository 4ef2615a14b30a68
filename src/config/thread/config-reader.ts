// Reads configuration texts for a gateway that serves meanwhile: a small one at once, a large one in a thread, which is
// started when it is first needed and ends when nobody has asked for a while.

import { randomBytes } from "node:crypto";
import { isSea } from "node:sea";
import { deserialize } from "node:v8";
import type { Worker } from "node:worker_threads";
import type { GatewayConfig } from "../compile.ts";
import { type PackedConfig, type PackedEndpoint, unpackConfig, unpackEndpoint } from "../config-parcel.ts";
import { FileSettings } from "../file/file-settings.ts";
import { configFromText, type LoadResult, type TextOptions } from "../file/load.ts";
import type { RestoredText } from "../file/masked-text.ts";
import type { SourcedValue } from "../file/value-sources.ts";
import {
  type ConfigAnswer,
  type ConfigQuestion,
  type ConfigTask,
  type ConfigTasks,
  ConfigWork,
} from "./config-tasks.ts";
import { CONFIG_THREAD } from "./thread-word.ts";

/** What is shorter is read in some milliseconds: no more than a thread's start would cost. */
const SMALL_CHARS = 8 * 1_024;
/** A thread that has not been asked for so long ends: it costs memory. */
const IDLE_MS = 60_000;
/** What a text of the largest size needs, many times over. */
const LIMITS = { maxOldGenerationSizeMb: 512 };

type PendingTask = {
  readonly question: ConfigQuestion;
  readonly resolve: (given: unknown) => void;
  readonly reject: (reason: unknown) => void;
};

/** Reads texts. Where there can be no thread it reads them itself. */
export class ConfigReader {
  readonly #salt = randomBytes(32).toString("hex");
  /** For what is small, and for what a thread could not do. */
  readonly #work = new ConfigWork(this.#salt);
  readonly #waiting = new Map<number, PendingTask>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isClosed = false;

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Checks and compiles a text, as `configFromText` does. */
  async load(text: string, options: TextOptions): Promise<LoadResult> {
    if (text.length <= SMALL_CHARS) return configFromText(text, options);
    const loaded = await this.#ask("load", { text, options: sendable(options) });
    if (loaded.kind !== "ok") return loaded;
    const endpoints: GatewayConfig["plan"]["endpoints"][number][] = [];
    for (const part of loaded.endpoints) {
      await nextTurn();
      endpoints.push(...(deserialize(part) as readonly PackedEndpoint[]).map(unpackEndpoint));
    }
    await nextTurn();
    const bare = unpackConfig(deserialize(loaded.config) as PackedConfig);
    const config = { ...bare, plan: { ...bare.plan, endpoints } };
    return { ...loaded, config, settings: new FileSettings(loaded.settings) };
  }

  /** Every value of a text with its source; none of a text that is not valid. */
  async sources(text: string, options: TextOptions): Promise<readonly SourcedValue[]> {
    return await this.#ask("sources", { text, options: sendable(options) });
  }

  /** A text for people, with a mark for each secret. */
  async mask(text: string): Promise<string> {
    return await this.#ask("mask", { text });
  }

  /** The text with the secrets of `known` in place of their marks; or the marks that stand for none. */
  async restore(masked: string, known: string): Promise<RestoredText> {
    return await this.#ask("restore", { masked, known });
  }

  /** Ends the thread. What is asked from now on is done here. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end();
    this.#doHere();
  }

  async #ask<Task extends ConfigTask>(
    task: Task,
    asked: ConfigTasks[Task]["asked"],
  ): Promise<ConfigTasks[Task]["given"]> {
    this.#lastId += 1;
    const question = { id: this.#lastId, task, asked } as ConfigQuestion;
    const worker = charsIn(asked) <= SMALL_CHARS ? undefined : this.#started();
    // Computed for this very task.
    if (worker === undefined) return givenBy(this.#work.answer(question)) as ConfigTasks[Task]["given"];
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(question.id, { question, resolve, reject });
    clearTimeout(this.#idle);
    worker.ref();
    worker.postMessage(question);
    return (await promise) as ConfigTasks[Task]["given"];
  }

  #started(): Worker | undefined {
    if (this.#worker !== undefined || this.#isClosed) return this.#worker;
    const worker = newWorker(this.#salt);
    worker?.on("message", (answer: ConfigAnswer) => this.#take(answer));
    worker?.on("error", () => this.#onEnd(worker));
    worker?.on("exit", () => this.#onEnd(worker));
    this.#worker = worker;
    return worker;
  }

  #take(answer: ConfigAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#rest();
    if (answer.isDone) waiting?.resolve(answer.given);
    else waiting?.reject(new Error(answer.reason));
  }

  #rest(): void {
    this.#worker?.unref();
    this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref();
  }

  async #end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #onEnd(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#doHere();
  }

  /** What a thread has left undone. */
  #doHere(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { question, resolve, reject } of waiting) {
      const answer = this.#work.answer(question);
      if (answer.isDone) resolve(answer.given);
      else reject(new Error(answer.reason));
    }
  }
}

function givenBy(answer: ConfigAnswer): unknown {
  if (answer.isDone) return answer.given;
  throw new Error(answer.reason);
}

function charsIn(asked: ConfigTasks[ConfigTask]["asked"]): number {
  return "text" in asked ? asked.text.length : asked.masked.length + asked.known.length;
}

/** The environment of a process is an object of its own kind. */
function sendable(options: TextOptions): TextOptions {
  return { ...options, env: { ...options.env } };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Undefined where there can be no thread: the system, or who runs the program, may have no more of them. */
function newWorker(salt: string): Worker | undefined {
  try {
    return workerOf(salt);
  } catch {
    return undefined;
  }
}

/** A thread from the sources, or one that runs the program again; undefined where the program is no file. */
function workerOf(salt: string): Worker | undefined {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const options = { workerData: { salt }, resourceLimits: LIMITS, name: "configuration" };
  // A bundle has no address.
  if (import.meta.url !== undefined)
    return new Worker(new URL("./config-thread.ts", import.meta.url), options);
  const [, program] = process.argv;
  return program === undefined || isSea()
    ? undefined
    : new Worker(program, { ...options, argv: [CONFIG_THREAD] });
}
