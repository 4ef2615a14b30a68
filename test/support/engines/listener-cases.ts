// What a listener engine promises, over real sockets, whichever it is: what slow, silent and greedy clients get, bodies,
// offers to leave HTTP. The tests of an engine run all of it.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { DEFAULT_LIMITS, type HttpServer, type Listen } from "../../../src/http/listener.ts";
import { Condition } from "../condition.ts";
import { SocketReader } from "../socket-reader.ts";
import { openWire, type Wire, wireFor } from "../wire.ts";
import { testBodies } from "./listener-body-cases.ts";
import { testPipelines } from "./listener-pipeline-cases.ts";
import { FLOOD, GET, HELLO, handOver, serverFor } from "./listener-server.ts";
import { testUpgrades } from "./listener-upgrade-cases.ts";

const GENEROUS = 60_000;

/** Runs all cases against one engine. */
export function testListenerEngine(listen: Listen): void {
  testConnections(listen);
  testUnfinished(listen);
  testReaders(listen);
  testPipelines(listen);
  testBodies(listen);
  testUpgrades(listen);
}

/** A connection that has been served once, so that the server has surely counted it. */
async function servedWire(t: TestContext, server: HttpServer): Promise<Wire> {
  const wire = await wireFor(t, server.port);
  await wire.send(GET);
  assert.equal((await wire.answer()).status, 200);
  return wire;
}

function testConnections(listen: Listen): void {
  test("a connection too many is answered 503 and closed; when one has gone there is room again", async (t) => {
    const server = await serverFor(t, { listen, given: { maxConnections: 2 } });
    const kept = [await servedWire(t, server), await servedWire(t, server)];
    assert.equal(server.openConnections, 2);
    const surplus = await wireFor(t, server.port);
    await surplus.send(GET);
    const answer = await surplus.answer();
    assert.equal(answer.status, 503);
    assert.equal(answer.header("retry-after"), "1");
    assert.equal(answer.header("connection"), "close");
    assert.match(answer.text, /"code":"overloaded"/);
    assert.match(answer.text, /server\.max_connections/);
    await surplus.closed();
    assert.equal(server.refusedConnections, 1);
    // The connections within the bound go on.
    for (const wire of kept) {
      await wire.send(GET);
      assert.equal((await wire.answer()).status, 200);
    }
    kept[0]?.close();
    for (;;) {
      const wire = await openWire(server.port);
      await wire.send(GET);
      const { status } = await wire.answer();
      wire.close();
      if (status === 200) break;
    }
  });

  test("those that are sent away are bounded too: the rest are cut at once", async (t) => {
    const server = await serverFor(t, { listen, given: { maxConnections: 1 } });
    await servedWire(t, server);
    // None of them says a word; two may stay for a moment.
    const surplus = await Promise.all(Array.from({ length: 10 }, () => openWire(server.port)));
    const changed = new Condition();
    const left = new Set(surplus);
    for (const wire of surplus)
      void wire.closed().then(() => {
        left.delete(wire);
        changed.notify();
      });
    await changed.until(() => left.size === 2);
    assert.equal(server.refusedConnections, 10);
    for (const wire of left) {
      await wire.send(GET);
      assert.equal((await wire.answer()).status, 503);
    }
    assert.equal(server.openConnections, 1);
    for (const wire of surplus) wire.close();
  });

  test("a larger bound is in force at once", async (t) => {
    const server = await serverFor(t, { listen, given: { maxConnections: 1 } });
    await servedWire(t, server);
    server.configure({ ...DEFAULT_LIMITS, maxConnections: 2 });
    await servedWire(t, server);
    assert.equal(server.openConnections, 2);
  });
}

const UNFINISHED: Readonly<Record<string, string>> = {
  "in the middle of a head": "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: 1",
  "before the first byte": "",
};

