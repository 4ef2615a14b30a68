// `npm run bench`: what a request and an event of a stream cost the gateway, with each of its engines, beside nginx as a
// plain proxy and other gateways in the same run. Loopback only and bounded. Prints a Markdown table on stdout, progress
// on stderr. Linux, with nginx on the path. What it measures is made by `npm run build` before.
//
// --rounds N, --seconds N (of a window), --scenarios "S1,S4", --only fast,nginx, --pin auto|off, --peers FOLDER (where
// other gateways are installed, or "none"), --sources (ours from the sources), --before FOLDER (another checkout, measured
// in the same rounds). "bare" is ours without the store, "silent" without metrics and lines of the log as well. A quick
// look: --rounds 1 --seconds 1 --only nginx,fast,node --scenarios S1,S2,G1.
//
// Without --scenarios and --only the benchmarks of single parts (`bench/*.bench.ts`) follow.

import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { cpus, homedir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { build } from "../../scripts/build.ts";
import type { LoadReport } from "./load-order.ts";
import type { MockPorts } from "./mock-endpoint.ts";
import { OTHERS } from "./other-gateways.ts";
import { EVERYWHERE, ownPeers } from "./own-peers.ts";
import { canPin, type Peer, type RunningPeer, Starter } from "./peers.ts";
import {
  type Figure,
  SCENARIOS,
  type Scenario,
  type ScenarioOrder,
  type Setting,
  warmUpsFor,
  withoutLongWarmUp,
} from "./scenarios.ts";
import { ShapeProgram } from "./shape.ts";
import { Samples } from "./table.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** The longest scenario has two windows, the warm-up three, and a load ends itself after two minutes. */
const MOST_SECONDS = 35;
/** A figure is shown where at most one answer of so many was not whole. */
const ANSWERS_A_FAILURE = 100;
const DIRECT = "direct";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "2" },
    scenarios: { type: "string" },
    only: { type: "string" },
    pin: { type: "string", default: "auto" },
    peers: {
      type: "string",
      default: join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "oai-gateway-bench"),
    },
    sources: { type: "boolean", default: false },
    before: { type: "string" },
  },
});

function numberOf(name: "rounds" | "seconds", most: number): number {
  const value = Number(values[name]);
  if (value > 0 && value <= most) return value;
  throw new Error(`--${name} must be above 0 and at most ${most}`);
}

/** Whether a name was asked for, where any was. */
function isWanted(list: string | undefined, name: string): boolean {
  return list === undefined || list.split(",").includes(name);
}

/** Words that name nothing would leave a table empty after a long run. */
function checkNames(list: string | undefined, known: readonly string[]): void {
  for (const name of list?.split(",") ?? [])
    if (!known.includes(name)) throw new Error(`"${name}" is none of ${known.join(", ")}`);
}

/** What a run is made of. */
type RigParts = {
  readonly starter: Starter;
  readonly scenarios: readonly Scenario[];
  readonly windowMs: number;
  readonly samples: Samples;
  /** Undefined where load and endpoint of the public shape are those of the other scenarios. */
  readonly shape: ShapeProgram | undefined;
};

/** One run of the rig: what is measured, and what has come of it. */
class Rig {
  readonly #starter: Starter;
  readonly #scenarios: readonly Scenario[];
  readonly #windowMs: number;
  readonly #samples: Samples;
  readonly #shape: ShapeProgram | undefined;
  readonly notes = new Set<string>();

  constructor(parts: RigParts) {
    this.#starter = parts.starter;
    this.#scenarios = parts.scenarios;
    this.#windowMs = parts.windowMs;
    this.#samples = parts.samples;
    this.#shape = parts.shape;
  }

  /** Every peer once, in each setting that is asked for; a fresh endpoint for each setting. */
  async round(peers: readonly Peer[]): Promise<void> {
    for (const setting of EVERYWHERE) {
      const scenarios = this.#scenarios.filter((one) => one.setting === setting);
      if (scenarios.length === 0) continue;
      const endpoint = await this.#startEndpoint(setting);
      try {
        await this.#measureDirect(endpoint, scenarios);
        for (const peer of peers)
          if (peer.settings.includes(setting)) await this.#measure(peer, endpoint, scenarios);
      } finally {
        endpoint.child.kill();
      }
    }
  }

