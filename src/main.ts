// The process's entry: argv to one command, and its result to the exit code. `bin/oai-gateway.cjs` calls it, once it
// has seen that Node is new enough. Nothing is awaited at the top, so that it can be loaded by `require`.

import { stopWithNpm } from "./cli/npm-parent.ts";
import { runProgram } from "./cli/run.ts";
import type { KeepCode } from "./cli/terminal/command.ts";
import { CONFIG_THREAD } from "./config/thread/thread-word.ts";
import { type Environment, processEnv } from "./core/env.ts";

/**
 * Runs the command line of this process. `keepCode` is undefined where there is nothing to keep.
 *
 * @throws MODULE_NOT_FOUND where a file of the installation is missing
 */
export async function main(keepCode?: KeepCode): Promise<void> {
  if (isWorker(processEnv())) {
    const [{ runWorker }, { settleMemory }] = await Promise.all([
      import("./workers/worker.ts"),
      import("./cli/serve/start-memory.ts"),
    ]);
    await runWorker(settleMemory);
  } else if (isConfigThread()) {
    // It goes on until it is ended.
    await import("./config/thread/config-thread.ts");
    return;
  } else {
    stopWithNpm(processEnv());
    process.exitCode = await runProgram(process.argv.slice(2), keepCode);
  }
  // Everything is closed by now; should a handle have been left open, it must not keep the process up.
  setTimeout(() => process.exit(), 2_000).unref();
}

/** Whether this is one of several processes of a gateway, started by the one that owns it (`src/workers/crew.ts`). */
function isWorker(env: Environment): boolean {
  return env["OAI_GATEWAY_WORKER"] !== undefined && process.send !== undefined;
}

/** Whether this is the thread of a gateway that reads its configuration (`src/config/thread/config-reader.ts`). */
function isConfigThread(): boolean {
  return process.argv[2] === CONFIG_THREAD && !process.getBuiltinModule("node:worker_threads").isMainThread;
}
