// The process's entry: argv to one command, and its result to the exit code. `bin/oai-gateway.cjs` calls it, once it
// has seen that Node is new enough. Nothing is awaited at the top, so that it can be loaded by `require`.

import { stopWithNpm } from "./cli/npm-parent.ts";
import { runProgram } from "./cli/run.ts";
import type { KeepCode } from "./cli/terminal/command.ts";
import { processEnv } from "./core/env.ts";

/** Runs the command line of this process. `keepCode` is undefined where there is nothing to keep. */
export function main(keepCode?: KeepCode): void {
  void run(keepCode);
}

async function run(keepCode: KeepCode | undefined): Promise<void> {
  stopWithNpm(processEnv());
  process.exitCode = await runProgram(process.argv.slice(2), keepCode);
  // Everything is closed by now; should a handle have been left open, it must not keep the process up.
  setTimeout(() => process.exit(), 2_000).unref();
}
