// Fault 313: the upgrade of docs/deploy.md, played step by step with real processes behind nginx and behind Caddy: a stream
// that is under way ends whole, and no request fails.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type CliRun, startCli } from "../support/cli.ts";
import { json, manual } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";
import { deadPort, deadPorts } from "../support/ports.ts";
import { isThere, PROXIES, startProxy } from "../support/proxies.ts";
import { ask, requestBytes, wireFor } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const PIECES = ['data: {"first":1}\n\n', 'data: {"second":2}\n\n', "data: [DONE]\n\n"] as const;

/** A gateway as a service is: its port from the environment, a data folder of its own. */
async function startOn(t: TestContext, port: number, endpoint: FakeEndpoint): Promise<CliRun> {
  const text = `server: {port: 1}\nendpoints: [{name: a, base_url: "${endpoint.url}"}]\n`;
  const env = { OAI_GATEWAY_PORT: String(port) };
  const run = await startCli(t, ["serve"], { files: { "config.yaml": text }, env });
  await run.port();
  return run;
}

/** Sends requests one after the other until it is told to stop; gives back what became of those that failed. */
function steadyRequests(port: number): { readonly stop: () => Promise<readonly string[]> } {
  const ending = new AbortController();
  const all = (async () => {
    const failures: string[] = [];
    while (!ending.signal.aborted) {
      const said = await ask(port, chat()).then(
        ({ status, text }) => (status === 200 ? "" : `${status} ${text}`),
        (error: unknown) => String(error),
      );
      if (said !== "") failures.push(said);
    }
    return failures;
  })();
  return {
    stop: () => {
      ending.abort();
      return all;
    },
  };
}

/** Waits until requests come to one alone: for a moment after its reload nginx serves by both configurations. */
async function untilOnly(one: FakeEndpoint, other: FakeEndpoint): Promise<void> {
  for (;;) {
    const before = other.requests.length;
    await one.waitForRequest(one.requests.length + 100);
    if (other.requests.length === before) return;
  }
}

for (const proxy of PROXIES) {
  const options = isThere(proxy) ? {} : { skip: `needs ${proxy.name}` };

  test(
    `fault 313: an upgrade behind ${proxy.name} cuts no stream and fails no request`,
    options,
    async (t) => {
      const [older, newer] = [await fakeFor(t), await fakeFor(t)];
      for (const fake of [older, newer]) fake.always(json(200, "{}"));
      const [oldPort = 0, newPort = 0] = await deadPorts(2);
      const old = await startOn(t, oldPort, older);
      await old.ready();
      const { port, reload } = await startProxy(t, proxy, [oldPort]);
      const open = manual();
      older.script([open]);
      const wire = await wireFor(t, port);
      await wire.send(requestBytes(chat("m", { stream: true })));
      const exchange = await open.started;
      await exchange.head(200, ["content-type", "text/event-stream"]);
      assert.equal((await wire.head()).status, 200);
      await exchange.piece(PIECES[0]);
      await wire.readUntil(PIECES[0]);
      const requests = steadyRequests(port);
      // 1 and 2: the new one beside it, until it knows models.
      const next = await startOn(t, newPort, newer);
      await next.ready();
      assert.equal((await ask(newPort, { path: "/readyz" })).status, 200);
      // 3: the new one before the old one in the proxy.
      await reload([newPort, oldPort]);
      await untilOnly(newer, older);
      // 4: the old one is stopped, and ends with its last stream.
      old.kill("SIGTERM");
      await old.stopping();
      await newer.waitForRequest(newer.requests.length + 20);
      for (const piece of PIECES.slice(1)) {
        await exchange.piece(piece);
        assert.ok((await wire.readUntil(piece)).endsWith(piece));
      }
      await exchange.finish();
      assert.equal((await old.ended).code, 0);
      const seen = newer.requests.length;
      await newer.waitForRequest(seen + 5);
      assert.deepEqual(await requests.stop(), []);
      next.kill("SIGTERM");
      assert.equal((await next.ended).code, 0);
    },
  );
}

const [, caddy] = PROXIES;
const options = caddy !== undefined && isThere(caddy) ? {} : { skip: "needs caddy" };

// One with a body is held by Caddy after 2.11.1 only, as the page says.
test(
  "fault 313: with one instance Caddy holds a request without a body until the next start",
  options,
  async (t) => {
    const [fake, port] = [await fakeFor(t), await deadPort()];
    fake.always(json(200, "{}"));
    const old = await startOn(t, port, fake);
    await old.ready();
    assert.ok(caddy !== undefined);
    const { port: proxyPort } = await startProxy(t, caddy, [port]);
    assert.equal((await ask(proxyPort, chat())).status, 200);
    old.kill("SIGTERM");
    await old.ended;
    const held = ask(proxyPort, { path: "/v1/models" });
    await startOn(t, port, fake);
    assert.equal((await held).status, 200);
  },
);

test("the unit of the second instance differs by its port and its folder alone, and systemd takes it", (t) => {
  const folder = folderFor(t);
  const page = readFileSync("docs/deploy.md", "utf8");
  const [, expressions = ""] =
    /^sed (-e [^\n]*) \\\n/m.exec(page) ?? assert.fail("no command for the second unit");
  const first = readFileSync("deploy/oai-gateway.service", "utf8");
  const script = expressions.replaceAll(/-e '([^']*)'/g, "$1\n");
  writeFileSync(join(folder, "script.sed"), script);
  const second = spawnSync("sed", ["-f", join(folder, "script.sed")], {
    input: first,
    encoding: "utf8",
  }).stdout;
  const left = new Set(first.split("\n"));
  assert.deepEqual(
    second.split("\n").filter((line) => !left.has(line)),
    ["Environment=OAI_GATEWAY_PORT=8081", "StateDirectory=oai-gateway-next"],
  );
  if (spawnSync("systemd-analyze", ["--version"]).status !== 0) return;
  const file = join(folder, "oai-gateway-next.service");
  writeFileSync(file, second.replace("/usr/local/bin/oai-gateway", process.execPath));
  const verified = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
  const said = `${verified.stdout}${verified.stderr}`
    .split("\n")
    .filter((line) => line.includes("oai-gateway"));
  assert.deepEqual([verified.status, said], [0, []]);
});
