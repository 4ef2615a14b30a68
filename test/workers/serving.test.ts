// Several processes on one port: what they serve, in which shares, and what becomes of it when one of them dies.

import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { held, json, stream } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask, openWire, requestBytes } from "../support/wire.ts";
import { askOn, configOf, ENGINES, until, type WorkerWire, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

for (const engine of ENGINES) {
  test(`${engine}: weights are exact in each process`, async (t) => {
    const [a, b] = [await fakeFor(t), await fakeFor(t)];
    const config = configOf({ a, b }, { server: { engine }, endpoint: { a: { weight: 2 } } });
    const gateway = await workersFor(t, config);
    for (const worker of [1, 2]) {
      const before = [a.requests.length, b.requests.length];
      const wire = await gateway.openAt(worker);
      for (let count = 0; count < 30; count++) assert.equal((await askOn(wire, chat())).status, 200);
      const [fromA = 0, fromB = 0] = before;
      assert.deepEqual([a.requests.length - fromA, b.requests.length - fromB], [20, 10]);
    }
    // The deviation over all: less than one turn of each process.
    const wires = [await gateway.openAt(1), await gateway.openAt(2)];
    const [fromA, fromB] = [a.requests.length, b.requests.length];
    for (const wire of wires) for (let count = 0; count < 4; count++) await askOn(wire, chat());
    const [gotA, gotB] = [a.requests.length - fromA, b.requests.length - fromB];
    assert.equal(gotA + gotB, 8);
    assert.ok(Math.abs(gotA - 8 * (2 / 3)) < 2 * 2 && Math.abs(gotB - 8 / 3) < 2 * 1, `${gotA}:${gotB}`);
  });

  test(`fault 300: ${engine}: a process is killed under load, and nobody else notices`, async (t) => {
    const fake = await fakeFor(t);
    const gateway = await workersFor(t, configOf({ fake }, { server: { engine } }));
    const wires: WorkerWire[] = [];
    for (let count = 0; count < 16; count++) wires.push(await gateway.open());
    wires.push({ worker: 1, wire: await gateway.openAt(1) }, { worker: 2, wire: await gateway.openAt(2) });
    const pid = await gateway.pidOf(1);
    let answered = 0;
    const load = async ({ worker, wire }: WorkerWire): Promise<number> => {
      for (let count = 0; count < 40; count++) {
        try {
          assert.equal((await askOn(wire, chat())).status, 200);
          answered += 1;
          if (answered === 60) process.kill(pid, "SIGKILL");
        } catch (error) {
          if (worker === 1 && answered >= 60) return count;
          throw error;
        }
      }
      return 40;
    };
    const counts = await Promise.all(wires.map(load));
    wires.forEach(({ worker }, at) => {
      if (worker === 2) assert.equal(counts[at], 40);
    });
    // Who comes now is served, by whichever process; and soon there are two again.
    for (let count = 0; count < 20; count++) assert.equal((await ask(gateway.port, chat())).status, 200);
    await gateway.replaced(1, pid);
    const again = await gateway.openAt(1);
    assert.equal((await askOn(again, chat())).status, 200);
    assert.match(gateway.run.stdout, /"event":"worker_died","worker":1,"pid":\d+,"signal":"SIGKILL"/);
  });

  test(`fault 301: ${engine}: the first process is killed: the others finish what is under way and end`, async (t) => {
    const fake = await fakeFor(t);
    const gateway = await workersFor(t, configOf({ fake }, { server: { engine } }));
    const wires = [await gateway.openAt(1), await gateway.openAt(2)];
    const gate = new Gate();
    fake.always(held(gate, json(200, { id: "late" })));
    for (const wire of wires) await wire.send(requestBytes(chat()));
    await fake.waitForRequest(2);
    gateway.run.kill("SIGKILL");
    gate.open(2);
    for (const wire of wires) assert.equal((await wire.answer()).status, 200);
    for (const wire of wires) await wire.closed();
    await isFree(gateway.port);
  });

  test(`${engine}: a stop lets requests of every process finish, ends with code 0 and gives the port back`, async (t) => {
    const fake = await fakeFor(t);
    const gateway = await workersFor(t, configOf({ fake }, { server: { engine } }));
    const wires = [await gateway.openAt(1), await gateway.openAt(2)];
    const unused = [await gateway.openAt(1), await gateway.openAt(2)];
    const gate = new Gate();
    fake.always(held(gate, json(200, { id: "late" })));
    for (const wire of wires) await wire.send(requestBytes(chat()));
    await fake.waitForRequest(2);
    gateway.run.kill("SIGTERM");
    // Each process hears of the stop in its own time, and says so.
    for (const wire of unused)
      await until(
        () => askOn(wire, { path: "/readyz" }),
        ({ status }) => status === 503,
      );
    gate.open(2);
    for (const wire of wires) {
      const answer = await wire.answer();
      assert.deepEqual([answer.status, answer.header("connection")], [200, "close"]);
    }
    assert.equal((await gateway.run.ended).code, 0);
    await isFree(gateway.port);
  });
}

test("a second signal cuts the requests of every process", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }));
  fake.always(held(new Gate(), json(200, {})));
  const wires = [await gateway.openAt(1), await gateway.openAt(2)];
  for (const wire of wires) await wire.send(requestBytes(chat()));
  await fake.waitForRequest(2);
  gateway.run.kill("SIGTERM");
  await gateway.run.stopping();
  gateway.run.kill("SIGTERM");
  await Promise.all(wires.map((wire) => wire.closed()));
  assert.equal((await gateway.run.ended).code, 0);
});