  async #startEndpoint(setting: Setting): Promise<Endpoint> {
    if (setting === "shape" && this.#shape !== undefined) {
      const { child, port } = await this.#shape.serve();
      return { child: this.#starter.own(child), ports: { plain: port, tls: port, failing: port } };
    }
    const child = this.#starter.helper("mock-endpoint.ts", [], setting);
    if (child.stdout === null) throw new Error("the endpoint has no output");
    const [line]: unknown[] = await once(child.stdout, "data");
    return { child, ports: JSON.parse(String(line)) as MockPorts };
  }

  async #measureDirect(endpoint: Endpoint, scenarios: readonly Scenario[]): Promise<void> {
    const { ports, child } = endpoint;
    const bare: RunningPeer = {
      port: ports.plain,
      pid: child.pid ?? 0,
      path: "/v1/chat/completions",
      headers: "",
      startMs: 0,
      idleRssBytes: 0,
      stop: () => Promise.resolve(),
    };
    for (const scenario of scenarios.filter((one) => one.isDirectToo)) {
      const report = await this.#load(bare, endpoint, scenario.order(this.#windowMs), scenario.setting);
      this.#take(DIRECT, scenario, report);
    }
  }

  async #measure(peer: Peer, endpoint: Endpoint, scenarios: readonly Scenario[]): Promise<void> {
    const setting = scenarios[0]?.setting ?? "cost";
    let running: RunningPeer;
    try {
      running = await this.#starter.peer(peer, setting, endpoint.ports);
    } catch (error) {
      this.notes.add(`${peer.name} did not start for ${scenarios.map(({ name }) => name).join(", ")}.`);
      process.stderr.write(`${String(error)}; ${String((error as Error).cause ?? "")}\n`);
      return;
    }
    try {
      let isWarm = false;
      for (const scenario of scenarios) {
        const isCold = scenario.isCold === true;
        if (!isCold && !isWarm) {
          for (const order of warmUpsFor(setting, this.#windowMs))
            await this.#load(running, endpoint, order, setting);
          isWarm = true;
        }
        const report = await this.#load(running, endpoint, scenario.order(this.#windowMs), setting);
        this.#take(peer.name, scenario, report);
      }
      // As it runs where nobody keeps it to one processor.
      if (setting === "shape") this.#takeStart(peer.name, running);
    } finally {
      await running.stop();
    }
  }

  async #load(
    peer: RunningPeer,
    endpoint: Endpoint,
    order: ScenarioOrder,
    setting: Setting,
  ): Promise<LoadReport> {
    const { port, pid, path, headers } = peer;
    const whole = {
      ...withoutLongWarmUp(order, this.#windowMs),
      port,
      pid,
      path,
      headers,
      directPort: endpoint.ports.plain,
      endpointPid: endpoint.child.pid ?? 0,
    };
    if (setting === "shape" && this.#shape !== undefined) return this.#shape.load(whole);
    const child = this.#starter.helper("load.ts", [JSON.stringify(whole)], setting);
    if (child.stdout === null) throw new Error("the load has no output");
    const [report] = await Promise.all([text(child.stdout), once(child, "exit")]);
    return JSON.parse(report) as LoadReport;
  }

  #take(peer: string, scenario: Scenario, report: LoadReport): void {
    const { failed, answers, cpuSeconds, ownCpuSeconds, seconds } = report;
    const figures = scenario.figures(report);
    const busy = `processors: ${(cpuSeconds / seconds).toFixed(2)}, load and endpoint ${(ownCpuSeconds / seconds).toFixed(2)}`;
    this.#tell(peer, scenario.name, figures, `; ${busy}${failed > 0 ? `; ${failed} FAILED` : ""}`);
    const isSound = failed * ANSWERS_A_FAILURE <= answers;
    if (answers === 0 && failed === 0) this.notes.add(`${peer} in ${scenario.name}: no answer in a window.`);
    if (!isSound) this.notes.add(`${peer} in ${scenario.name}: more than one answer of a hundred failed.`);
    const about = `${scenario.name}: ${scenario.about}`;
    for (const figure of figures)
      this.#keep(peer, about, isSound ? figure : { ...figure, value: Number.NaN });
  }

  #takeStart(peer: string, { idleRssBytes, startMs }: RunningPeer): void {
    const figures: readonly Figure[] = [
      { name: "memory (RSS)", unit: "MiB", value: idleRssBytes / 1_024 / 1_024, goal: "≤ 60" },
      { name: "start to the first answer", unit: "ms", value: startMs, goal: "≤ 150" },
    ];
    this.#tell(peer, "G3", figures, "");
    for (const figure of figures) this.#keep(peer, "G3: at rest, a second after the first answer", figure);
  }

  #keep(peer: string, about: string, { name, unit, value, goal = "" }: Figure): void {
    this.#samples.add(peer, { label: `${about}, ${name}${unit === "" ? "" : `, ${unit}`}`, goal }, value);
  }

  #tell(peer: string, name: string, figures: readonly Figure[], more: string): void {
    const shown = figures.map((one) => `${one.name} ${one.value.toFixed(2)} ${one.unit}`.trim()).join(", ");
    process.stderr.write(`${peer} ${name}: ${shown}${more}\n`);
  }
}

