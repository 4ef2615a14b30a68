// Where Node may keep compiled code between runs. Whoever can write there has his code run by us, with every key of
// the configuration in reach, and Node does not look at who made the folder: so it is one that only we can write, or
// none.

import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { processEnv } from "../core/env.ts";

/** Write access for the group or for everybody. */
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * A folder of this user's for compiled code, made where it is missing; undefined where there is none that only this
 * user can write. Never throws.
 */
export function compileCacheFolder(): string | undefined {
  try {
    const folder = join(cacheHome(), "oai-gateway", "compile-cache");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
    return isOurs(folder) && isGuarded(dirname(folder)) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Where this system keeps what can be made anew: the base directory specification of freedesktop.org, or its like. */
function cacheHome(): string {
  const env = processEnv();
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = env;
  if (xdg !== undefined && isAbsolute(xdg)) return xdg;
  if (process.platform === "win32" && local !== undefined) return local;
  return process.platform === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
}

/** A folder, and no link to one, that belongs to this user and that nobody else can write. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  // Windows has no such modes; the folder of an account is guarded by it.
  if (process.getuid === undefined) return found.isDirectory();
  return found.isDirectory() && found.uid === process.getuid() && (found.mode & WRITABLE_BY_OTHERS) === 0;
}

/** Nobody but this user and root can put another folder into the place of one on the way there. */
function isGuarded(folder: string): boolean {
  if (process.getuid === undefined) return true;
  for (let at = folder; ; at = dirname(at)) {
    const { uid, mode } = lstatSync(at);
    const isForeign = uid !== process.getuid() && uid !== 0;
    const isOpen = (mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0;
    if (isForeign || isOpen) return false;
    if (at === dirname(at)) return true;
  }
}