test("a reload reaches every process, and requests under way keep what they began with", async (t) => {
  const [first, second] = [await fakeFor(t), await fakeFor(t, { models: ["n"] })];
  const gateway = await workersFor(t, configOf({ first }));
  const wires = [await gateway.openAt(1), await gateway.openAt(2)];
  const busy = await gateway.openAt(2);
  const gate = new Gate();
  first.script([held(gate, json(200, { id: "late" }))]);
  await busy.send(requestBytes(chat()));
  await first.waitForRequest(1);
  await writeFile(join(gateway.run.folder, "config.yaml"), configOf({ second }));
  for (const wire of wires)
    await until(
      () => askOn(wire, chat("n")),
      ({ status }) => status === 200,
    );
  for (const wire of wires) assert.equal((await askOn(wire, chat("m"))).status, 404);
  gate.open();
  assert.equal((await busy.answer()).status, 200);
  // A process that begins later has the same.
  const pid = await gateway.pidOf(1);
  process.kill(pid, "SIGKILL");
  await gateway.replaced(1, pid);
  assert.equal((await askOn(await gateway.openAt(1), chat("n"))).status, 200);
});

test("a new model that an endpoint lists is known to every process once one has asked for it", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }));
  const wires = [await gateway.openAt(1), await gateway.openAt(2)];
  fake.models = ["m", "new"];
  const [one, other] = wires;
  assert.ok(one !== undefined && other !== undefined);
  assert.equal((await askOn(one, chat("new"))).status, 200);
  const asked = fake.discoveries.length;
  assert.equal((await askOn(other, chat("new"))).status, 200);
  assert.equal(fake.discoveries.length, asked);
});

test("lines of the log are whole, however long they are and however many processes write them", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }));
  const wires = [];
  for (let count = 0; count < 8; count++) wires.push((await gateway.open()).wire);
  const path = `/v1/${"x".repeat(6_000)}`;
  await Promise.all(
    wires.map(async (wire) => {
      for (let count = 0; count < 50; count++) await askOn(wire, { path: `${path}${count}` });
    }),
  );
  gateway.run.kill("SIGTERM");
  const { stdout } = await gateway.run.ended;
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(lines.filter((line) => String(line.path).startsWith(path)).length, 400);
  assert.equal(lines[0]?.event, "started");
  assert.equal(lines[0]?.workers, 2);
  assert.equal(lines.at(-1)?.event, "stopped");
});

test("a port that is taken is told before any process is started", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const fake = await fakeFor(t);
  const { runCli } = await import("../support/cli.ts");
  const files = { "config.yaml": configOf({ fake }, { server: { port: address.port } }) };
  const { code, stderr, stdout } = await runCli(t, [], { files });
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`${address.port}`));
  assert.equal(stdout.includes("worker_started"), false);
});

test("a stream on one process goes on while another one is killed again and again", async (t) => {
  const fake: FakeEndpoint = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ fake }));
  const gate = new Gate();
  const wire = await gateway.openAt(2);
  fake.script([stream(["data: {}\n\n", "data: [DONE]\n\n"], { gate })]);
  await wire.send(requestBytes(chat("m", { stream: true })));
  await fake.waitForRequest(1);
  for (let round = 0; round < 3; round++) {
    const pid = await gateway.pidOf(1);
    process.kill(pid, "SIGKILL");
    await gateway.replaced(1, pid);
  }
  assert.match(gateway.run.stdout, /"worker_died"[^\n]*"pause_ms":0[\s\S]*"worker_died"[^\n]*"pause_ms":250/);
  gate.open(10);
  assert.match((await wire.answer()).text, /\[DONE\]/);
});

/** Waits until somebody else can listen there. */
async function isFree(port: number): Promise<void> {
  await until(
    async () => {
      const server = createServer();
      const isListening = await new Promise<boolean>((resolve) => {
        server.once("error", () => setImmediate(() => resolve(false)));
        server.listen(port, "127.0.0.1", () => resolve(true));
      });
      server.close();
      return isListening;
    },
    (isListening) => isListening,
  );
  await assert.rejects(openWire(port));
}
