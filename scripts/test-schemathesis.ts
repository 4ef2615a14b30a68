// `npm run test:schemathesis`: a gateway with a store, and schemathesis against the document of its admin API, with all
// checks and a bounded number of examples. Schemathesis is installed into a virtual environment below the user's cache.
// Wants Python 3.10 or newer with venv. Not part of the gateway.

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./build.ts";

/** Pinned: a newer one checks more, which is a change of its own. */
const VERSION = "4.32.5";
const TOKEN = "token-of-the-schemathesis-test";
const EXAMPLES = "10";
/** Seconds of the run, which goes on until they are spent. */
const MOST_SECONDS = 240;
/** Seconds until one request is given up, and until the program is ended that has not ended itself. */
const MOST_SECONDS_A_REQUEST = 10;
const MOST_SECONDS_IN_ALL = 420;

/** The program, installed where it is not there yet. */
function schemathesis(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "oai-gateway-schemathesis", VERSION);
  const bin = join(folder, process.platform === "win32" ? "Scripts" : "bin");
  const program = join(bin, "schemathesis");
  if (existsSync(program) || existsSync(`${program}.exe`)) return program;
  mkdirSync(folder, { recursive: true });
  execFileSync(process.platform === "win32" ? "python" : "python3", ["-m", "venv", folder], {
    stdio: "inherit",
  });
  execFileSync(join(bin, "pip"), ["install", "--quiet", `schemathesis==${VERSION}`], { stdio: "inherit" });
  return program;
}

/** The gateway, and where it listens. */
async function gateway(folder: string): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const config = join(folder, "config.yaml");
  writeFileSync(
    config,
    `server: {port: 0}
admin: {token: ${TOKEN}}
log: {format: json}
endpoints: [{name: local, base_url: "http://127.0.0.1:9/v1", api_key: k, models: [m]}]
`,
  );
  const args = ["bin/oai-gateway.cjs", "serve", "--config", config, "--data-dir", join(folder, "data")];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface(child.stdout);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  lines.on("line", (line) => {
    const [, found] = /"url":"(http:\/\/[^"/]+)"/.exec(line) ?? [];
    if (found !== undefined) resolve(found);
  });
  child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}`)));
  return { url: await promise, child };
}

const program = schemathesis();
const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
const { url, child } = await gateway(folder);
try {
  const { status } = spawnSync(
    program,
    [
      ...["--config-file", join(ROOT, "scripts", "schemathesis.toml"), "run"],
      `${url}/admin/v1/openapi.json`,
      ...["--header", `Authorization: Bearer ${TOKEN}`, "--checks", "all"],
      ...["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", EXAMPLES],
      ...["--continue-on-failure", "--generation-database", "none"],
      ...["--max-time", String(MOST_SECONDS), "--request-timeout", String(MOST_SECONDS_A_REQUEST)],
      ...process.argv.slice(2),
    ],
    { stdio: "inherit", cwd: folder, timeout: MOST_SECONDS_IN_ALL * 1_000, killSignal: "SIGKILL" },
  );
  process.exitCode = status ?? 1;
} finally {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
