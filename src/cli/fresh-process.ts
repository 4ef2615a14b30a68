// Starts the gateway in a process that was set up for it: the same one, begun anew with V8's and the allocator's limits,
// which can only be set from outside. Called by `main.ts` before anything else is loaded.

import { tmpdir } from "node:os";
import { join } from "node:path";
import { processEnv } from "../config/env.ts";

/**
 * The young generation grows to 128 MiB under load by default and keeps as many bodies alive besides; 8 MiB for each of
 * its halves is what requests need (docs/benchmarks.md, "Memory").
 */
const YOUNG_FLAG = "--max-semi-space-size=8";

/** Commands that run for long enough to be worth it. */
const LASTING = new Set(["serve", "demo"]);

/**
 * Replaces this process by itself (execve: the same id, the same files and terminal) where the command runs for long.
 * The second start finds compiled code in Node's cache, so that the compiler for TypeScript, 17 MiB, is not even
 * loaded. Returns where it need not or cannot be done: then all works the same, with more memory.
 */
export function beginAnew(args: readonly string[]): void {
  const command = args.find((arg) => !arg.startsWith("-")) ?? "serve";
  const { execArgv, execPath, execve } = process;
  if (!LASTING.has(command) || args.includes("--help") || execve === undefined) return;
  const isSetUp = execArgv.some((flag) => flag.startsWith("--max-semi-space-size"));
  // A parent that talks to us by a channel, or a debugger, holds on to this process as it is.
  if (isSetUp || process.send !== undefined || execArgv.some((flag) => flag.startsWith("--inspect"))) return;
  const env = { ...processEnv() };
  env["NODE_COMPILE_CACHE"] ??= join(tmpdir(), "node-compile-cache");
  env["MALLOC_ARENA_MAX"] ??= "2";
  const [, script = ""] = process.argv;
  try {
    execve.call(
      process,
      execPath,
      [execPath, YOUNG_FLAG, ...execArgv, script, ...args],
      env as Record<string, string>,
    );
  } catch {
    // Not on this system: the gateway goes on in this process.
  }
}
