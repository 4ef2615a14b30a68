// Files that a person will own: written whole or not at all, and never over what is there unless that was said.

import { randomBytes } from "node:crypto";
import {
  access,
  appendFile,
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

/**
 * Adds variables to the `.env` of a folder, which is made for nobody else to read where there is none. What is in it
 * stays as it is.
 * @throws the system's error; ENOTSUP for a pipe, which managers of secrets put there and which keeps nothing
 */
export async function addToEnvFile(folder: string, keys: ReadonlyMap<string, string>): Promise<void> {
  const path = join(folder, ".env");
  const lines = [...keys].map(([name, key]) => `${name}=${quoted(key)}\n`).join("");
  if (!(await isThere(path))) {
    await writeWhole(path, lines);
    return;
  }
  if ((await stat(path)).isFIFO())
    throw Object.assign(new Error("a pipe keeps nothing"), { code: "ENOTSUP" });
  const before = await readFile(path, "utf8");
  const gap = before === "" || before.endsWith("\n") ? "" : "\n";
  await appendFile(path, `${gap}${lines}`);
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
