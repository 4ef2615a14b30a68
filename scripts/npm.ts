// Runs npm from a script, without a shell where it can be. Not part of the gateway.

import { execFileSync } from "node:child_process";

/** Runs npm, on every system; where npm runs this, the same one. */
export function npm(args: readonly string[], folder: string): string {
  const { npm_execpath: script } = process.env;
  const isScript = script?.endsWith(".js") === true;
  const program = isScript ? process.execPath : "npm";
  return execFileSync(program, isScript ? [script, ...args] : [...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    shell: !isScript && process.platform === "win32",
  });
}
