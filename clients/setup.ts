// Sets one client up in the cache from its registry: what is there already, in the same versions, stays.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type ClientSet, SETS, type SetName } from "./versions.ts";

const run = promisify(execFile);
const STAMP = "installed.json";
/** Of one package manager; the largest of the clients take less than a minute on a good line. */
const INSTALL_MS = 600_000;

/** Where clients are kept between runs, unless another folder is named. */
export function usualCache(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "oai-gateway-clients");
}

/**
 * The folder of an installed set: with `node_modules/` or a virtual environment in it.
 * @throws Error where its registry does not have it
 */
export async function setUp(name: SetName, cache: string): Promise<string> {
  const set: ClientSet = SETS[name];
  const folder = join(cache, name);
  const stamp = JSON.stringify(set);
  if ((await textOf(join(folder, STAMP))) === stamp) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await (set.registry === "npm" ? installByNpm(set, folder) : installByPip(set, folder));
  await writeFile(join(folder, STAMP), stamp);
  return folder;
}

async function installByNpm(set: ClientSet, folder: string): Promise<void> {
  const described = { private: true, type: "module", dependencies: set.packages };
  await writeFile(join(folder, "package.json"), JSON.stringify(described));
  const npm = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", npm, { cwd: folder, timeout: INSTALL_MS });
  if (set.afterwards === undefined) return;
  const [client = ""] = Object.keys(set.packages);
  const script = join(folder, "node_modules", client, set.afterwards);
  await run(process.execPath, [script], { cwd: join(script, ".."), timeout: INSTALL_MS });
}

async function installByPip(set: ClientSet, folder: string): Promise<void> {
  await run("python3", ["-m", "venv", join(folder, "venv")], { timeout: INSTALL_MS });
  const packages = Object.entries(set.packages).map(([name, version]) => `${name}==${version}`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
  await run(join(folder, "venv/bin/python"), pip, { timeout: INSTALL_MS });
}

async function textOf(file: string): Promise<string | undefined> {
  return existsSync(file) ? readFile(file, "utf8") : undefined;
}
