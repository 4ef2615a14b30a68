// Faults 8, 10 to 13: connections that are kept, that run out, and that go where nobody asked.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CliRun, MAIN, SHARED_ENV, startCli } from "../../support/cli.ts";
import { Gate } from "../../support/condition.ts";
import { dryRun } from "../../support/dry-run.ts";
import { closeOnReuse, held, json } from "../../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { hangUp, thenUnsolicited } from "../../support/faults.ts";
import { folderFor } from "../../support/folder.ts";
import { ask, openWire, requestBytes } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const TWO = { endpoints: { a: {}, b: {} } };

test("fault 8: a pooled connection that was just closed costs no attempt and no strike", async (t) => {
  for (const how of ["reset", "fin"] as const) {
    const world = await worldFor(t, { endpoints: { a: {} }, health: { consecutive_failures: 1 } });
    world.fakes.a.always(closeOnReuse(GOOD, how));
    for (let time = 0; time < 5; time += 1) {
      const answer = await world.ask(chat());
      assert.deepEqual([answer.text, answer.header("x-oai-gateway-attempts")], ['{"good":true}', "1"]);
    }
    assert.ok(world.fakes.a.staleUses > 0);
    assert.ok(world.gateway.targets.health.isPristine);
    assert.deepEqual((await dryRun(world)).skipped, { a: null });
  }
});

test("fault 8: a fresh connection that breaks is no stale one: the next endpoint, and a strike", async (t) => {
  const world = await worldFor(t, { ...TWO, health: { consecutive_failures: 1 } });
  world.fakes.a.script([closeOnReuse(GOOD), hangUp()]);
  world.fakes.b.always(GOOD);
  for (let time = 0; time < 2; time += 1) await world.ask(chat());
  const answer = await world.ask(chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_reset; b=ok");
  assert.equal((await dryRun(world)).skipped["a"], "failing, ejected for now");
});

test("fault 10: bytes nobody asked for close the connection, and reach no other client", async (t) => {
  const forged = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nFORGED";
  for (const bytes of [forged, "garbage", "\r\n", "HTTP/1.1 100 Continue\r\n\r\n"]) {
    const { ask: send, fakes } = await worldFor(t, { endpoints: { a: { config: { models: ["m"] } } } });
    fakes.a.always(thenUnsolicited(GOOD, bytes));
    for (let time = 0; time < 4; time += 1) {
      const answer = await send(chat());
      assert.deepEqual([answer.status, answer.text], [200, '{"good":true}'], bytes);
      if (bytes !== "\r\n") await fakes.a.whenOpenConnections(0);
    }
  }
});

test("fault 11: beyond its limit an endpoint's requests wait in a bounded queue; one more is 503", async (t) => {
  const config = { max_in_flight: 2, queue: { max: 1, timeout: "30s" } };
  const { ask: send, fakes } = await worldFor(t, { endpoints: { a: { config } } });
  const gate = new Gate();
  fakes.a.always(held(gate, GOOD));
  const served = [send(chat()), send(chat())];
  await fakes.a.waitForRequest(2);
  // Of two more one waits, and the other finds no place: it is answered first.
  const more = [send(chat()), send(chat())];
  const refused = await Promise.race(more);
  assert.deepEqual([refused.status, errorOf(refused).code], [503, "overloaded"]);
  assert.equal(refused.header("retry-after"), "1");
  gate.open(Number.POSITIVE_INFINITY);
  const statuses = (await Promise.all([...served, ...more])).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 200, 200, 503]);
  assert.equal((await send(chat())).status, 200);
});

