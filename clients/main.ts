// `npm run clients`: real clients in front of the real gateway, one after the other. Each is set up from its registry, runs
// over an endpoint of its own wire and over one that knows chats only, and fills a row of the table.
//
// --only NAME[,NAME] (a key, or the beginning of one), --json FILE (the results), --record (what clients send, as fixtures
// of the tests), --cache FOLDER. What is printed last on stdout is the table; progress goes to stderr. Linux.

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CLIENTS } from "./all.ts";
import type { Client, Outcomes } from "./client.ts";
import { commonEnvironment } from "./environment.ts";
import type { Report } from "./inside.ts";
import { textTable } from "./page.ts";
import { recordFixtures } from "./record.ts";
import { type ClientResult, type Results, resultsIn } from "./results.ts";
import { type Isolation, isolationHere, proxiesOf, runIn } from "./sandbox.ts";
import { setUp, usualCache } from "./setup.ts";
import { SETS } from "./versions.ts";

const INSIDE = fileURLToPath(new URL("inside.ts", import.meta.url));
/** Of one client with all its turns, over both endpoints. */
const CLIENT_MS = 420_000;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    json: { type: "string" },
    record: { type: "boolean", default: false },
    cache: { type: "string", default: usualCache() },
  },
});

/** Those that were asked for. */
function wanted(only: string | undefined): readonly Client[] {
  if (only === undefined) return CLIENTS;
  const names = only.split(",");
  for (const name of names)
    if (!CLIENTS.some(({ key }) => key.startsWith(name)))
      throw new Error(`"${name}" begins none of ${CLIENTS.map(({ key }) => key).join(", ")}`);
  return CLIENTS.filter(({ key }) => names.some((name) => key.startsWith(name)));
}

/** One row; a client that cannot be set up or does not end fails in every cell. */
async function resultOf(client: Client, isolation: Isolation, cache: string): Promise<ClientResult> {
  const { key, name, kind, speaks, set } = client;
  const { packages, registry } = SETS[set];
  const own = { key, name, kind, speaks, packages, registry };
  try {
    const report = await reportOf(client, isolation, await setUp(set, cache));
    if (values.record) await recordFixtures(client, report);
    return { ...own, outcomes: { own: report.own, chats: report.chats } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const failed: Outcomes = { [kind === "agent" ? "tool" : "plain"]: { kind: "fails", reason } };
    return { ...own, outcomes: { own: failed, chats: failed } };
  }
}

async function reportOf(client: Client, isolation: Isolation, folder: string): Promise<Report> {
  const scratch = await mkdtemp(join(tmpdir(), "oai-gateway-clients-"));
  const file = join(scratch, "report.json");
  try {
    const ended = await runIn(isolation, {
      program: process.execPath,
      args: [INSIDE, client.key, folder, file, ...(values.record ? ["--record"] : [])],
      folder: scratch,
      env: { ...commonEnvironment(scratch), ...proxiesOf(isolation) },
      timeoutMs: CLIENT_MS,
    });
    if (ended.code !== 0) throw new Error(`ended with ${ended.code}: ${ended.err.slice(-2000)}`);
    if (ended.err !== "") process.stderr.write(ended.err);
    // Written by `inside.ts` in this form.
    return JSON.parse(await readFile(file, "utf8")) as Report;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Writes the file. A part of the clients takes the places of its rows in what is there already. */
async function keep(file: string, results: Results): Promise<void> {
  const earlier = values.only === undefined || !existsSync(file) ? [] : resultsIn(file).clients;
  const all = new Map([...earlier, ...results.clients].map((one) => [one.key, one]));
  const clients = CLIENTS.flatMap(({ key }) => all.get(key) ?? []);
  await writeFile(file, `${JSON.stringify({ ...results, clients }, null, 2)}\n`);
}

const isolation = isolationHere();
process.stderr.write(
  isolation === "namespace"
    ? "Clients run in a network namespace that has nothing but the loopback interface.\n"
    : "No network namespaces here: clients have proxies at a port that refuses, and their telemetry is off.\n",
);
const clients: ClientResult[] = [];
for (const client of wanted(values.only)) {
  process.stderr.write(`${client.key} …\n`);
  clients.push(await resultOf(client, isolation, resolve(values.cache)));
}
const results: Results = {
  date: new Date().toISOString().slice(0, 10),
  node: process.versions.node,
  isolation,
  clients,
};
if (values.json !== undefined) await keep(values.json, results);
const { text, failures } = textTable(results);
process.stdout.write(text);
process.exitCode = failures === 0 ? 0 : 1;
