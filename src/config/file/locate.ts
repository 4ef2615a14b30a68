// Finds the configuration file. Reads nothing of it.

import { statSync } from "node:fs";
import { isAbsolute, join, parse, relative, resolve } from "node:path";
import type { Environment } from "../../core/env.ts";
import { systemHome } from "./system-home.ts";

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

/** Where a service of the machine has its configuration; Windows has no such folder. */
export const SYSTEM_CONFIG_FOLDER = "/etc/oai-gateway";

/** The variable that stands for `--config`. */
export const CONFIG_VARIABLE = "OAI_GATEWAY_CONFIG";

/**
 * Absolute path of the file: --config, OAI_GATEWAY_CONFIG (neither need exist), ./config.yaml, the user's configuration
 * folder, the system's; undefined when there is none.
 */
export function locateConfig(options: LocateOptions): string | undefined {
  const named = options.flag ?? namedByVariable(options.env);
  if (named !== undefined) return resolve(options.cwd, named);
  return configCandidates(options).find(isFile);
}

/** The path that OAI_GATEWAY_CONFIG gives; undefined where it is unset or empty. */
export function namedByVariable(env: Environment): string | undefined {
  const value = env[CONFIG_VARIABLE];
  return value === undefined || value.trim() === "" ? undefined : value;
}

/** All places that are looked at where none is named, in order. */
export function configCandidates(options: Omit<LocateOptions, "flag">): readonly string[] {
  const { platform = process.platform } = options;
  const system = platform === "win32" ? [] : [SYSTEM_CONFIG_FOLDER];
  const folders = [options.cwd, userConfigFolder(options), ...system];
  return [...new Set(folders.flatMap((folder) => NAMES.map((name) => join(folder, name))))];
}

/**
 * A path as people see it: relative where it is below the working folder. Of a working folder that is a root every path
 * is below, and `etc/…` would be taken for another one.
 */
export function shownPath(cwd: string, path: string): string {
  const short = relative(cwd, path);
  const isBelow = short !== "" && !short.startsWith("..") && !isAbsolute(short);
  return isBelow && parse(cwd).root !== cwd ? short : path;
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
  return home !== undefined && home !== "" ? home : systemHome();
}

/** Whether something stands there that is no folder: a pipe or a symlink will do. Never throws. */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    // Something is there that cannot be looked at. To go on without it would hide that; `load.ts` tells why.
    return true;
  }
}
