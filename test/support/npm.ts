// npm as a user has it: under the Node of the test, in a home of its own, and without what the npm above has handed down.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { CliRun, NODE } from "./cli.ts";
import { folderFor } from "./folder.ts";

/** The environment of somebody whose home is this folder, with the Node of the test first on the path. */
export function homeEnvironment(home: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [dirname(NODE), process.env["PATH"]].join(delimiter),
    HOME: home,
    npm_config_cache: join(home, "cache"),
    LC_ALL: "C.UTF-8",
  };
  for (const name of Object.keys(env)) {
    if (/^npm_(?:package|lifecycle|command|config_prefix|config_local)|^XDG_|_API_KEY$/.test(name))
      Reflect.deleteProperty(env, name);
  }
  return env;
}

// On Windows npm is a batch file, which only a shell can start.
const SHELL = process.platform === "win32";

/** Runs npm to its end; gives back what it said on standard output. */
export function npm(t: TestContext, ...args: readonly string[]): string {
  const home = folderFor(t);
  return execFileSync("npm", [...args], {
    cwd: home,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: homeEnvironment(home),
    shell: SHELL,
  });
}

/** Starts a command of npm's, or one that npm has installed, in an empty home. */
export function startIn(t: TestContext, home: string, command: string, args: readonly string[]): CliRun {
  const child = spawn(command, [...args], {
    cwd: home,
    env: homeEnvironment(home),
    stdio: ["ignore", "pipe", "pipe"],
    shell: SHELL,
  });
  const run = new CliRun(child, home);
  t.after(async () => {
    end(child);
    await run.ended;
  });
  return run;
}

/** Ends a process that may have one below it, which Windows would leave behind. */
function end(child: ChildProcess): void {
  if (SHELL && child.pid !== undefined) {
    if (child.exitCode === null)
      execFileSync("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
  } else child.kill("SIGKILL");
}
