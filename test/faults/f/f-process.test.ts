// Faults 93 to 96: clocks that jump, signals, exceptions, and a process that is short of time or memory.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import type { Clock } from "../../../src/core/clock.ts";
import { PRESSURE_LIMITS, Pressure } from "../../../src/proxy/admit/pressure.ts";
import { runCli, startCli } from "../../support/cli.ts";
import { Gate } from "../../support/condition.ts";
import { apiError, manual, stream } from "../../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { heldAnswer } from "../../support/held-answer.ts";
import { MemoryStore } from "../../support/memory-store.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { ask, cutShort, requestBytes, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const HOUR_MS = 3_600_000;

/** A clock in the test's hand. */
class HandClock implements Clock {
  now = 1_000;
  wall = 1_700_000_000_000;
  /** Which call of `nowMs` from now on throws, once; 0 for none. */
  throwsAt = 0;
  readonly nowMs = (): number => {
    if (this.throwsAt > 0) {
      this.throwsAt -= 1;
      if (this.throwsAt === 0) throw new Error("CANARY: a fault of our own");
    }
    return this.now;
  };
  readonly wallMs = (): number => this.wall;
  readonly random = (): number => 0.5;
}

/** Two endpoints behind a clock in the test's hand; `a` is used first. */
async function timedWorld(t: Parameters<typeof fakeFor>[0]) {
  const clock = new HandClock();
  const [a, b] = [await fakeFor(t), await fakeFor(t)];
  const endpoints = [
    { name: "a", base_url: a.url },
    { name: "b", base_url: b.url },
  ];
  const health = { consecutive_failures: 1, ejection: "10s", slow_start: "off", active_probes: false };
  const { port, log } = await gatewayFor(t, { endpoints, health }, { clock });
  const four = async (): Promise<number> => {
    const before = a.requests.length;
    for (let time = 0; time < 4; time += 1) assert.equal((await ask(port, chat())).status, 200);
    return a.requests.length - before;
  };
  return { clock, a, b, four, port, log };
}

test("fault 93: an ejection lasts by the steady clock, however the date jumps", async (t) => {
  const { clock, a, four } = await timedWorld(t);
  a.script([apiError(500, null)]);
  assert.equal(await four(), 1);
  for (const jump of [HOUR_MS, -2 * HOUR_MS, 24 * HOUR_MS]) {
    clock.wall += jump;
    assert.equal(await four(), 0, `after a jump of ${jump}`);
  }
  clock.now += 15_000;
  assert.ok((await four()) > 0);
});

test("fault 93: a date in Retry-After is counted from the date when it came, then by the steady clock", async (t) => {
  const { clock, a, four } = await timedWorld(t);
  const at = new Date(clock.wall + 30_000).toUTCString();
  a.script([apiError(429, "rate_limit_exceeded", { "retry-after": at })]);
  assert.equal(await four(), 1);
  clock.wall += HOUR_MS;
  assert.equal(await four(), 0);
  clock.now += 31_000;
  assert.ok((await four()) > 0);
});

test("fault 93: a sleep of the machine under a stream breaks nothing, and no duration is below zero", async (t) => {
  const { clock, a, b, port, log } = await timedWorld(t);
  const gate = new Gate();
  for (const fake of [a, b]) fake.always(stream(["data: 1\n\n", "data: [DONE]\n\n"], { gate }));
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat("m", { stream: true })));
  gate.open();
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  // Asleep for a day: both clocks are late; then the date is set back by more than that.
  clock.now += 24 * HOUR_MS;
  clock.wall -= 48 * HOUR_MS;
  gate.open(2);
  assert.equal((await wire.body()).toString(), "data: [DONE]\n\n");
  const summary = await log.nextSummary();
  assert.deepEqual([summary.status, summary.error], [200, undefined]);
  assert.ok(summary.durationMs >= 0);
});

