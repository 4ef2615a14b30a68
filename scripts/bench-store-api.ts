// `node scripts/bench-store-api.ts FOLDER`: starts a gateway on a store that `npm run bench-store ROWS FOLDER` has filled and
// on an empty one, and prints how long the starts and the answers of the admin API take. Not part of the gateway.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PROGRAM = resolve(import.meta.dirname, "../bin/oai-gateway.cjs");
const PORT = 18_471;
const TOKEN = "token-for-a-measurement";
const STARTS = 4;
const TIMES = 4;
const DAY = 86_400_000;

function since(days: number): string {
  return `from=${new Date(Date.now() - days * DAY).toISOString()}`;
}

const PATHS: readonly string[] = [
  ...["key", "model", "endpoint", "tag", "hour"].map((by) => `usage?by=${by}&${since(30)}`),
  `usage?by=minute&${since(1)}`,
  `usage?by=hour,model&${since(7)}`,
  `usage?by=key,model&${since(30)}`,
  `usage?by=day,key&utc_offset=480&${since(30)}`,
  `latency?${since(1)}&by=minute`,
  `latency?${since(30)}&by=hour`,
  `latency?${since(30)}&by=model`,
  `latency?${since(7)}&by=hour,model`,
  "beats?minutes=5&count=288",
  "shares?minutes=1440",
  "requests?limit=100",
  "requests?limit=100&key=key-3",
  "requests?limit=100&model=model-3&endpoint=endpoint-1",
  "requests?limit=100&min_status=400",
  "requests?limit=100&key=key-3&min_status=400",
  "requests/req_abc",
  "budgets",
];

/** A gateway that answers, and how long that took. */
async function start(folder: string): Promise<{ child: ChildProcess; readyMs: number }> {
  const place = mkdtempSync(join(tmpdir(), "bench-store-api-"));
  const file = join(place, "config.yaml");
  const endpoints = Array.from(
    { length: 8 },
    (_, at) => `  - name: endpoint-${at}\n    base_url: http://127.0.0.1:9/v1`,
  ).join("\n");
  writeFileSync(
    file,
    `server:\n  port: ${PORT}\nstore:\n  folder: ${JSON.stringify(folder)}\nendpoints:\n${endpoints}\n`,
  );
  const began = performance.now();
  const child = spawn(process.execPath, [PROGRAM, "serve", "-c", file], {
    env: { ...process.env, OAI_GATEWAY_ADMIN_TOKEN: TOKEN },
    stdio: process.env["BENCH_STORE_LOG"] === undefined ? "ignore" : "inherit",
  });
  child.once("exit", () => rmSync(place, { recursive: true, force: true }));
  while (child.exitCode === null) {
    const isReady = await fetch(`http://127.0.0.1:${PORT}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { child, readyMs: performance.now() - began };
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error("The gateway did not start.");
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function ask(path: string): Promise<{ ms: number; bytes: number }> {
  const began = performance.now();
  const answer = await fetch(`http://127.0.0.1:${PORT}/admin/v1/${path}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  const bytes = (await answer.arrayBuffer()).byteLength;
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return { ms: performance.now() - began, bytes };
}

async function main(folder: string): Promise<void> {
  const empty = mkdtempSync(join(tmpdir(), "bench-store-empty-"));
  for (const [name, one] of [
    ["empty", empty],
    ["filled", folder],
  ] as const) {
    const ready: number[] = [];
    const page: number[] = [];
    for (let round = 0; round < STARTS; round += 1) {
      const { child, readyMs } = await start(one);
      ready.push(readyMs);
      page.push((await ask("requests?limit=50")).ms);
      await stop(child);
    }
    const [ms, first] = [Math.min(...ready), Math.min(...page)];
    console.log(
      `start, ${name} store: ${ms.toFixed(0)} ms; the first page of requests after that ${first.toFixed(0)} ms`,
    );
  }
  rmSync(empty, { recursive: true, force: true });
  const { child } = await start(folder);
  for (const path of PATHS) {
    const answers: { ms: number; bytes: number }[] = [];
    for (let round = 0; round <= TIMES; round += 1) answers.push(await ask(path));
    const [cold] = answers;
    const warm = Math.min(...answers.slice(1).map(({ ms }) => ms));
    const name = path.replace(/from=[^&]*&?/, "").replace(/[?&]$/, "");
    console.log(
      `${name.padEnd(56)} ${warm.toFixed(1).padStart(8)} ms   first ${(cold?.ms ?? 0).toFixed(1).padStart(8)} ms   ${((cold?.bytes ?? 0) / 1e3).toFixed(0).padStart(6)} kB`,
    );
  }
  await stop(child);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder of a store.");
await main(resolve(folder));