function testUnfinished(listen: Listen): void {
  for (const [when, bytes] of Object.entries(UNFINISHED)) {
    test(`a client that stops ${when} is answered 408 and cut`, async (t) => {
      // A handshake of TLS has no more time than a head, and takes a while on a busy machine.
      const server = await serverFor(t, { listen, given: { headMs: 250 } });
      const wire = await wireFor(t, server.port);
      if (bytes !== "") await wire.send(bytes);
      const answer = await wire.answer();
      assert.equal(answer.status, 408);
      assert.match(answer.text, /"code":"request_timeout"/);
      await wire.closed();
    });
  }

  test("a refused client that goes on sending and never closes is answered, and cut after a moment", async (t) => {
    const server = await serverFor(t, { listen });
    const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
    t.after(() => socket.destroy());
    const reader = new SocketReader(socket);
    socket.write("NOT HTTP AT ALL\r\n\r\n");
    assert.match((await reader.head()).startLine, / 400 /);
    socket.write("AND MORE OF IT\r\n\r\n");
    await reader.ended();
    assert.equal(reader.error, undefined);
    assert.equal(server.openConnections, 1);
    // It learns of the cut by writing on.
    const writing = setInterval(() => socket.write("AND MORE\r\n\r\n"), 10);
    t.after(() => clearInterval(writing));
    await new Promise((resolve) => socket.once("close", resolve));
    assert.equal(server.openConnections, 0);
  });

  test("a connection without a next request is closed in order", async (t) => {
    const server = await serverFor(t, { listen, given: { keepAliveMs: 20 } });
    const wire = await servedWire(t, server);
    await wire.closed();
    assert.equal(wire.error, undefined);
  });
}

/** Timers that keep the process alive; those of the engine itself do not. */
function runningTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}

function testReaders(listen: Listen): void {
  test("a client that reads nothing of a stream is cut, and the listener told of an abort", async (t) => {
    const { seen, listener } = handOver((reply, noted) => {
      reply.head(200, []);
      noted.wasFull = !reply.write(FLOOD);
    });
    const server = await serverFor(t, { listen, given: { writeStallMs: 50 } }, listener);
    const wire = await wireFor(t, server.port);
    wire.pause();
    await wire.send(GET);
    await seen.changed.until(() => seen.isAborted);
    assert.equal(seen.wasFull, true);
    assert.equal(seen.reply?.isClosed, true);
  });

  test("a client that reads nothing of the end of an answer is cut as well", async (t) => {
    const { seen, listener } = handOver((reply) => {
      reply.head(200, ["content-length", String(FLOOD.length)]);
      reply.end(FLOOD);
    });
    const server = await serverFor(t, { listen, given: { writeStallMs: 50 } }, listener);
    const wire = await wireFor(t, server.port);
    wire.pause();
    await wire.send(GET);
    await seen.changed.until(() => seen.isAborted);
    wire.resume();
    await wire.closed();
  });

  test("a client that reads in time is not cut, and no timer goes on for it", async (t) => {
    const { seen, listener } = handOver((reply, noted) => {
      reply.onDrain(() => noted.changed.notify());
      reply.head(200, []);
      noted.wasFull = !reply.write(FLOOD);
    });
    const server = await serverFor(t, { listen, given: { writeStallMs: GENEROUS } }, listener);
    const wire = await wireFor(t, server.port);
    const timersBefore = runningTimers();
    wire.pause();
    await wire.send(GET);
    await seen.changed.until(() => seen.reply !== undefined);
    const drained = new Promise<void>((resolve) => seen.reply?.onDrain(resolve));
    assert.equal(runningTimers(), timersBefore + 1);
    wire.resume();
    await wire.head();
    assert.equal((await wire.piece())?.length, FLOOD.length);
    await drained;
    assert.equal(runningTimers(), timersBefore);
    seen.reply?.end(HELLO);
    assert.equal((await wire.body()).toString(), "hello");
    assert.equal(seen.isAborted, false);
  });
}