function configText(endpoint: FakeEndpoint): string {
  return JSON.stringify({ server: { port: 0 }, endpoints: [{ name: "one", base_url: endpoint.url }] });
}

test("fault 94: SIGTERM lets a stream finish and takes nothing new", async (t) => {
  const endpoint = await fakeFor(t);
  const live = manual();
  endpoint.script([live]);
  const run = await startCli(t, [], { files: { "config.yaml": configText(endpoint) } });
  const port = await run.port();
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat("m", { stream: true })));
  const exchange = await live.started;
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  run.kill("SIGTERM");
  await run.stopping();
  await assert.rejects(ask(port, chat()));
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  assert.equal((await wire.body()).toString(), "data: [DONE]\n\n");
  assert.equal((await run.ended).code, 0);
});

test("fault 94: requests on connections that were open are served until the drain ends, and told to close", async (t) => {
  const endpoint = await fakeFor(t);
  const live = manual();
  endpoint.script([live]);
  const run = await startCli(t, [], { files: { "config.yaml": configText(endpoint) } });
  const port = await run.port();
  const stream = await wireFor(t, port);
  const others = [await wireFor(t, port), await wireFor(t, port)];
  for (const wire of others) {
    await wire.send(requestBytes({ path: "/livez" }));
    assert.equal((await wire.answer()).status, 200);
  }
  await stream.send(requestBytes(chat("m", { stream: true })));
  const exchange = await live.started;
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await stream.head();
  run.kill("SIGTERM");
  await run.stopping();
  for (const wire of others) {
    await wire.send(requestBytes(chat()));
    const answer = await wire.answer();
    assert.deepEqual([answer.status, answer.header("connection")], [200, "close"]);
    await wire.closed();
  }
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  await stream.body();
  assert.equal((await run.ended).code, 0);
});

test("fault 94: a second SIGTERM cuts at once, and the client sees it", async (t) => {
  const endpoint = await fakeFor(t);
  endpoint.always(stream(["data: 1\n\n"], { end: "never" }));
  const run = await startCli(t, [], { files: { "config.yaml": configText(endpoint) } });
  const wire = await wireFor(t, await run.port());
  await wire.send(requestBytes(chat("m", { stream: true })));
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  run.kill("SIGTERM");
  await run.stopping();
  run.kill("SIGTERM");
  await cutShort(wire.body());
  assert.equal((await run.ended).code, 0);
});

test("fault 94: a stream that outlives server.drain_timeout is cut", async (t) => {
  const endpoint = await fakeFor(t);
  endpoint.always(stream(["data: 1\n\n"], { end: "never" }));
  const config = configText(endpoint).replace('"port":0', '"port":0,"drain_timeout":"1s"');
  const run = await startCli(t, [], { files: { "config.yaml": config } });
  const wire = await wireFor(t, await run.port());
  await wire.send(requestBytes(chat("m", { stream: true })));
  await wire.head();
  await wire.readUntil("data: 1\n\n");
  run.kill("SIGTERM");
  await cutShort(wire.body());
  assert.equal((await run.ended).code, 0);
});

test("fault 94: what was cut is told to the store before the store is closed", async (t) => {
  const endpoint = await fakeFor(t);
  endpoint.always(stream(["data: 1\n\n"], { end: "never" }));
  const store = new MemoryStore();
  const { gateway, port } = await gatewayFor(
    t,
    { endpoints: [{ name: "a", base_url: endpoint.url }] },
    { store },
  );
  const wires = await Promise.all(Array.from({ length: 20 }, () => wireFor(t, port)));
  for (const wire of wires) await wire.send(requestBytes(chat("m", { stream: true })));
  for (const wire of wires) await wire.head();
  for (const wire of wires) await wire.readUntil("data: 1\n\n");
  const close = store.close.bind(store);
  const append = t.mock.method(store, "append");
  const told: number[] = [];
  t.mock.method(store, "close", () => {
    told.push(append.mock.callCount());
    return close();
  });
  const closing = gateway.close();
  gateway.cut();
  await closing;
  assert.deepEqual(told, [wires.length]);
});

