// The load rig: what a request and an event of a stream cost the gateway in CPU time, beside nginx as a plain proxy in
// the same run. Loopback only and bounded. Prints a Markdown table on stdout, progress on stderr. Linux with nginx and
// taskset (util-linux) on the path. Run: npm run bench -- --rounds 6
//
// Without --scenarios and --only the benchmarks of single parts (`bench/*.bench.ts`) follow.
//
// --rounds N, --seconds N (of a window), --scenarios "S1,S4", --only gateway,nginx, --before FOLDER (another checkout
// with its packages installed, measured in the same rounds).

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { LoadOrder, LoadReport } from "./load.ts";
import { gatewayAt, NGINX, type Peer, type RunningPeer, startHelper, startPeer } from "./peers.ts";
import { type Figure, SCENARIOS, WARM_UP } from "./scenarios.ts";
import { Samples } from "./table.ts";

/** The longest scenario has two windows, and its load ends itself after two minutes. */
const MOST_SECONDS = 50;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "4" },
    seconds: { type: "string", default: "2" },
    scenarios: { type: "string" },
    only: { type: "string" },
    before: { type: "string" },
  },
});
const rounds = numberOf("rounds", 100);
const windowMs = numberOf("seconds", MOST_SECONDS) * 1_000;
const scenarios = SCENARIOS.filter(
  ({ name }) => values.scenarios === undefined || values.scenarios.split(",").includes(name),
);
const peers = [
  NGINX,
  ...(values.before === undefined ? [] : [gatewayAt("before", resolve(values.before))]),
  gatewayAt("gateway", resolve(import.meta.dirname, "../..")),
].filter(({ name }) => values.only === undefined || values.only.split(",").includes(name));
const samples = new Samples(peers.map(({ name }) => name));

function numberOf(name: "rounds" | "seconds", most: number): number {
  const value = Number(values[name]);
  if (value > 0 && value <= most) return value;
  throw new Error(`--${name} must be above 0 and at most ${most}`);
}

async function load(peer: RunningPeer, directPort: number, order: Partial<LoadOrder>): Promise<LoadReport> {
  const whole = { ...order, port: peer.port, directPort, pid: peer.pid };
  const child = startHelper("load.ts", [JSON.stringify(whole)]);
  if (child.stdout === null) throw new Error("the load has no output");
  const [report] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return JSON.parse(report) as LoadReport;
}

async function measure(peer: Peer, endpointPort: number): Promise<void> {
  const running = await startPeer(peer, endpointPort);
  try {
    let isWarm = false;
    for (const scenario of scenarios) {
      if (!scenario.isCold && !isWarm) {
        await load(running, endpointPort, WARM_UP);
        isWarm = true;
      }
      const report = await load(running, endpointPort, scenario.order(windowMs));
      const failed = report.failed > 0 ? `, ${report.failed} FAILED` : "";
      take(peer.name, scenario.name, scenario.about, scenario.figures(report), failed);
    }
    take(peer.name, "S6", "at rest, a second after the start", [
      { name: "memory (RSS)", unit: "MiB", value: running.idleRssBytes / 1_024 / 1_024 },
      { name: "start to the first answer", unit: "ms", value: running.startMs },
    ]);
  } finally {
    await running.stop();
  }
}

function take(peer: string, name: string, about: string, figures: readonly Figure[], note = ""): void {
  for (const figure of figures)
    samples.add(
      peer,
      `${name}: ${about}, ${figure.name}${figure.unit === "" ? "" : `, ${figure.unit}`}`,
      figure.value,
    );
  const shown = figures
    .map((figure) => `${figure.name} ${figure.value.toFixed(1)} ${figure.unit}`)
    .join(", ");
  process.stderr.write(`${peer} ${name}: ${shown}${note}\n`);
}

const endpoint = startHelper("mock-endpoint.ts", []);
endpoint.stdout?.setEncoding("utf8");
const [line]: unknown[] = endpoint.stdout === null ? [] : await once(endpoint.stdout, "data");
try {
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    for (const peer of peers) await measure(peer, Number(line));
  }
} finally {
  endpoint.kill();
}
if (values.scenarios === undefined && values.only === undefined) {
  const folder = resolve(import.meta.dirname, "..");
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".bench.ts")))
    process.stdout.write(
      `${name}\n${execFileSync(process.execPath, [resolve(folder, name)], { encoding: "utf8" })}\n`,
    );
}
const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 1_024 ** 3)} GiB, Node ${process.version}`;
process.stdout.write(`${rounds} rounds, medians; ${machine}\n\n${samples.table()}\n`);
