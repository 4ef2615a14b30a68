// The last good list of each endpoint, kept across restarts: one small JSON file each. A cache and nothing more:
// whatever the disk does, nothing stops and no error leaves this file. Called by `catalogue.ts`.

import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../core/summary.ts";
import type { Endpoint, ModelEntry } from "../routing/model.ts";
import { readModelList } from "./parse-models.ts";

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
}

/** Keeps lists as files of `<dataDir>/catalogue/`. Each file is written aside and renamed, so it is never half. */
export class FileSavedLists implements SavedLists {
  /** Loads and saves that failed; a missing file is no failure. */
  failures = 0;
  readonly #folder: string;
  readonly #log: Log;
  readonly #waiting = new Map<string, string>();
  #writing: Promise<void> | undefined;
  #isWarned = false;

  constructor(dataDir: string, log: Log) {
    this.#folder = join(dataDir, "catalogue");
    this.#log = log;
  }

  async load(owner: ListOwner): Promise<SavedList | undefined> {
    try {
      const bytes = await readFile(join(this.#folder, fileNameOf(owner)));
      const saved = decode(bytes);
      if (saved === undefined) this.#noteFailure("unreadable content");
      return saved;
    } catch (error) {
      const code = codeOf(error);
      if (code !== "ENOENT") this.#noteFailure(code);
      return undefined;
    }
  }

  save(owner: ListOwner, list: SavedList): void {
    const text = encode(owner, list);
    if (text === undefined) return;
    this.#waiting.set(fileNameOf(owner), text);
    this.#writing ??= this.#writeAll();
  }

  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // One file after the other: a slow disk gets no queue, since a later save of a list replaces the waiting one.
    for (const [fileName, text] of this.#waiting) {
      this.#waiting.delete(fileName);
      await this.#write(join(this.#folder, fileName), text);
    }
    this.#writing = undefined;
  }

  async #write(file: string, text: string): Promise<void> {
    // The process id keeps two gateways with one data folder out of each other's way.
    const aside = `${file}.${process.pid}.tmp`;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeFile(aside, text, { mode: 0o600 });
      await rename(aside, file);
    } catch (error) {
      this.#noteFailure(codeOf(error));
      await rm(aside, { force: true }).catch(() => undefined);
    }
  }

  #noteFailure(reason: string): void {
    this.failures += 1;
    if (this.#isWarned) return;
    this.#isWarned = true;
    this.#log.warn(
      "saved_lists_failed",
      `Model lists cannot be kept across restarts (${reason}); all else works.`,
      { reason },
    );
  }
}

// Name and address only: neither the hash nor the file has anything of a key in it.
function fileNameOf(owner: ListOwner): string {
  const hash = createHash("sha256").update(`${owner.name}\n${owner.baseUrl}`).digest("hex");
  return `${hash.slice(0, 32)}.json`;
}

function encode(owner: ListOwner, list: SavedList): string | undefined {
  try {
    return JSON.stringify({
      version: 1,
      endpoint: owner.name,
      good_wall_ms: list.goodWallMs,
      models: list.entries,
    });
  } catch {
    return undefined;
  }
}

function decode(bytes: Buffer): SavedList | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
  const parsed = readModelList(value);
  if (parsed.kind === "bad" || parsed.shape !== "models") return undefined;
  return { entries: parsed.entries, goodWallMs: goodWallMsOf(value) };
}

function goodWallMsOf(value: unknown): number {
  const stamp =
    typeof value === "object" && value !== null && "good_wall_ms" in value ? value.good_wall_ms : 0;
  return typeof stamp === "number" && Number.isFinite(stamp) ? stamp : 0;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown";
}
