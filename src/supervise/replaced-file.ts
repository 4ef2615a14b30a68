// Puts a text in place of a file: by a new file of its name where that can be, else into the file as it is. A single file
// that is mounted, as with Docker, has a folder that may not be written and a name that nothing can be renamed to.

import { randomBytes } from "node:crypto";
import { access, chown, constants, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode } from "../core/error-code.ts";

/** How a file can be changed: at once by a new one, in place, or not at all. */
export type WriteWay = "replace" | "in_place" | "none";

/** What the system says where no file can be made or renamed there, whatever may be done with the file itself. */
const NO_REPLACEMENT: ReadonlySet<string> = new Set(["EACCES", "EBUSY", "EPERM", "EROFS", "EXDEV"]);

/** How this file can be changed now, links followed. Never rejects. */
export async function writeWayOf(path: string): Promise<WriteWay> {
  try {
    const target = await realpath(path);
    const isReplaceable =
      (await mayBe(dirname(target), constants.W_OK | constants.X_OK)) && !(await isMounted(target));
    if (isReplaceable) return "replace";
    return (await mayBe(target, constants.W_OK)) ? "in_place" : "none";
  } catch {
    return "none";
  }
}

/**
 * Puts a text in place of a file, with its mode and owner; a link stays one. Where it has to be written in place,
 * `keepFirst` has ended before: a process that is killed meanwhile leaves a part of the text.
 * @throws what the system says, or what `keepFirst` has thrown: then the file is as it was
 */
export async function writeOver(path: string, text: string, keepFirst: () => Promise<void>): Promise<void> {
  const target = await realpath(path);
  if ((await writeWayOf(target)) !== "in_place") {
    try {
      await replace(target, text);
      return;
    } catch (error) {
      if (!NO_REPLACEMENT.has(errorCode(error) ?? "")) throw error;
      // What is the matter with the folder is told where the file cannot be written either.
      if (!(await mayBe(target, constants.W_OK))) throw error;
    }
  }
  await keepFirst();
  await writeInPlace(target, text);
}

async function replace(target: string, text: string): Promise<void> {
  const { mode, uid, gid } = await stat(target);
  const aside = join(dirname(target), `.${randomBytes(8).toString("hex")}.tmp`);
  try {
    const handle = await open(aside, "wx", mode & 0o777);
    try {
      await handle.chmod(mode & 0o777);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Only root may give a file away; who may not keeps it.
    await chown(aside, uid, gid).catch(() => undefined);
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** What was in it is put back where the disk has no room for the new text. */
async function writeInPlace(target: string, text: string): Promise<void> {
  const before = await readFile(target);
  const handle = await open(target, "r+");
  const fill = async (bytes: Buffer): Promise<void> => {
    for (let at = 0; at < bytes.length; )
      at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten;
    await handle.truncate(bytes.length);
    await handle.sync();
  };
  try {
    await fill(Buffer.from(text)).catch(async (error: unknown) => {
      await fill(before);
      throw error;
    });
  } finally {
    await handle.close();
  }
}

async function mayBe(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** Whether a file is a mount of its own; only Linux says so, elsewhere the rename does. */
async function isMounted(target: string): Promise<boolean> {
  const text = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  return text.split("\n").some((line) => unescaped(line.split(" ")[4] ?? "") === target);
}

/** The kernel writes spaces, tabs, line ends and backslashes of a path in octal. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