test("fault 94: a port that is taken, and a host that is not here, are said clearly with a way out", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const taken = await runCli(t, ["--no-detect", "--port", String(address.port)]);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /already in use[\s\S]*fix: oai-gateway --port /);
  assert.doesNotMatch(taken.stderr, /^ +at /m);
  // TEST-NET-1 (RFC 5737) is an address of nobody.
  const args = ["--no-detect", "--host", "192.0.2.1", "--port", "0", "--allow-anonymous"];
  const elsewhere = await runCli(t, args);
  assert.equal(elsewhere.code, 1);
  assert.match(elsewhere.stderr, /192\.0\.2\.1[\s\S]*fix: /);
});

test("fault 94: a port below 1024 is served where it may be had, and said to be forbidden where not", async (t) => {
  const run = await startCli(t, ["--no-detect", "--port", "1"]);
  const isServing = await run.port().then(
    (port) => port === 1,
    () => false,
  );
  if (isServing) return;
  const { code, stderr } = await run.ended;
  assert.equal(code, 1);
  assert.match(stderr, /port 1\b[\s\S]*fix: oai-gateway --port 8080/);
});

test("fault 95: an exception anywhere in one request fails that request alone and is in the log", async (t) => {
  for (const request of [chat(), chat("m", { stream: true })]) {
    const { clock, port, log } = await timedWorld(t);
    const failed: number[] = [];
    // Every step of a request looks at the clock: each of them fails in its turn.
    for (let step = 1; step <= 40; step += 1) {
      clock.throwsAt = step;
      const answer = await ask(port, request).catch(() => undefined);
      const isHit = clock.throwsAt === 0;
      clock.throwsAt = 0;
      if (isHit && answer?.status !== 200) failed.push(step);
      if (answer !== undefined) assert.ok(!answer.text.includes("CANARY"), answer.text);
      assert.equal((await ask(port, chat())).status, 200, `after a fault at step ${step}`);
      if (!isHit) break;
    }
    assert.ok(failed.length > 0);
    await log.line("internal");
  }
});

test("fault 96: after the loop was blocked for a second, streams go on and requests are served", async (t) => {
  const { ask: send, fakes, port } = await worldFor(t, { endpoints: { one: {} } });
  const { wire, exchange } = await heldAnswer(t, port, fakes.one, chat("m", { stream: true }));
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: 1\n\n");
  await wire.head();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  assert.equal((await send(chat())).status, 200);
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  assert.equal((await wire.body()).toString(), "data: 1\n\ndata: [DONE]\n\n");
});

test("fault 96: new requests are shed while memory is short or the loop late for long, and taken again after", () => {
  const clock = new HandClock();
  const memory = { heapBytes: 1, heapLimitBytes: 100, heldBytes: 1, limitBytes: 100 };
  let reading = memory;
  const told: (string | undefined)[] = [];
  const pressure = new Pressure({
    clock,
    limits: PRESSURE_LIMITS,
    readMemory: () => reading,
    collect: () => undefined,
    onChange: ({ reason }) => told.push(reason),
  });
  const beat = (lagMs: number): boolean => {
    clock.now += 500 + lagMs;
    pressure.onBeat(lagMs);
    return pressure.isShedding;
  };
  // One stop of a second is no overload.
  assert.deepEqual([beat(0), beat(1_000), beat(0)], [false, false, false]);
  reading = { ...memory, heapBytes: 95 };
  assert.equal(beat(0), true);
  reading = memory;
  assert.equal(beat(0), false);
  assert.deepEqual([beat(900), beat(900), beat(900)].at(-1), true);
  assert.equal(beat(0), false);
  assert.deepEqual(told, ["heap", undefined, "event_loop", undefined]);
});
