// One small JSON document of what is worth keeping across restarts: rotation, cool-downs. A convenience and nothing
// more: whatever the disk does, nothing stops and no error leaves this file. What the document says is for others to
// check.

import { createHash } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { atMost } from "../core/at-most.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import { DataFolder, UNUSED_MS } from "./data-folder.ts";

const STATE_FILE: SavedFile = { name: "state.json", what: "Rotation and cool-downs", saveMs: 1_000 };
/** Where objects are: more of it, so that it is written less often. What is lost is found again by asking. */
export const OBJECTS_FILE: SavedFile = {
  name: "objects.json",
  what: "Where stored objects are",
  saveMs: 5_000,
};
/** Each configuration file has a folder of its own in there. */
const FOLDERS = "gateways";
const VERSION = 1;
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
  /** From now on nothing more is kept. */
  keepNothing(): void;
  /** Removes what other configurations have left that nobody has served for 30 days. */
  prune(): Promise<void>;
}

/** Keeps nothing: for the demo, where there is no configuration file, and where there is no data folder. */
export class NoSavedState implements SavedState {
  readonly failures = 0;

  load(): Promise<unknown> {
    return Promise.resolve(undefined);
  }

  save(): void {}

  flush(): Promise<void> {
    return Promise.resolve();
  }

  keepNothing(): void {}

  prune(): Promise<void> {
    return Promise.resolve();
  }
}

/** A document of its own. */
export type SavedFile = {
  readonly name: string;
  /** What is in it, to begin a sentence with. */
  readonly what: string;
  /** From a change to the disk, and between two writes. */
  readonly saveMs: number;
};

/** Where a state is kept. */
export type StatePlace = {
  readonly dataDir: string;
  /** Absolute path of the configuration file: gateways of different ones share nothing. */
  readonly configFile: string;
};

/**
 * Keeps the document as `<dataDir>/gateways/<of the configuration>/state.json`. `<dataDir>/state.json`, where earlier
 * versions kept it for all, is read as long as there is no other.
 */
export class FileSavedState implements SavedState {
  readonly #place: StatePlace;
  readonly #file: SavedFile;
  readonly #clock: Clock;
  readonly #folder: DataFolder;
  readonly #earlier: DataFolder;
  #isKeeping = true;
  #provide: StateProvider | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #written = "";

  constructor(place: StatePlace, log: Log, clock: Clock, file = STATE_FILE) {
    const use = { log, clock, event: "saved_state_failed", what: file.what };
    this.#place = place;
    this.#file = file;
    this.#clock = clock;
    this.#folder = new DataFolder(place.dataDir, [FOLDERS, folderNameOf(place.configFile)], use);
    this.#earlier = new DataFolder(place.dataDir, [], use);
  }

  get failures(): number {
    return this.#folder.failures + this.#earlier.failures;
  }

  async load(): Promise<unknown> {
    const { name } = this.#file;
    const own = await this.#folder.read(name, decode);
    if (own !== undefined || this.#folder.failures > 0 || this.#file !== STATE_FILE) return own;
    return await this.#earlier.read(name, decode);
  }

  keepNothing(): void {
    this.#isKeeping = false;
    this.#provide = undefined;
  }

  async prune(): Promise<void> {
    const { dataDir, configFile } = this.#place;
    const path = join(dataDir, FOLDERS);
    const limitMs = this.#clock.wallMs() - UNUSED_MS;
    try {
      for (const name of await readdir(path)) {
        if (!/^[0-9a-f]{16}$/.test(name) || name === folderNameOf(configFile)) continue;
        const used = await lstat(join(path, name, STATE_FILE.name)).catch(() => lstat(join(path, name)));
        if (used.mtimeMs < limitMs) await rm(join(path, name), { recursive: true, force: true });
      }
    } catch {
      // What cannot be removed may stay.
    }
  }

  save(provide: StateProvider): void {
    if (!this.#isKeeping) return;
    this.#provide = provide;
    if (this.#timer === undefined && this.#writing === undefined) this.#schedule();
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await atMost(FLUSH_MS, this.#writeLast());
  }

  #schedule(): void {
    // Does not keep the process alive: who ends it flushes.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#write();
    }, this.#file.saveMs).unref();
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
    const isWritten = await this.#folder.write(this.#file.name, () => {
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

function folderNameOf(configFile: string): string {
  return createHash("sha256").update(configFile).digest("hex").slice(0, 16);
}

/** A document of a configuration in a data folder, its state unless `file` is another one; where either is missing none is kept. */
export function savedStateFor(
  place: { readonly dataDir: string | undefined; readonly configFile?: string | undefined },
  log: Log,
  clock: Clock,
  file = STATE_FILE,
): SavedState {
  const { dataDir, configFile } = place;
  if (dataDir === undefined || configFile === undefined) return new NoSavedState();
  return new FileSavedState({ dataDir, configFile }, log, clock, file);
}
