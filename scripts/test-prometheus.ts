// Tries metrics, alert rules and the dashboard on a real Prometheus: `npm run test:prometheus`. Where there is none on
// the path, Debian's package is asked for; where that cannot be had either, it says so and ends well. Not part of the
// gateway.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RULES = join(ROOT, "deploy/prometheus/oai-gateway.rules.yaml");
const PATIENCE_MS = 90_000;
const PAUSE_MS = 250;
const INSTALL_MS = 180_000;

if (!hasTools() && !installTools()) {
  process.stdout.write(
    "There is no promtool and no prometheus on the path, and the package could not be installed: nothing was tried.\n",
  );
} else await tryAll();

function hasTools(): boolean {
  return ["promtool", "prometheus"].every((name) => spawnSync(name, ["--version"]).status === 0);
}

function installTools(): boolean {
  // A machine that reaches no packages must not hold the run up.
  const limits = { stdio: "ignore", timeout: INSTALL_MS } as const;
  spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "prometheus"], limits);
  return hasTools();
}

async function tryAll(): Promise<void> {
  promtool(["check", "rules", RULES]);
  promtool(["test", "rules", join(ROOT, "deploy/prometheus/oai-gateway.rules.test.yaml")]);
  promtool(["check", "config", "--syntax-only", join(ROOT, "deploy/prometheus/prometheus.yaml")]);
  const folder = mkdtempSync(join(tmpdir(), "oai-gateway-prometheus-"));
  const endpoint = await startEndpoint();
  const gateway = await startGateway(folder, portOf(endpoint));
  let prometheus: ChildProcess | undefined;
  try {
    await ask(gateway.port);
    promtool(["check", "metrics"], await textOf(`http://127.0.0.1:${gateway.port}/metrics`));
    const port = await freePort();
    prometheus = startPrometheus(folder, port, gateway.port);
    await until("Prometheus scrapes", async () => (await sampleValue(port, 'up{job="oai-gateway"}')) === 1);
    await until(
      "it sees the request",
      async () => Number(await sampleValue(port, "sum(oai_gateway_requests_total)")) > 0,
    );
    await tryDashboard(port);
    endpoint.closeAllConnections();
    endpoint.close();
    await until("the alert of the dead endpoint fires", async () => {
      await ask(gateway.port);
      const { data } = await jsonOf(`http://127.0.0.1:${port}/api/v1/alerts`);
      const alerts = (data as { alerts: { labels: Record<string, string>; state: string }[] }).alerts;
      return alerts.some(
        ({ labels, state }) => labels["alertname"] === "OaiGatewayEndpointDown" && state === "firing",
      );
    });
  } finally {
    prometheus?.kill();
    gateway.child.kill();
    endpoint.closeAllConnections();
    endpoint.close();
    await Promise.all([prometheus, gateway.child].map((one) => one?.exitCode ?? (one && once(one, "exit"))));
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write("Metrics, rules and dashboard are good to a real Prometheus.\n");
}

/** @throws Error where it finds a problem */
function promtool(args: readonly string[], input = ""): void {
  const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`promtool ${args.join(" ")}: ${stdout}${stderr}`);
  process.stdout.write(`promtool ${args.slice(0, 2).join(" ")}: good\n`);
}

async function startEndpoint(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume();
    const usage = { prompt_tokens: 5, completion_tokens: 2 };
    const value =
      request.method === "GET" ? { data: [{ id: 'm "quoted" \\' }, { id: "m" }] } : { choices: [], usage };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function startGateway(
  folder: string,
  endpointPort: number,
): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const port = await freePort();
  const file = join(folder, "config.yaml");
  const config = {
    server: { port },
    endpoints: [{ name: "one", base_url: `http://127.0.0.1:${endpointPort}/v1` }],
    health: { consecutive_failures: 1, active_probes: false },
  };
  writeFileSync(file, JSON.stringify(config));
  const args = ["bin/oai-gateway.cjs", "serve", "--config", file, "--data-dir", join(folder, "data")];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "ignore" });
  await until("the gateway is ready", async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
  return { port, child };
}

/** With the rules as they are, but for how long something has to be so: that is tried by promtool. */
function startPrometheus(folder: string, port: number, gatewayPort: number): ChildProcess {
  writeFileSync(join(folder, "rules.yaml"), readFileSync(RULES, "utf8").replaceAll(/for: \w+/g, "for: 1s"));
  const config = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    scrape_configs: [
      { job_name: "oai-gateway", static_configs: [{ targets: [`127.0.0.1:${gatewayPort}`] }] },
    ],
    rule_files: ["rules.yaml"],
  };
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
  const args = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "tsdb")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  return spawn("prometheus", args, { stdio: "ignore" });
}

/** Every expression of the dashboard is one, to Prometheus itself. */
async function tryDashboard(port: number): Promise<void> {
  const { panels } = JSON.parse(readFileSync(join(ROOT, "deploy/grafana/oai-gateway.json"), "utf8")) as {
    panels: { targets?: { expr: string }[] }[];
  };
  const exprs = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  for (const expr of exprs) {
    const plain = expr
      .replaceAll("$__rate_interval", "1m")
      .replaceAll("$__range", "1h")
      .replaceAll(/\$\w+/g, ".*");
    const { status } = await jsonOf(
      `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(plain)}`,
    );
    if (status !== "success") throw new Error(`the dashboard's ${expr}`);
  }
  process.stdout.write(`expressions of the dashboard: ${exprs.length} good\n`);
}

async function ask(port: number): Promise<void> {
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "hi" }] });
  const headers = { "content-type": "application/json" };
  const url = `http://127.0.0.1:${port}/v1/chat/completions`;
  await (await fetch(url, { method: "POST", headers, body })).arrayBuffer();
}

async function sampleValue(port: number, query: string): Promise<number | undefined> {
  const { data } = await jsonOf(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
  const value = (data as { result: { value: [number, string] }[] }).result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}

async function jsonOf(url: string): Promise<Record<string, unknown>> {
  return (await (await fetch(url)).json()) as Record<string, unknown>;
}

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createSocket().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + PATIENCE_MS; Date.now() < endMs; ) {
    if (await look().catch(() => false)) {
      process.stdout.write(`${what}\n`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
}
