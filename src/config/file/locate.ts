// Finds the configuration file. Reads nothing of it.

import { statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Environment } from "../../core/env.ts";

/** Where to look. */
export type LocateOptions = {
  /** The value of --config, which wins and need not exist. */
  readonly flag: string | undefined;
  readonly cwd: string;
  readonly env: Environment;
  /** The operating system; this one when absent. */
  readonly platform?: NodeJS.Platform;
};

const NAMES = ["config.yaml", "config.yml"];

/** Absolute path of the file: --config, ./config.yaml, the user's configuration folder; undefined when there is none. */
export function locateConfig(options: LocateOptions): string | undefined {
  if (options.flag !== undefined) return resolve(options.cwd, options.flag);
  return configCandidates(options).find(isFile);
}

/** All places that are looked at, in order. */
export function configCandidates(options: Omit<LocateOptions, "flag">): readonly string[] {
  const folders = [options.cwd, userConfigFolder(options)];
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
}

/** The user's own folder for the gateway's configuration (XDG base directories; %APPDATA% on Windows). */
export function userConfigFolder({ env, platform = process.platform }: Omit<LocateOptions, "flag">): string {
  const appData = env["APPDATA"];
  if (platform === "win32")
    return join(
      appData !== undefined && appData !== "" ? appData : join(homeOf(env), "AppData", "Roaming"),
      "oai-gateway",
    );
  const xdg = env["XDG_CONFIG_HOME"];
  // The specification says to ignore a relative path.
  return join(xdg?.startsWith("/") ? xdg : join(homeOf(env), ".config"), "oai-gateway");
}

function homeOf(env: Environment): string {
  const home = env["HOME"] ?? env["USERPROFILE"];
  return home !== undefined && home !== "" ? home : homedir();
}

function isFile(path: string): boolean {
  // Whatever stands there and is no folder: a pipe or a symlink will do. Unreadable ones are reported by `load.ts`.
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
}
