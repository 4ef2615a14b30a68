// Faults of bodies that trickle, that are many or large, and of what they may cost others; memory that is not held.

import assert from "node:assert/strict";
import { mock, type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Gateway } from "../../../src/gateway.ts";
import { openFilesLimit } from "../../../src/http/listener/open-files.ts";
import { collectGarbage } from "../../../src/proxy/admit/collect-garbage.ts";
import { readMemory } from "../../../src/proxy/admit/pressure.ts";
import { json, manual } from "../../support/fakes/behaviours.ts";
import { startForgetfulEndpoint } from "../../support/fakes/forgetful-endpoint.ts";
import { hold, until } from "../../support/limits.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { openWire, requestBytes, type Wire, wireFor } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: {} }, routing: { model_overrides: { nick: ["one/m"] } } };
const MIB = 1 << 20;
const HEAD = "POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

/** So many connections that send this and no more. */
async function wiresFor(t: TestContext, port: number, count: number, bytes: string): Promise<Wire[]> {
  const wires = await Promise.all(Array.from({ length: count }, () => openWire(port)));
  t.after(() => {
    for (const wire of wires) wire.close();
  });
  await Promise.all(wires.map((wire) => wire.send(bytes)));
  return wires;
}

/** A machine that is busy with other things must not look like one for which this is too much. */
function ignoreLateness(t: TestContext, { overload }: Gateway): void {
  t.mock.method(overload.pressure, "onBeat", () => undefined);
}

test("fault 109: bodies that announce much and send a byte stop nobody, nor do chunks that trickle", async (t) => {
  const { ask, gateway, port } = await worldFor(t, {
    ...ONE,
    server: { max_in_flight: 20, queue: { max: 0 } },
  });
  ignoreLateness(t, gateway);
  const declared = `${HEAD}content-length: ${64 * MIB}\r\n\r\n{`;
  await wiresFor(t, port, 200, declared);
  const trickling = await wiresFor(t, port, 200, `${CHUNKED}1\r\n{\r\n`);
  const { bodies } = gateway.overload;
  await until(() => bodies.coming === 400);
  assert.equal(bodies.bytes, 400);
  for (let turn = 0; turn < 5; turn += 1) {
    await Promise.all(trickling.map((wire) => wire.send("1\r\n \r\n")));
    assert.equal((await ask(chat())).status, 200);
  }
  for (const wire of trickling) wire.close();
  await until(() => bodies.coming === 200);
});

test("fault 109: trickling bodies, as many as there are places for requests, stop nobody", async (t) => {
  const { ask, gateway, port } = await worldFor(t, ONE);
  ignoreLateness(t, gateway);
  // The client's end and the gateway's are files of this one process.
  const count = Math.min(2_048, 2 * Math.floor((openFilesLimit() ?? 4_096) / 8));
  const trickling = await wiresFor(t, port, count / 2, `${CHUNKED}1\r\n{\r\n`);
  trickling.push(...(await wiresFor(t, port, count / 2, `${HEAD}content-length: ${64 * MIB}\r\n\r\n{`)));
  const { bodies } = gateway.overload;
  await until(() => bodies.coming === count);
  for (let turn = 0; turn < 3; turn += 1) {
    await Promise.all(trickling.map((wire, at) => wire.send(at < count / 2 ? "1\r\n \r\n" : " ")));
    assert.equal((await ask(chat())).status, 200);
  }
  assert.deepEqual([bodies.coming, gateway.overload.gate.inFlight], [count, 0]);
});