/** The gateway as a process that may open no more than so many files, sockets among them. */
async function starvedGateway(t: TestContext, fake: FakeEndpoint, files: number): Promise<number> {
  const folder = folderFor(t);
  const endpoints = [{ name: "a", base_url: fake.url, models: ["m"] }];
  await writeFile(join(folder, "config.yaml"), JSON.stringify({ server: { port: 0 }, endpoints }));
  const command = `ulimit -n ${files}; exec "${process.execPath}" "${MAIN}" serve --config config.yaml`;
  const env = { PATH: "/usr/bin:/bin", HOME: folder, XDG_DATA_HOME: folder, ...SHARED_ENV };
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const run = new CliRun(child, folder);
  t.after(async () => {
    child.kill("SIGKILL");
    await run.ended;
  });
  return run.port();
}

test("fault 11: without a free file descriptor requests fail in words, and the process lives", async (t) => {
  const fake = await fakeFor(t);
  const gate = new Gate();
  fake.always(held(gate, GOOD));
  const port = await starvedGateway(t, fake, 64);
  // A connection for which there is no descriptor is closed, for some before they know it is open.
  const wires = await Promise.allSettled(Array.from({ length: 60 }, () => openWire(port)));
  const open = wires.flatMap((wire) => (wire.status === "fulfilled" ? [wire.value] : []));
  const answers = open.map(async (wire) => {
    await wire.send(requestBytes(chat()));
    return wire.answer().then(
      ({ status }) => status,
      () => "closed",
    );
  });
  // Some reach the endpoint, some are refused; whoever is neither waits until the others are gone.
  await fake.waitForRequest(3);
  gate.open(Number.POSITIVE_INFINITY);
  const outcomes = new Set<number | string>(await Promise.all(answers));
  if (open.length < wires.length) outcomes.add("closed");
  for (const outcome of outcomes) assert.ok([200, 502, 503, "closed"].includes(outcome), String(outcome));
  assert.ok(outcomes.has(200) && outcomes.size > 1, [...outcomes].join());
  for (const wire of open) wire.close();
  // As soon as the system has taken the descriptors back.
  while ((await ask(port, chat()).catch(() => undefined))?.status !== 200);
});

test("fault 12: connections are used again: as many as requests at once, not as many as requests", async (t) => {
  const { ask: send, fakes } = await worldFor(t, { endpoints: { a: { config: { models: ["m"] } } } });
  for (let time = 0; time < 50; time += 1) assert.equal((await send(chat())).status, 200);
  assert.equal(fakes.a.totalConnections(), 1);
  for (let round = 0; round < 5; round += 1) {
    const before = fakes.a.requests.length;
    const gate = new Gate();
    fakes.a.always(held(gate, GOOD));
    const together = Array.from({ length: 10 }, () => send(chat()));
    await fakes.a.waitForRequest(before + 10);
    gate.open(Number.POSITIVE_INFINITY);
    for (const { status } of await Promise.all(together)) assert.equal(status, 200);
  }
  assert.equal(fakes.a.totalConnections(), 10);
});

const NO_PROXY_FORMS = ["", "*", "127.0.0.1", ".example, ,;", "[::1]:99999", "http://127.0.0.1"];

test("fault 13: this machine is reached without the proxies of the environment, whatever NO_PROXY says", async (t) => {
  const [fake, proxy] = [await fakeFor(t), await fakeFor(t)];
  fake.always(GOOD);
  for (const form of NO_PROXY_FORMS) {
    const env: Record<string, string> = { NODE_USE_ENV_PROXY: "1", NO_PROXY: form, no_proxy: form };
    for (const name of ["http_proxy", "https_proxy", "all_proxy"]) {
      env[name] = `http://127.0.0.1:${proxy.port}`;
      env[name.toUpperCase()] = `http://127.0.0.1:${proxy.port}`;
    }
    const config = { server: { port: 0 }, endpoints: [{ name: "a", base_url: fake.url }] };
    const files = { "config.yaml": JSON.stringify(config) };
    const port = await (await startCli(t, ["serve", "--config", "config.yaml"], { env, files })).port();
    assert.equal((await ask(port, chat())).text, '{"good":true}', form);
  }
  assert.equal(proxy.totalConnections(), 0);
  assert.ok(fake.discoveries.length >= NO_PROXY_FORMS.length);
});
