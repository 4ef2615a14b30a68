// Requests that come before the answer to the one before them is out: what a listener engine promises of them.

import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Listen } from "../../../src/http/listener.ts";
import type { Reply } from "../../../src/http/message.ts";
import { Condition } from "../condition.ts";
import { requestBytes, wireFor } from "../wire.ts";
import { FLOOD, GET, HELLO, handOver, serverFor } from "./listener-server.ts";

/** The connections that servers of this process accept from now on. */
function acceptedFor(t: TestContext): readonly Socket[] {
  const accepted: Socket[] = [];
  const note = (message: unknown): void => void accepted.push((message as { socket: Socket }).socket);
  subscribe("net.server.socket", note);
  t.after(() => unsubscribe("net.server.socket", note));
  return accepted;
}

/** The cases. */
export function testPipelines(listen: Listen): void {
  test("a pipelined request is not begun before the answer to the one before it is out, and may wait for that", async (t) => {
    const replies: Reply[] = [];
    const changed = new Condition();
    const server = await serverFor(t, { listen, given: { writeStallMs: 20 } }, (_request, reply) => {
      replies.push(reply);
      reply.head(200, ["content-length", "5"]);
      changed.notify();
    });
    const wire = await wireFor(t, server.port);
    await wire.send(Buffer.concat([GET, GET, GET]));
    for (let answered = 0; answered < 3; answered += 1) {
      await changed.until(() => replies.length > answered);
      assert.equal(replies.length, answered + 1);
      replies[answered]?.end(HELLO);
      assert.equal((await wire.answer()).text, "hello");
    }
  });

  test("what comes in the moment between two answers is neither begun beside the next request nor behind the last", async (t) => {
    const replies: Reply[] = [];
    const begun: string[] = [];
    const changed = new Condition();
    const server = await serverFor(t, { listen }, (request, reply) => {
      begun.push(request.target);
      replies.push(reply);
      reply.head(200, ["content-length", "5"]);
      changed.notify();
    });
    const wire = await wireFor(t, server.port);
    await wire.send(Buffer.concat([requestBytes({ path: "/0" }), requestBytes({ path: "/1" })]));
    await changed.until(() => begun.length === 1);
    await turn();
    // In a callback of `setImmediate`: what is sent now is read before the next one.
    replies[0]?.end(HELLO);
    void wire.send(requestBytes({ path: "/2" }));
    await changed.until(() => begun.length === 2);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    assert.deepEqual(begun, ["/0", "/1"]);
    replies[1]?.end(HELLO);
    await changed.until(() => begun.length === 3);
    void wire.send(requestBytes({ path: "/3", headers: { connection: "close" } }));
    for (let turns = 0; turns < 20; turns += 1) await turn();
    await turn();
    replies[2]?.end(HELLO);
    void wire.send(requestBytes({ path: "/4" }));
    await changed.until(() => begun.length === 4);
    replies[3]?.end(HELLO);
    await wire.closed();
    assert.deepEqual(begun, ["/0", "/1", "/2", "/3"]);
  });

  test("no pipelined request of clients that read nothing is begun, however many come", async (t) => {
    let begun = 0;
    const changed = new Condition();
    const server = await serverFor(t, { listen }, (_request, reply) => {
      begun += 1;
      reply.head(200, []);
      reply.write(FLOOD);
      changed.notify();
    });
    const wires = await Promise.all(Array.from({ length: 20 }, () => wireFor(t, server.port)));
    const flood = Buffer.concat(Array.from({ length: 1_500 }, () => GET));
    for (const wire of wires) {
      wire.pause();
      await wire.send(flood);
    }
    await changed.until(() => begun === wires.length);
    // Served in between: all that was sent has been looked at.
    const other = await wireFor(t, server.port);
    await other.send(GET);
    await other.head();
    assert.equal(begun, wires.length + 1);
  });

  test("a client that pipelined and leaves is seen, and what it had asked for is never begun", async (t) => {
    let begun = 0;
    const { seen, listener } = handOver(() => {
      begun += 1;
    });
    const server = await serverFor(t, { listen }, listener);
    const wire = await wireFor(t, server.port);
    await wire.send(Buffer.concat([GET, GET]));
    await seen.changed.until(() => begun === 1);
    wire.close();
    await seen.changed.until(() => seen.isAborted);
    assert.equal(begun, 1);
  });

  test("what a client sends while an answer is due is read up to a bound", async (t) => {
    const { seen, listener } = handOver(() => undefined);
    const server = await serverFor(t, { listen }, listener);
    const wire = await wireFor(t, server.port);
    void wire.send(Buffer.concat([GET, GET, FLOOD])).catch(() => undefined);
    await seen.changed.until(() => seen.reply !== undefined);
    // The kernel's buffers take some of it; what is left shows that nobody reads any more.
    for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
    assert.ok(wire.unsentBytes > 0);
  });

  for (const isAtOnce of [true, false])
    test(`a flood of pipelined requests is read up to a bound, answered ${isAtOnce ? "at once" : "later"}`, async (t) => {
      const sockets = acceptedFor(t);
      let begun = 0;
      let mostAhead = 0;
      const changed = new Condition();
      const server = await serverFor(t, { listen }, (_request, reply) => {
        begun += 1;
        mostAhead = Math.max(mostAhead, (sockets[0]?.bytesRead ?? 0) - begun * GET.length);
        const answer = (): void => {
          reply.head(200, ["content-length", "5"]);
          reply.end(HELLO);
        };
        if (isAtOnce) answer();
        else setImmediate(answer);
        changed.notify();
      });
      const wire = await wireFor(t, server.port);
      void wire.send(Buffer.alloc(400_000 * GET.length, GET)).catch(() => undefined);
      await changed.until(() => begun >= 100);
      assert.ok(mostAhead <= 512 * 1024, `${mostAhead} bytes ahead`);
    });

  test("a client that asks for short answers and reads none is cut", async (t) => {
    const body = Buffer.alloc(20_000);
    let begun = 0;
    const changed = new Condition();
    const server = await serverFor(t, { listen, given: { writeStallMs: 20 } }, (_request, reply) => {
      begun += 1;
      changed.notify();
      reply.head(200, ["content-length", String(body.length)]);
      reply.end(body);
    });
    const wire = await wireFor(t, server.port);
    wire.pause();
    void wire.send(Buffer.alloc(3_000 * GET.length, GET)).catch(() => undefined);
    await changed.until(() => begun > 0);
    while (server.openConnections > 0) await turn();
  });

  test("a client that has said all reads to its end what was written", async (t) => {
    const { seen, listener } = handOver((reply) => {
      reply.head(200, ["content-length", String(FLOOD.length)]);
      reply.end(FLOOD);
    });
    const server = await serverFor(t, { listen }, listener);
    const wire = await wireFor(t, server.port);
    wire.pause();
    await wire.send(GET);
    await seen.changed.until(() => seen.reply !== undefined);
    wire.halfClose();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    wire.resume();
    assert.equal((await wire.answer()).body.length, FLOOD.length);
    await wire.closed();
  });
}
