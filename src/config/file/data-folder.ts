// Where the gateway keeps what it learns (model lists; later usage), and whether others may write there. Not where the
// configuration is read from.

import { stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { systemHome } from "./system-home.ts";

/** What the choice depends on. */
export type DataFolderInput = {
  /** `--data-dir`. */
  readonly flag?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
};

/**
 * The absolute data folder: `--data-dir`, else OAI_GATEWAY_DATA_DIR, else the first of STATE_DIRECTORY (systemd.exec(5):
 * absolute paths with colons between them), else the platform's folder for data of applications (`%LOCALAPPDATA%`, or
 * $XDG_DATA_HOME, which counts only when absolute: XDG Base Directory Specification). Creates nothing.
 */
export function dataFolder(input: DataFolderInput): string {
  const { env, platform = process.platform, home = systemHome() } = input;
  const chosen = filled(input.flag) ?? filled(env["OAI_GATEWAY_DATA_DIR"]);
  if (chosen !== undefined) return resolve(chosen);
  const [state] = (env["STATE_DIRECTORY"] ?? "").split(":");
  if (platform !== "win32" && state?.startsWith("/")) return resolve(state);
  if (platform === "win32") {
    return join(filled(env["LOCALAPPDATA"]) ?? join(home, "AppData", "Local"), "oai-gateway");
  }
  const xdg = filled(env["XDG_DATA_HOME"]);
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, ".local", "share");
  return join(base, "oai-gateway");
}

/** Group and all others may write: they could put files of theirs in the place of ours. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The mode, such as `777`, of a data folder that other users of the machine may write to; undefined for one that is
 * private, is not there, does not answer, or is on a system without such modes.
 */
export async function exposedMode(folder: string): Promise<string | undefined> {
  if (process.platform === "win32") return undefined;
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || (found.mode & WRITABLE_BY_OTHERS) === 0) return undefined;
  return (found.mode & 0o777).toString(8);
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value;
}
