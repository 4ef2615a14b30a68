// The secret that goes into the digests of keys of the store: whoever has a copy of the store alone can test no guess.
// It is a file of the data folder, beside the store; made with the first key, and removed with the last one, so that it
// also says whether there are keys at all while the store cannot be read.

import { createHmac, hash, randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode } from "../core/error-code.ts";
import { giveFolders, giveToFolderOwner } from "../core/files/folder-owner.ts";
import type { Log } from "../core/summary.ts";

/** A copy of the store is worth nothing without this file: whoever makes one takes both. */
export const PEPPER_FILE = "key-pepper";

/** There is no such file; where the folder itself is none, nothing can ever have been put into it. */
const NOT_THERE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

const TEXT = /^[0-9a-f]{64}\n?$/;

/** Whether a text is one that this file has written. */
export function isPepperText(text: string): boolean {
  return TEXT.test(text);
}

/** The digest of a key under a pepper: HMAC-SHA256, 64 hexadecimal digits. */
export function pepperedDigest(pepper: string, key: string): string {
  return createHmac("sha256", pepper).update(key).digest("hex");
}

/** What may be told of a pepper, to know it again. */
export function pepperId(pepper: string): string {
  return hash("sha256", `id ${pepper}`, "hex").slice(0, 16);
}

/** The pepper of a data folder, or one that lasts as long as the process where there is none. */
export class Pepper {
  readonly #folder: string | undefined;
  #value: string | undefined;
  /** It is there, but what is in it could not be had: there are keys, and nobody knows which. */
  isUnreadable = false;

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Undefined while there are no keys. */
  get value(): string | undefined {
    return this.#value;
  }

  /**
   * Reads it where there is one.
   * @throws the system's error where it is there and cannot be read, and an Error where it is damaged
   */
  async read(): Promise<string | undefined> {
    if (this.#folder === undefined) return this.#value;
    try {
      const text = await readFile(join(this.#folder, PEPPER_FILE), "latin1");
      if (!isPepperText(text)) throw new Error(`${PEPPER_FILE} is damaged`);
      this.#value = text.trim();
      this.isUnreadable = false;
    } catch (error) {
      this.isUnreadable = !NOT_THERE.has(errorCode(error) ?? "");
      if (this.isUnreadable) throw error;
      this.#value = undefined;
    }
    return this.#value;
  }

  /**
   * The one there is, or a new one; the file is on the disk when this resolves.
   * @throws the system's error where it cannot be written
   */
  async ensure(): Promise<string> {
    const known = this.#value ?? (await this.read());
    if (known !== undefined) return known;
    const value = randomBytes(32).toString("hex");
    if (this.#folder !== undefined) {
      giveFolders(await mkdir(this.#folder, { recursive: true, mode: 0o700 }), this.#folder);
      try {
        await writeFile(join(this.#folder, PEPPER_FILE), `${value}\n`, {
          mode: 0o600,
          flag: "wx",
          flush: true,
        });
        giveToFolderOwner(join(this.#folder, PEPPER_FILE));
      } catch (error) {
        // Another process was faster: its keys and ours must have the same.
        if (errorCode(error) !== "EEXIST") throw error;
        return (await this.read()) ?? this.ensure();
      }
    }
    this.#value = value;
    return value;
  }

  /** Tells the log that the keys cannot be read: where the system refuses the file, with its folder and what helps. */
  tellUnreadable(log: Log, error: unknown): void {
    const reason = errorCode(error);
    const folder = this.#folder;
    if (!this.isUnreadable || reason === undefined || folder === undefined) {
      log.error("keys_unavailable", "The client keys of the store cannot be read.", {}, error);
      return;
    }
    const words = `Whether the store has client keys cannot be read (${reason}), and only those of server.api_keys are let in.`;
    const fix = `Make ${folder} readable for this user, or name another folder by --data-dir or OAI_GATEWAY_DATA_DIR.`;
    log.error("keys_unavailable", `${words} ${fix}`, { reason, folder });
  }

  /** There are no keys any more. A file that cannot be removed stays, and then keys are still asked for. */
  async remove(): Promise<void> {
    if (this.#folder !== undefined) {
      try {
        await rm(join(this.#folder, PEPPER_FILE), { force: true });
      } catch {
        return;
      }
    }
    this.#value = undefined;
  }
}
