// Ends with the npm that has started us. npm hands a signal to its shell alone, and the shell dies of it: the gateway
// would stay behind without a terminal, holding its port.

import type { Environment } from "../core/env.ts";
import { isStartedByNpm } from "../language/launch.ts";

/** How often the parent is looked at. */
const LOOK_MS = 250;

/** A script that leaves what it starts behind: by a command for that, or in the background. */
const LEAVES_BEHIND = /\b(?:nohup|setsid|disown)\b|(?<![&>])&(?![&>\d])/;

/**
 * Where npm (`npm run`, `npx`) has started this process, asks it to stop in order once its parent is gone. Keeps
 * nothing alive. On Windows, where a parent's end does not show, nothing happens.
 */
export function stopWithNpm(env: Environment): void {
  if (!isBoundToNpm(env) || process.platform === "win32") return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  timer.unref();
}

/** Whether a process with this environment is to end with the npm above it: not where npm's script means it to stay. */
export function isBoundToNpm(env: Environment): boolean {
  return isStartedByNpm(env) && !LEAVES_BEHIND.test(env["npm_lifecycle_script"] ?? "");
}
