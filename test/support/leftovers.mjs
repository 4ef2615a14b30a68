// Loaded into each process of the tests (`node --import FILE --test …`): when all its tests have ended and something of
// them is still open, the process ends with what that is, where it would run on without an end and say nothing.
// JavaScript, so that nothing has to be compiled before.

import { subscribe } from "node:diagnostics_channel";
import { after } from "node:test";
import { isMainThread } from "node:worker_threads";

/** What is being closed has had its time by then. */
const GRACE_MS = 20_000;

// The runner loads this file too, and so do threads of tests and what they fork.
const isTest = isMainThread && /\.(?:test|packed)\.m?[jt]s$/.test(process.argv[1] ?? "");
if (isTest && process.env["NODE_TEST_CONTEXT"]?.startsWith("child") === true) {
  /** @type {Set<import("node:child_process").ChildProcess>} */
  const running = new Set();
  subscribe("child_process", (message) => {
    const { process: child } = /** @type {{ process: import("node:child_process").ChildProcess }} */ (
      message
    );
    running.add(child);
    child.once("exit", () => running.delete(child));
  });
  after(() => {
    // It keeps nothing alive: a process that has nothing left ends before.
    setTimeout(() => endWith(running), GRACE_MS).unref();
  });
}

/** @param {ReadonlySet<import("node:child_process").ChildProcess>} running */
function endWith(running) {
  const open = process.getActiveResourcesInfo().join(", ");
  console.error(`All tests have ended, and these are still open after ${GRACE_MS / 1_000} s: ${open}`);
  for (const child of running) {
    console.error(`still running: ${child.spawnargs.join(" ")}`);
    child.kill("SIGKILL");
  }
  process.exit(1);
}
