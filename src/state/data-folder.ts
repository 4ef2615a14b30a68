// Small files of one folder, each written aside and renamed, so that it is never half. A convenience and nothing more:
// whatever the disk does, nothing stops and no error leaves this file. Made by `saved-state.ts` and by
// `catalogue/saved-lists.ts`.

import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { errorCode } from "../core/error-code.ts";
import type { Log } from "../core/summary.ts";

/** Half-written files of processes that were killed are older than this. */
const STALE_MS = 60_000;
const MAX_BYTES = 64 * 1024 * 1024;

/** What a folder is for, and whom to tell when it fails. */
export type FolderUse = {
  readonly log: Log;
  readonly clock: Clock;
  /** The event of the one warning. */
  readonly event: string;
  /** What is kept there, to begin a sentence with. */
  readonly what: string;
};

/** A folder of JSON files. Never rejects; a failure is counted, and the first one is warned of. */
export class DataFolder {
  /** Reads and writes that failed; a missing file is no failure. */
  failures = 0;
  readonly #path: string;
  readonly #use: FolderUse;
  // A random name: processes of several containers may share both a folder and a process id.
  readonly #asideEnding = `${process.pid}-${randomBytes(6).toString("hex")}.tmp`;
  #isSwept = false;

  constructor(path: string, use: FolderUse) {
    this.#path = path;
    this.#use = use;
  }

  /**
   * What `decode` makes of a file's text; undefined when there is none. Where `decode` throws, the file is put aside as
   * `<name>.corrupt` for a person to look at, and counts as none.
   */
  async read<T>(name: string, decode: (text: string) => T): Promise<T | undefined> {
    if (!this.#isSwept) {
      this.#isSwept = true;
      await this.#sweep();
    }
    const file = join(this.#path, name);
    try {
      const text = (await stat(file)).size > MAX_BYTES ? undefined : await readFile(file, "utf8");
      const decoded = text === undefined ? undefined : tryDecode(text, decode);
      if (decoded !== undefined) return decoded.value;
    } catch (error) {
      if (errorCode(error) !== "ENOENT") this.#noteFailure(error);
      return undefined;
    }
    this.#noteFailure(undefined);
    await rename(file, `${file}.corrupt`).catch(() => undefined);
    return undefined;
  }

  /** Writes what `encode` gives, for nobody else to read, or leaves the file where that is undefined. False: it failed. */
  async write(name: string, encode: () => string | undefined): Promise<boolean> {
    const file = join(this.#path, name);
    const aside = `${file}.${this.#asideEnding}`;
    try {
      const text = encode();
      if (text === undefined) return true;
      await mkdir(this.#path, { recursive: true, mode: 0o700 });
      await writeFile(aside, text, { mode: 0o600 });
      await rename(aside, file);
      return true;
    } catch (error) {
      this.#noteFailure(error);
      await rm(aside, { force: true }).catch(() => undefined);
      return false;
    }
  }

  /** Whoever was killed while writing has left a file that nobody else will ever touch. */
  async #sweep(): Promise<void> {
    try {
      for (const name of await readdir(this.#path)) {
        if (!/\.json\.[^/]*\.tmp$/.test(name)) continue;
        const path = join(this.#path, name);
        const { mtimeMs } = await stat(path);
        if (this.#use.clock.wallMs() - mtimeMs > STALE_MS) await rm(path, { force: true });
      }
    } catch {
      // There may be no folder yet, or another process may have been quicker. What else is wrong shows in reading.
    }
  }

  #noteFailure(error: unknown): void {
    this.failures += 1;
    if (this.failures > 1) return;
    const reason = error === undefined ? "unreadable content" : (errorCode(error) ?? "unknown");
    const { log, event, what } = this.#use;
    log.warn(event, `${what} cannot be kept across restarts (${reason}); all else works.`, { reason });
  }
}

/** Undefined where `decode` throws; a value of its own, since what is decoded may be undefined. */
function tryDecode<T>(text: string, decode: (text: string) => T): { readonly value: T } | undefined {
  try {
    return { value: decode(text) };
  } catch {
    return undefined;
  }
}
