// One small JSON document of what is worth keeping across restarts: rotation, cool-downs. A convenience and nothing
// more: whatever the disk does, nothing stops and no error leaves this file. What the document says is for others to
// check. Made by `gateway.ts`, which also says what is in it.

import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import { DataFolder } from "./data-folder.ts";

const FILE_NAME = "state.json";
const VERSION = 1;
/** From a change to the disk, and between two writes. */
const SAVE_MS = 1_000;
/** A disk that hangs delays the end of the process no longer than this. */
const FLUSH_MS = 2_000;

/** What is to be kept, asked for when it is written; must be JSON and hold no secret. */
export type StateProvider = () => unknown;

/** Keeps the document. Never throws, never rejects. */
export interface SavedState {
  /** Loads and saves that failed. */
  readonly failures: number;
  /** What was kept last; undefined when there is nothing, or nothing readable. */
  load(): Promise<unknown>;
  /** Something changed: within a second it is written, together with what changes until then. Two comparisons. */
  save(provide: StateProvider): void;
  /** Writes what has changed and waits for it, but not for ever; for the end of the process. */
  flush(): Promise<void>;
}

/** Keeps nothing: for the demo, and where there is no data folder. */
export class NoSavedState implements SavedState {
  readonly failures = 0;

  load(): Promise<unknown> {
    return Promise.resolve(undefined);
  }

  save(): void {}

  flush(): Promise<void> {
    return Promise.resolve();
  }
}

/** Keeps the document as `<dataDir>/state.json`. */
export class FileSavedState implements SavedState {
  readonly #folder: DataFolder;
  #provide: StateProvider | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #written = "";

  constructor(dataDir: string, log: Log, clock: Clock) {
    const use = { log, clock, event: "saved_state_failed", what: "Rotation and cool-downs" };
    this.#folder = new DataFolder(dataDir, use);
  }

  get failures(): number {
    return this.#folder.failures;
  }

  load(): Promise<unknown> {
    return this.#folder.read(FILE_NAME, decode);
  }

  save(provide: StateProvider): void {
    this.#provide = provide;
    if (this.#timer === undefined && this.#writing === undefined) this.#schedule();
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, FLUSH_MS);
    await Promise.race([this.#writeLast(), tooLate]);
    clearTimeout(limit);
  }

  #schedule(): void {
    // Does not keep the process alive: who ends it flushes.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, SAVE_MS).unref();
  }

  async #writeLast(): Promise<void> {
    await this.#writing;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#write();
  }

  #write(): Promise<void> {
    const provide = this.#provide;
    if (provide === undefined) return Promise.resolve();
    this.#provide = undefined;
    this.#writing = this.#writeDocument(provide).finally(() => {
      this.#writing = undefined;
      if (this.#provide !== undefined) this.#schedule();
    });
    return this.#writing;
  }

  async #writeDocument(provide: StateProvider): Promise<void> {
    let text = "";
    const isWritten = await this.#folder.write(FILE_NAME, () => {
      text = JSON.stringify({ version: VERSION, state: provide() });
      return text === this.#written ? undefined : text;
    });
    if (isWritten) this.#written = text;
  }
}

/**
 * The state of a document; undefined for one of another version, which a newer gateway may still want.
 * @throws Error where the text is no such document
 */
function decode(text: string): unknown {
  const document: unknown = JSON.parse(text);
  if (typeof document !== "object" || document === null || !("version" in document))
    throw new Error("no document");
  return document.version === VERSION && "state" in document ? document.state : undefined;
}
