// Files that a person will own: written whole or not at all, and never over what is there unless that was said.

import { randomBytes } from "node:crypto";
import {
  access,
  appendFile,
  chmod,
  constants,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode } from "../../core/error-code.ts";
import { isUtf16 } from "../../core/files/utf16.ts";

/** All rights of the group and of everybody. */
const OTHERS = 0o077;

/** Whether something is there. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** Why a file could not be written into a folder; undefined where it could. */
export async function obstacleIn(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

/**
 * Writes a file aside and puts it in its place, for nobody else to read. A link stays one: what it leads to is replaced.
 * @throws the system's error; nothing is half-written then
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const aside = join(dirname(target), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeFile(aside, text, { mode: 0o600, flag: "wx" });
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** Who else can read a `.env`: nobody, nobody any more, or others still, since it belongs to somebody else. */
export type EnvFileReach = "own" | "tightened" | "open";

/**
 * Adds variables to the `.env` of a folder, which is made for nobody else to read where there is none, and is closed to
 * others where it was open. What is in it stays as it is, in UTF-8 from now on.
 * @throws the system's error; ENOTSUP for a pipe, which managers of secrets put there and which keeps nothing
 */
export async function addToEnvFile(folder: string, keys: ReadonlyMap<string, string>): Promise<EnvFileReach> {
  const path = join(folder, ".env");
  const lines = [...keys].map(([name, key]) => `${name}=${quoted(key)}\n`).join("");
  if (!(await isThere(path))) {
    await writeWhole(path, lines);
    return "own";
  }
  const found = await stat(path);
  if (found.isFIFO()) throw Object.assign(new Error("a pipe keeps nothing"), { code: "ENOTSUP" });
  const bytes = await readFile(path);
  const before = decoded(bytes);
  // Before the keys are in it: nobody is to read them in between.
  const reach = await closeToOthers(path, found.mode);
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  // Two encodings in one file nobody could read.
  if (isUtf16(bytes)) await writeWhole(path, `${before}${gap}${lines}`);
  else await appendFile(path, `${gap}${lines}`);
  return reach;
}

/** As it is meant: Windows PowerShell writes UTF-16 by `>`. A byte order mark is dropped. */
function decoded(bytes: Buffer): string {
  if (!isUtf16(bytes)) return bytes.toString("utf8");
  return new TextDecoder(bytes[0] === 0xff ? "utf-16le" : "utf-16be").decode(bytes);
}

async function closeToOthers(path: string, mode: number): Promise<EnvFileReach> {
  // Windows has no such rights; the account's folder guards what is in it.
  if ((mode & OTHERS) === 0 || process.platform === "win32") return "own";
  return chmod(path, mode & 0o700).then(
    () => "tightened",
    () => "open",
  );
}

/**
 * As the reader of `.env` reads it: plain, or in the kind of quotes that it does not hold; in double quotes last, where
 * `\n` is a line's end.
 */
function quoted(value: string): string {
  if (/^[A-Za-z0-9_.:/+=-]*$/.test(value)) return value;
  const quote = ["'", "`", '"'].find((one) => !value.includes(one)) ?? "";
  return `${quote}${value}${quote}`;
}