/** The mock endpoint. */
type Endpoint = { readonly child: ChildProcess; readonly ports: MockPorts };

/** Ours and nginx, and what else can be had; a sentence for each that cannot. */
function findPeers(notes: Set<string>): readonly Peer[] {
  const before = values.before === undefined ? undefined : resolve(values.before);
  const own = ownPeers({ root: ROOT, before, isFromSources: values.sources });
  checkNames(values.only, [...own.map(({ name }) => name), ...Object.keys(OTHERS)]);
  const found = own.filter(({ name }) => isWanted(values.only, name));
  if (values.peers === "none") return found;
  mkdirSync(values.peers, { recursive: true });
  for (const [name, find] of Object.entries(OTHERS)) {
    if (!isWanted(values.only, name)) continue;
    const other = find(resolve(values.peers));
    if ("peer" in other) found.push(other.peer);
    else notes.add(`${other.name} is left out: ${other.why}.`);
  }
  return found;
}

const rounds = numberOf("rounds", 100);
const windowMs = numberOf("seconds", MOST_SECONDS) * 1_000;
checkNames(
  values.scenarios,
  SCENARIOS.map(({ name }) => name),
);
checkNames(values.pin, ["auto", "off"]);
const scenarios = SCENARIOS.filter(({ name }) => isWanted(values.scenarios, name));
const isPinned = values.pin === "auto" && canPin();
const notes = new Set<string>();
const peers = findPeers(notes);
if (!values.sources && peers.some(({ name }) => name === "fast" || name === "node")) build();
const hasDirect = scenarios.some((one) => one.isDirectToo);
const samples = new Samples([...(hasDirect ? [DIRECT] : []), ...peers.map(({ name }) => name)], "fast");
const shape = hasDirect ? ShapeProgram.compile() : undefined;
if (hasDirect && shape === undefined)
  notes.add("There is no C compiler (`cc`): load and endpoint of G1 and G2 are in TypeScript, and slow.");
const rig = new Rig({ starter: new Starter(isPinned), scenarios, windowMs, samples, shape });
try {
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    await rig.round(peers);
  }
} finally {
  shape?.remove();
}
if (values.scenarios === undefined && values.only === undefined) {
  const folder = resolve(import.meta.dirname, "..");
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".bench.ts")))
    process.stdout.write(
      `${name}\n${execFileSync(process.execPath, [resolve(folder, name)], { encoding: "utf8" })}\n`,
    );
}
const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}, ${Math.round(totalmem() / 1_024 ** 3)} GiB, Node ${process.version}`;
const how = isPinned
  ? "the gateway on a processor of its own but in G1 to G3"
  : "no process on a processor of its own";
const from = values.sources ? "from the sources" : "the bundle";
process.stdout.write(
  `${rounds} rounds of windows of ${windowMs / 1_000} s, medians; ${machine}; ${from}; ${how}\n\n${samples.table()}\n`,
);
for (const note of [...notes, ...rig.notes]) process.stdout.write(`\n${note}\n`);
