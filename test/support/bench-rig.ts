// The load rig of `bench/rig/`, run as `npm run bench` runs it.

import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const RIG = resolve(import.meta.dirname, "../../bench/rig/main.ts");

/** One round with nobody beside the gateway, which runs from the sources; what the rig said and its exit code. */
export function runRig(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const whole = [RIG, "--rounds", "1", "--peers", "none", "--sources", ...args];
  return spawnSync(process.execPath, whole, { encoding: "utf8" });
}
