// What `npm test` does before the tests: the checks that read the sources, side by side. Not part of the gateway.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { ROOT } from "./build.ts";

/** Scripts of `package.json`, none of which writes what another reads. */
const CHECKS = ["lint", "types", "dead-code"] as const;

/** Runs one as `npm run NAME` does, and shows what it said in one piece; whether it found nothing. */
async function isGood(name: string): Promise<boolean> {
  // The shell joins what is said of failures and of the rest; npm is a script of the system's shell on Windows.
  const child = spawn(`npm run --silent ${name} 2>&1`, {
    cwd: ROOT,
    shell: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  console.log(`${code === 0 ? "✔" : "✖"} ${name}\n${said}`.trimEnd());
  return code === 0;
}

async function main(): Promise<number> {
  const good = await Promise.all(CHECKS.map(isGood));
  const failed = CHECKS.filter((_, at) => good[at] !== true);
  if (failed.length === 0) return 0;
  console.error(`\n${failed.map((name) => `✖ npm run ${name} failed`).join("\n")}\nNo test was run.`);
  return 1;
}

process.exitCode = await main();