test("fault 109: a body below its least rate is 408, and so is one that takes too long in all", async (t) => {
  const slow = { body_idle: "300ms", body_rate: "1GiB" };
  const long = { body: "60ms", body_rate: "off" };
  for (const [timeouts, named] of [
    [slow, /server\.timeouts\.body_rate/],
    [long, /server\.timeouts\.body\./],
  ] as const) {
    const { fakes, port, gateway } = await worldFor(t, { ...ONE, server: { timeouts } });
    const wire = await wireFor(t, port);
    const answered = wire.answer();
    let isAnswered = false;
    void answered.then(() => {
      isAnswered = true;
    });
    await wire.send(CHUNKED);
    while (!isAnswered) {
      await wire.send("1\r\n \r\n");
      await setImmediate();
    }
    const answer = await answered;
    assert.deepEqual([answer.status, errorOf(answer).code], [408, "request_timeout"]);
    assert.match(errorOf(answer).message, named);
    assert.equal(fakes.one.requests.length, 0);
    assert.equal(gateway.overload.bodies.bytes, 0);
  }
});

test("fault 109: a silent body ends with its time in all, where that is the shorter one", async (t) => {
  const { ask } = await worldFor(t, { ...ONE, server: { timeouts: { body: "50ms" } } });
  const answer = await ask(`${HEAD}content-length: 99\r\n\r\n{`);
  assert.deepEqual([answer.status, errorOf(answer).code], [408, "request_timeout"]);
});

/** A machine that says that it has a gibibyte. */
function pretendGibibyte(t: TestContext): void {
  mock.method(process, "constrainedMemory", () => 1_024 * MIB);
  t.after(() => mock.restoreAll());
}

test("fault 110: chunked bodies are counted as they come, the slowest is given up, prompts are served", async (t) => {
  pretendGibibyte(t);
  const { ask, gateway, port, fakes } = await worldFor(t, ONE);
  fakes.one.always(json(200, "{}"));
  const { bodies } = gateway.overload;
  const wires = await wiresFor(t, port, 8, `${CHUNKED}`);
  const piece = Buffer.alloc(MIB, "x");
  const chunk = Buffer.concat([Buffer.from(`${MIB.toString(16)}\r\n`), piece, Buffer.from("\r\n")]);
  let most = 0;
  const answers = wires.map(async (wire) => {
    for (let sent = 0; sent < 40; sent += 1) {
      await wire.send(chunk);
      most = Math.max(most, bodies.bytes);
    }
  });
  await Promise.all(answers);
  await until(() => wires.length - bodies.coming >= 2);
  assert.ok(most <= 224 * MIB, String(most));
  const answer = await ask(chat("m", { messages: [{ role: "user", content: "x".repeat(300_000) }] }));
  assert.equal(answer.status, 200);
  // Those that are still coming come to their end.
  const kept = bodies.coming;
  assert.ok(kept >= 5, String(kept));
  const ended = await Promise.all(
    wires.map(async (wire) => {
      await wire.send('9\r\n{"bad":1x\r\n0\r\n\r\n');
      const one = await wire.answer();
      return [one.status, errorOf(one).code, one.header("retry-after")].join();
    }),
  );
  const refused = ended.filter((one) => one === "503,overloaded,1").length;
  assert.equal(refused, 8 - kept);
  assert.equal(ended.filter((one) => one === "400,invalid_json,").length, kept);
  await until(() => bodies.bytes === 0);
});

test("fault 131: resident memory that nobody holds sheds nothing", async (t) => {
  pretendGibibyte(t);
  mock.method(process.memoryUsage, "rss", () => 5_000 * MIB);
  const { ask, gateway } = await worldFor(t, ONE);
  gateway.overload.pressure.onBeat(0);
  assert.equal((await ask(chat())).status, 200);
});

/** What is outside of the heap once all that was let go is gone; finalisers need a turn of the event loop. */
async function heldBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    collectGarbage();
    await setImmediate();
  }
  const { heldBytes: held, heapBytes } = readMemory(1);
  return held - heapBytes;
}

