// What `npm test` does before the tests: the checks that read the sources and the bundle that tests start, side by side.
// Not part of the gateway.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { ROOT } from "./build.ts";

/** Commands that have nothing to do with each other: what one writes, none of the others reads. */
const CHECKS: readonly string[] = [
  "npm run lint",
  "npm run types",
  "npm run dead-code",
  "node scripts/fresh-bundle.ts",
];

/** Whether a command ends well; what it says is shown in one piece when it has. */
async function succeeds(command: string): Promise<boolean> {
  const began = performance.now();
  // A shell, since npm is a script of the system's shell on Windows; it also keeps the order of what is said.
  const child = spawn(`${command} 2>&1`, { cwd: ROOT, shell: true, stdio: ["ignore", "pipe", "inherit"] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`${code === 0 ? "✔" : "✖"} ${command} (${seconds} s)\n${said}`.trimEnd());
  return code === 0;
}

const good = await Promise.all(CHECKS.map(succeeds));
const failed = CHECKS.filter((_, at) => good[at] !== true);
if (failed.length > 0) {
  console.error(
    `\nFailed, so that no test was run:\n${failed.map((command) => `  ✖ ${command}\n`).join("")}`,
  );
  process.exitCode = 1;
}
