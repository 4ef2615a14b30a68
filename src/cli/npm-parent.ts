// Ends with the npm that has started us. npm hands a signal to its shell alone, and the shell dies of it: the gateway
// would stay behind without a terminal, holding its port.

import type { Environment } from "../core/env.ts";

/** How often the parent is looked at. */
const LOOK_MS = 250;

/**
 * Where npm (`npm run`, `npx`) has started this process, asks it to stop in order once its parent is gone. Keeps
 * nothing alive. On Windows, where a parent's end does not show, nothing happens.
 */
export function stopWithNpm(env: Environment): void {
  if (env["npm_lifecycle_event"] === undefined || process.platform === "win32") return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  timer.unref();
}