test("fault 111: open streams hold no prompts, neither counted nor in memory, renamed or not", async (t) => {
  const size = 300_000;
  const endpoint = await startForgetfulEndpoint();
  t.after(() => endpoint.close());
  const gateway = await gatewayFor(t, {
    endpoints: [{ name: "one", base_url: endpoint.url }],
    routing: { model_overrides: { nick: ["one/m"] } },
  });
  const send = async (model: string): Promise<Wire> => {
    const wire = await wireFor(t, gateway.port);
    await wire.send(requestBytes(chat(model, { stream: true, user: "x".repeat(size) })));
    await wire.head();
    await wire.readUntil("data:");
    return wire;
  };
  // What the first of them loads stays.
  for (const model of ["m", "nick"]) await send(model);
  const before = await heldBytes();
  for (let count = 0; count < 10; count += 1) for (const model of ["m", "nick"]) await send(model);
  assert.equal(gateway.gateway.overload.bodies.bytes, 0);
  const grown = (await heldBytes()) - before;
  assert.ok(grown < 5 * size, `${grown} bytes for 20 streams of ${size}`);
  assert.equal(gateway.gateway.overload.gate.inFlight, 22);
});

test("fault 111: nor do streams that another endpoint has refused before", async (t) => {
  const size = 300_000;
  const endpoint = await startForgetfulEndpoint();
  t.after(() => endpoint.close());
  const busy = await startForgetfulEndpoint(true);
  t.after(() => busy.close());
  const { port } = await gatewayFor(t, {
    endpoints: [
      { name: "busy", base_url: busy.url },
      { name: "one", base_url: endpoint.url, priority: 5 },
    ],
    health: { consecutive_failures: 1_000, min_requests: 1_000 },
    retries: { budget_min: 1_000 },
  });
  const send = async (): Promise<void> => {
    const wire = await wireFor(t, port);
    await wire.send(requestBytes(chat("m", { stream: true, user: "x".repeat(size) })));
    const head = await wire.head();
    await wire.readUntil("data:");
    assert.match(`${head.header("x-oai-gateway-attempts")}`, /^2; busy=/);
  };
  for (let count = 0; count < 2; count += 1) await send();
  const before = await heldBytes();
  for (let count = 0; count < 20; count += 1) await send();
  const grown = (await heldBytes()) - before;
  assert.ok(grown < 5 * size, `${grown} bytes for 20 streams of ${size}`);
});

test("fault 111: the body is let go when the answer begins, and the log still tells its length", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {} } });
  const { bodies } = world.gateway.overload;
  const live = manual();
  world.fakes.a.script([live]);
  const wire = await wireFor(t, world.port);
  const prompt = { model: "m", stream: true, messages: [{ role: "user", content: "p".repeat(300_000) }] };
  await wire.send(requestBytes({ ...chat("m", { stream: true }), body: prompt }));
  const exchange = await live.started;
  assert.ok(bodies.bytes > 300_000);
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  assert.equal(bodies.bytes, 0);
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  live.release();
  await wire.body();
  const summary = await world.log.nextSummary();
  assert.ok(summary.bytesIn > 300_000, "the log still tells its length");
});

test("fault 133: a client that leaves the queue behind a large body is noticed at once", async (t) => {
  const server = { max_in_flight: 1, queue: { max: 5, timeout: "30s" } };
  const { gateway, fakes, port } = await worldFor(t, { ...ONE, server });
  const { gate, bodies } = gateway.overload;
  const open = hold(fakes.one);
  const first = await wireFor(t, port);
  await first.send(requestBytes(chat()));
  await fakes.one.waitForRequest();
  const second = await wireFor(t, port);
  await second.send(requestBytes({ ...chat(), body: `{"model":"m","a":"${"x".repeat(8 * MIB)}"}` }));
  await until(() => gate.waiting === 1);
  assert.ok(bodies.bytes > 8 * MIB);
  second.close();
  await until(() => gate.waiting === 0 && bodies.bytes < MIB);
  open.open();
  assert.equal((await first.answer()).status, 200);
  assert.equal(fakes.one.requests.length, 1);
});
