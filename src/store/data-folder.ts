// Small files of one folder, each written aside and renamed, so that it is never half. A convenience and nothing more:
// whatever the disk does, nothing stops and no error leaves this file.
//
// Others may be able to write there: what is no regular file of a fitting size is not read, names of half-written
// files cannot be guessed, and no link is followed.

import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { errorCode } from "../core/error-code.ts";
import { giveFolders, giveToFolderOwner } from "../core/files/folder-owner.ts";
import type { Log } from "../core/summary.ts";

/** Half-written files of processes that were killed are older than this. */
const STALE_MS = 60_000;
/** What nobody has used for so long is of a configuration that is gone. */
export const UNUSED_MS = 30 * 86_400_000;
/** Where the use says no other size. */
const MAX_BYTES = 64 * 1024 * 1024;
const FILE_NAME = /\.json(?:\.corrupt)?$/;
/** Neither a link nor a pipe that nobody writes to may hold a read up. Windows has no such flags. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** What a folder is for, and whom to tell when it fails. */
export type FolderUse = {
  readonly log: Log;
  readonly clock: Clock;
  /** The event of the one warning. */
  readonly event: string;
  /** What is kept there, to begin a sentence with. */
  readonly what: string;
  /** A larger file counts as unreadable, and is not read. */
  readonly maxBytes?: number;
};

/** A folder of JSON files below a data folder. Never rejects; a failure is counted, and the first one is warned of. */
export class DataFolder {
  /** Reads and writes that failed; a missing file is no failure. */
  failures = 0;
  readonly #root: string;
  readonly #path: string;
  readonly #use: FolderUse;
  /** Names that this process has read or written. */
  readonly #used = new Set<string>();
  #isSwept = false;

  /** `below`: names of folders within the data folder, one inside the other; none for the data folder itself. */
  constructor(root: string, below: readonly string[], use: FolderUse) {
    this.#root = root;
    this.#path = join(root, ...below);
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
    this.#used.add(name);
    const file = join(this.#path, name);
    try {
      const text = await readRegular(
        file,
        new Date(this.#use.clock.wallMs()),
        this.#use.maxBytes ?? MAX_BYTES,
      );
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
    this.#used.add(name);
    const file = join(this.#path, name);
    // Chance each time: several containers may share a folder and a process id, and nobody can lay a link there before.
    const aside = `${file}.${process.pid}-${randomBytes(8).toString("hex")}.tmp`;
    try {
      const text = encode();
      if (text === undefined) return true;
      giveFolders(await mkdir(this.#path, { recursive: true, mode: 0o700 }), this.#path);
      await this.#refuseLinks();
      await writeFile(aside, text, { mode: 0o600, flag: "wx" });
      giveToFolderOwner(aside);
      await rename(aside, file);
      return true;
    } catch (error) {
      this.#noteFailure(error);
      await rm(aside, { force: true }).catch(() => undefined);
      return false;
    }
  }

  /** Removes files that neither this process has used nor any other for 30 days. */
  async prune(): Promise<void> {
    try {
      const limitMs = this.#use.clock.wallMs() - UNUSED_MS;
      for (const name of await readdir(this.#path)) {
        const path = join(this.#path, name);
        if (!FILE_NAME.test(name) || this.#used.has(name)) continue;
        const found = await lstat(path);
        if (found.isFile() && found.mtimeMs < limitMs) await rm(path, { force: true });
      }
    } catch {
      // What cannot be removed may stay.
    }
  }

  /** Folders below the data folder are ours and no links; the data folder itself may be one, as its owner likes. */
  async #refuseLinks(): Promise<void> {
    for (let path = this.#path; path !== this.#root; path = dirname(path)) {
      if ((await lstat(path)).isSymbolicLink()) throw new LinkError();
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
    const folder = this.#root;
    const fix = `Make ${folder} writable for this user, or name another folder by --data-dir or OAI_GATEWAY_DATA_DIR.`;
    log.warn(event, `${what} cannot be kept across restarts (${reason}); all else works. ${fix}`, {
      reason,
      folder,
    });
  }
}

/** A link where a folder of ours should be. */
class LinkError extends Error {
  readonly code = "ELOOP";
}

/** Something other than a file: a pipe, a folder, a device. */
class NoFileError extends Error {
  readonly code = "no regular file";
}

/**
 * The text of a regular file that is not too large, and marks it as used; undefined for one that is too large.
 * @throws the system's error, NoFileError
 */
async function readRegular(path: string, now: Date, maxBytes: number): Promise<string | undefined> {
  const file = await open(path, READ_FLAGS);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new NoFileError();
    if (found.size > maxBytes) return undefined;
    await file.utimes(now, now).catch(() => undefined);
    return await file.readFile("utf8");
  } finally {
    await file.close();
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
