// Starts the gateway in a process that was set up for it: the same one, begun anew with what can only be set from
// outside.

import { processEnv } from "../core/env.ts";
import { compileCacheFolder } from "./compile-cache.ts";

/**
 * Replaces this process by itself (execve: the same id, the same files and terminal), for commands that run for long.
 * The second start finds even the entry's compiled code in Node's cache, so that the compiler for TypeScript, 17 MiB,
 * is not loaded. Returns where it need not or cannot be done: then all works the same, with more memory.
 */
export function beginAnew(args: readonly string[]): void {
  const { execArgv, execPath, execve } = process;
  if (execve === undefined) return;
  const env = { ...processEnv() };
  if (env["NODE_COMPILE_CACHE"] !== undefined || env["NODE_DISABLE_COMPILE_CACHE"] !== undefined) return;
  // A parent that talks to us by a channel, or a debugger, holds on to this process as it is.
  if (process.send !== undefined || execArgv.some((flag) => flag.startsWith("--inspect"))) return;
  const cache = compileCacheFolder();
  if (cache !== undefined) env["NODE_COMPILE_CACHE"] = cache;
  // The second start must not begin anew once more.
  else env["NODE_DISABLE_COMPILE_CACHE"] = "1";
  // Threads that free buffers otherwise keep an arena of the allocator each.
  env["MALLOC_ARENA_MAX"] ??= "2";
  const [, script = ""] = process.argv;
  try {
    execve.call(process, execPath, [execPath, ...execArgv, script, ...args], env as Record<string, string>);
  } catch {
    // Not on this system: the gateway goes on in this process.
  }
}
