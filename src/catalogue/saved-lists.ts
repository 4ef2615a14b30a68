// The last good list of each endpoint, kept across restarts: one small JSON file each. A cache and nothing more:
// whatever the disk does, nothing stops and no error leaves this file.

import { createHash } from "node:crypto";
import { atMost } from "../core/at-most.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import type { Endpoint, ModelEntry } from "../routing/model.ts";
import { DataFolder } from "../store/data-folder.ts";
import { readModelList } from "../wires/lists/parse-models.ts";

/** A disk that hangs delays the end of the process no longer than this. */
const FLUSH_MS = 2_000;

/** Whose list it is. A new `base_url` is another endpoint; a new key is not. */
export type ListOwner = Pick<Endpoint, "name" | "baseUrl">;

/** A list as it was kept. */
export type SavedList = {
  readonly entries: readonly ModelEntry[];
  /** When it was a good answer; 0 when unknown. */
  readonly goodWallMs: number;
};

/** Where lists are kept. Never throws, never rejects. */
export interface SavedLists {
  load(owner: ListOwner): Promise<SavedList | undefined>;
  /** Returns at once; of several saves in a row only the last needs to arrive. */
  save(owner: ListOwner, list: SavedList): void;
  /** Waits until what was saved is on the disk, or has failed to get there. */
  flush(): Promise<void>;
  /** From now on nothing more is kept: what is served is no configuration of anybody's. */
  keepNothing(): void;
  /** Removes lists that no configuration has named for 30 days. */
  prune(): Promise<void>;
}

/** Keeps lists for the life of the process: for the demo, for tests, and where there is no data folder. */
export class MemorySavedLists implements SavedLists {
  readonly #lists = new Map<string, SavedList>();

  load(owner: ListOwner): Promise<SavedList | undefined> {
    return Promise.resolve(this.#lists.get(fileNameOf(owner)));
  }

  save(owner: ListOwner, list: SavedList): void {
    this.#lists.set(fileNameOf(owner), list);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  keepNothing(): void {}

  prune(): Promise<void> {
    return Promise.resolve();
  }
}

/** A file is read whole at the start, when everybody waits; a list of a megabyte takes a little more as a file. */
const LEAST_FILE_BYTES = 2 * 1024 * 1024;

/** Keeps lists as files of `<dataDir>/catalogue/`. */
export class FileSavedLists implements SavedLists {
  readonly #folder: DataFolder;
  readonly #waiting = new Map<string, () => string>();
  #writing: Promise<void> | undefined;
  #isKeeping = true;

  /** `maxListBytes`: what a list may have when it is read from an endpoint. */
  constructor(dataDir: string, log: Log, clock: Clock, maxListBytes = 0) {
    const maxBytes = Math.max(LEAST_FILE_BYTES, 2 * maxListBytes);
    const use = { log, clock, event: "saved_lists_failed", what: "Model lists", maxBytes };
    this.#folder = new DataFolder(dataDir, ["catalogue"], use);
  }

  /** Loads and saves that failed; a missing file is no failure. */
  get failures(): number {
    return this.#folder.failures;
  }

  load(owner: ListOwner): Promise<SavedList | undefined> {
    return this.#folder.read(fileNameOf(owner), decode);
  }

  save(owner: ListOwner, list: SavedList): void {
    if (!this.#isKeeping) return;
    this.#waiting.set(fileNameOf(owner), () => encode(owner, list));
    this.#writing ??= this.#writeAll();
  }

  async flush(): Promise<void> {
    if (this.#writing !== undefined) await atMost(FLUSH_MS, this.#writing);
  }

  keepNothing(): void {
    this.#isKeeping = false;
  }

  prune(): Promise<void> {
    return this.#folder.prune();
  }

  async #writeAll(): Promise<void> {
    // One file after the other: a slow disk gets no queue, since a later save of a list replaces the waiting one.
    for (const [fileName, text] of this.#waiting) {
      this.#waiting.delete(fileName);
      await this.#folder.write(fileName, text);
    }
    this.#writing = undefined;
  }
}

/** Lists in a data folder; without one they live as long as the process. */
export function savedListsFor(
  dataDir: string | undefined,
  log: Log,
  clock: Clock,
  maxListBytes: number | undefined,
): SavedLists {
  return dataDir === undefined
    ? new MemorySavedLists()
    : new FileSavedLists(dataDir, log, clock, maxListBytes);
}

// Name and address only: neither the hash nor the file has anything of a key in it.
function fileNameOf(owner: ListOwner): string {
  const hash = createHash("sha256").update(`${owner.name}\n${owner.baseUrl}`).digest("hex");
  return `${hash.slice(0, 32)}.json`;
}

function encode(owner: ListOwner, list: SavedList): string {
  return JSON.stringify({
    version: 1,
    endpoint: owner.name,
    good_wall_ms: list.goodWallMs,
    models: list.entries,
  });
}

/** @throws Error where the text is no list of ours */
function decode(text: string): SavedList {
  const value: unknown = JSON.parse(text);
  const parsed = readModelList(value);
  if (parsed.kind === "bad" || parsed.shape !== "models") throw new Error("no list");
  return { entries: parsed.entries, goodWallMs: goodWallMsOf(value) };
}

function goodWallMsOf(value: unknown): number {
  const stamp =
    typeof value === "object" && value !== null && "good_wall_ms" in value ? value.good_wall_ms : 0;
  return typeof stamp === "number" && Number.isFinite(stamp) ? stamp : 0;
}
