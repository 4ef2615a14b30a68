// One small JSON document of what is worth keeping across restarts: rotation, cool-downs. A convenience and nothing
// more: whatever the disk does, nothing stops and no error leaves this file. What the document says is for others to
// check. Made by `gateway.ts`, which also says what is in it.

import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";

const FILE_NAME = "state.json";
/** Where an unreadable document goes, for a person to look at; the next one replaces it. */
const ASIDE_NAME = "state.json.corrupt";
const VERSION = 1;
/** From a change to the disk, and between two writes. */
const SAVE_MS = 1_000;
/** A disk that hangs delays the end of the process no longer than this. */
const FLUSH_MS = 2_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** Half-written files of processes that were killed are older than this. */
const STALE_MS = 60_000;

/** What is to be kept, asked for when it is written; must be JSON and hold no secret. */
export type StateProvider = () => unknown;

/** Keeps the document. Never throws, never rejects. */
export interface SavedState {
  /** Loads, saves and clean-ups that failed. */
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

/** Keeps the document as `<dataDir>/state.json`, written aside and renamed, so that it is never half. */
export class FileSavedState implements SavedState {
  readonly #folder: string;
  readonly #log: Log;
  readonly #clock: Clock;
  // A random name: processes of several containers may share both a folder and a process id.
  readonly #tmpName = `${FILE_NAME}.${process.pid}-${randomBytes(6).toString("hex")}.tmp`;
  #failures = 0;
  #provide: StateProvider | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #written = "";
  #isWarned = false;

  constructor(dataDir: string, log: Log, clock: Clock) {
    this.#folder = dataDir;
    this.#log = log;
    this.#clock = clock;
  }

  get failures(): number {
    return this.#failures;
  }

  async load(): Promise<unknown> {
    const file = join(this.#folder, FILE_NAME);
    try {
      if ((await stat(file)).size > MAX_BYTES) return await this.#putAside(file);
      const state = decode(await readFile(file, "utf8"));
      return state === BROKEN ? await this.#putAside(file) : state;
    } catch (error) {
      if (codeOf(error) !== "ENOENT") this.#noteFailure(codeOf(error));
      return undefined;
    } finally {
      await this.#removeStale();
    }
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
    const aside = join(this.#folder, this.#tmpName);
    try {
      const text = JSON.stringify({ version: VERSION, state: provide() });
      if (text === this.#written) return;
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(aside, text, { mode: 0o600 });
      await rename(aside, join(this.#folder, FILE_NAME));
      this.#written = text;
    } catch (error) {
      this.#noteFailure(codeOf(error));
      await rm(aside, { force: true }).catch(() => undefined);
    }
  }

  async #putAside(file: string): Promise<undefined> {
    this.#noteFailure("unreadable content");
    await rename(file, join(this.#folder, ASIDE_NAME)).catch(() => undefined);
  }

  /** Whoever was killed while writing has left a file that nobody else will ever touch. */
  async #removeStale(): Promise<void> {
    try {
      for (const name of await readdir(this.#folder)) {
        if (!/^state\.json\.[^/]*\.tmp$/.test(name)) continue;
        const path = join(this.#folder, name);
        const { mtimeMs } = await stat(path);
        if (this.#clock.wallMs() - mtimeMs > STALE_MS) await rm(path, { force: true });
      }
    } catch (error) {
      // Another process may have been quicker, or there is no folder yet.
      if (codeOf(error) !== "ENOENT") this.#noteFailure(codeOf(error));
    }
  }

  #noteFailure(reason: string): void {
    this.#failures += 1;
    if (this.#isWarned) return;
    this.#isWarned = true;
    this.#log.warn(
      "saved_state_failed",
      `Rotation and cool-downs cannot be kept across restarts (${reason}); all else works.`,
      { reason },
    );
  }
}

const BROKEN = Symbol("broken");

/** The state of a document; undefined for one of another version, which a newer gateway may still want. */
function decode(text: string): unknown {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return BROKEN;
  }
  if (typeof document !== "object" || document === null || !("version" in document)) return BROKEN;
  return document.version === VERSION && "state" in document ? document.state : undefined;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown";
}
