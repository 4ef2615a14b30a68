// Why nothing can be kept in a data folder, and what to do about it: for commands that found out that they cannot. Leaves
// nothing behind.

import { randomBytes } from "node:crypto";
import { constants, readdirSync, realpathSync, statSync } from "node:fs";
import { access, readdir, rm, stat, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../../core/error-code.ts";
import { type Message, message } from "../../language/messages.ts";
import type { Failure } from "../terminal/command.ts";

/** As much as the smallest write to a database. */
const PROBE_BYTES = 8_192;

/** Why what is in the folder cannot be read; undefined where it can, or where there is no folder yet. */
export async function unreadableFolder(folder: string): Promise<Failure | undefined> {
  try {
    if (!(await stat(folder)).isDirectory())
      return { message: message("folder.isFile", { folder }), fix: elsewhere() };
    await access(folder, constants.R_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    switch (errorCode(error)) {
      case "ENOENT":
        return undefined;
      case "ENOTDIR":
        return { message: message("folder.belowFile", { folder }), fix: elsewhere() };
      default:
        return { message: message("folder.shut", { folder, user: userName() }), fix: give(folder) };
    }
  }
}

/** Why nothing can be written there, found by writing something; undefined where that worked. */
export async function unwritableFolder(folder: string): Promise<Failure | undefined> {
  const unreadable = await unreadableFolder(folder);
  if (unreadable !== undefined) return unreadable;
  const there = await nearestThere(folder);
  const probe = join(there, `.oai-gateway-${randomBytes(8).toString("hex")}.tmp`);
  try {
    await writeFile(probe, Buffer.alloc(PROBE_BYTES), { flag: "wx", mode: 0o600 });
  } catch (error) {
    return unwritten(folder, there, errorCode(error) ?? "");
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
  return there === folder ? await unwritableFile(folder) : undefined;
}

function unwritten(folder: string, there: string, code: string): Failure {
  const user = userName();
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return { message: message("folder.full", { folder }), fix: message("folder.fixFull") };
    case "EROFS":
      return { message: message("folder.readOnly", { folder }), fix: elsewhere() };
    case "EACCES":
    case "EPERM":
      return there === folder
        ? { message: message("folder.unwritable", { folder, user }), fix: give(folder) }
        : { message: message("folder.unmade", { folder, there, user }), fix: make(folder) };
    default:
      return { message: message("folder.failed", { folder, code }), fix: elsewhere() };
  }
}

/** Files of another user, as a start by `sudo` leaves them. */
async function unwritableFile(folder: string): Promise<Failure | undefined> {
  const user = userName();
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    try {
      await access(file, constants.R_OK | constants.W_OK);
    } catch (error) {
      if (errorCode(error) !== "ENOENT")
        return { message: message("folder.fileShut", { file, user }), fix: give(folder, file) };
    }
  }
  return undefined;
}

async function nearestThere(folder: string): Promise<string> {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    if ((await stat(at).catch(() => undefined)) !== undefined) return at;
  }
  return dirname(folder);
}

/** `path`: what is shut, the folder or a file in it. */
function give(folder: string, path = folder): Message {
  if (process.platform === "win32") return elsewhere();
  try {
    // Of a link neither command goes through the folder that it leads to.
    const real = quoted(realpathSync(folder));
    // Whoever owns something needs no other owner, but its rights.
    const isOwn = statSync(path).uid === process.getuid?.();
    if (!isOwn && !isOfGateway(folder)) return elsewhere();
    const command = isOwn ? `chmod -R u+rwX ${real}` : `sudo chown -R ${quoted(userName())} ${real}`;
    return message("folder.fixGive", { command });
  } catch {
    // What is in it nobody knows, or the way to it is shut, which is the matter of whoever shut it.
    return elsewhere();
  }
}

/** Whether a folder is the gateway's alone: whoever is given all of `/var`, by a slip, has broken the machine. */
function isOfGateway(folder: string): boolean {
  if (basename(folder) === "oai-gateway") return true;
  const names = readdirSync(folder);
  return names.length === 0 || names.includes("usage.db") || names.includes("key-pepper");
}

function make(folder: string): Message {
  if (process.platform === "win32") return elsewhere();
  return message("folder.fixGive", {
    command: `sudo install -d -m 700 -o ${quoted(userName())} ${quoted(folder)}`,
  });
}

function elsewhere(): Message {
  return message("folder.fixElsewhere");
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The account that this process runs as; its number where it has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "");
  }
}
