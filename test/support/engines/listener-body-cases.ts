// The limits of a request's body: what a listener engine promises of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { systemClock } from "../../../src/core/clock.ts";
import type { Listen } from "../../../src/http/listener.ts";
import type { BodyLimits, BodyMeter, Reply, RequestListener } from "../../../src/http/message.ts";
import { Condition, Gate } from "../condition.ts";
import { wireFor } from "../wire.ts";
import { GET, serverFor } from "./listener-server.ts";

/** Room for everything. */
const noMeter: BodyMeter = { take: () => true, finish() {}, release() {}, onShed: undefined };

/** Limits that no body here meets. */
export const WIDE = {
  maxBytes: 100_000,
  idleMs: 10_000,
  totalMs: 60_000,
  minBytesPerSecond: 0,
  clock: systemClock,
};

/** Answers with `whole`, or with the code of the error. */
export function readingWith(limits: BodyLimits, meter = noMeter): RequestListener {
  return async (request, reply) => {
    const reading = Promise.resolve(request.readBody(limits, meter));
    const outcome = await reading.then(
      () => "whole",
      (error: { readonly code: string }) => error.code,
    );
    reply.head(400, ["content-length", String(outcome.length)]);
    reply.end(Buffer.from(outcome));
  };
}

/** The cases. */
export function testBodies(listen: Listen): void {
  test("a body that stops coming is answered 408", async (t) => {
    const limits = { ...WIDE, idleMs: 20 };
    const server = await serverFor(t, { listen }, readingWith(limits));
    const wire = await wireFor(t, server.port);
    await wire.send("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 50\r\n\r\nhalf");
    assert.equal((await wire.answer()).text, "request_timeout");
    // Its connection is of no use for another request.
    await wire.closed();
  });

  test("a body that goes on for longer than it may in all is answered 408, however steadily it comes", async (t) => {
    const limits = { ...WIDE, totalMs: 0 };
    const server = await serverFor(t, { listen }, readingWith(limits));
    const wire = await wireFor(t, server.port);
    await wire.send("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n");
    assert.equal((await wire.answer()).text, "request_timeout");
  });

  test("a body in chunks whose end comes with what is too much of it is refused as too large", async (t) => {
    const reading = readingWith({ ...WIDE, maxBytes: 3 });
    const begun = new Gate();
    const server = await serverFor(t, { listen }, (request, reply) => {
      reading(request, reply);
      begun.open();
    });
    const wire = await wireFor(t, server.port);
    await wire.send("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n");
    await begun.pass();
    await wire.send("2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n");
    assert.equal((await wire.answer()).text, "request_too_large");
  });

  test("a connection goes on behind a large body that came whole and that nobody read", async (t) => {
    const answering = new Gate();
    const server = await serverFor(t, { listen }, async (_request, reply) => {
      await answering.pass();
      reply.head(404, ["content-length", "0"]);
      reply.end();
    });
    const wire = await wireFor(t, server.port);
    // One read brings less than this and the next one the rest.
    const body = "a".repeat(70_000);
    await wire.send(`POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await answering.reached();
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    answering.open();
    const { header } = await wire.answer();
    if (header("connection") === "close") return;
    await wire.send(GET);
    answering.open();
    assert.equal((await wire.answer()).status, 404);
  });

  test("who reads a body only when the client has left in the middle of it is told so", async (t) => {
    const outcome = new Promise<string>((resolve) => {
      const listening = serverFor(t, { listen }, (request, reply) => {
        reply.onAbort(() => {
          const reading = Promise.resolve(request.readBody({ ...WIDE, idleMs: 2_000 }, noMeter));
          reading.then(
            () => resolve("whole"),
            (error: { readonly code: string }) => resolve(error.code),
          );
        });
      });
      void listening.then(async (server) => {
        const wire = await wireFor(t, server.port);
        await wire.send("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 50\r\n\r\nhalf");
        wire.close();
      });
    });
    assert.equal(await outcome, "client_closed");
  });

  test("a piece for which there is no room ends the reading, and what was counted is given back", async (t) => {
    const told: string[] = [];
    const meter: BodyMeter = {
      take: (bytes, isLast) => {
        told.push(`take ${bytes} ${isLast}`);
        return bytes <= 3;
      },
      finish: () => told.push("finish"),
      release: () => told.push("release"),
      onShed: undefined,
    };
    const server = await serverFor(t, { listen }, readingWith(WIDE, meter));
    const wire = await wireFor(t, server.port);
    await wire.send("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\n\r\nbody");
    assert.equal((await wire.answer()).text, "overloaded");
    assert.deepEqual(told, ["take 4 true", "release"]);
  });

  test("behind a body that nobody has read the next request is answered, or the connection closed", async (t) => {
    const begun = new Condition();
    const replies: Reply[] = [];
    const server = await serverFor(t, { listen }, (_request, reply) => {
      replies.push(reply);
      reply.head(200, ["content-length", "0"]);
      begun.notify();
    });
    // More than is read in one go, and than is held while nobody reads it.
    const body = "x".repeat(100_000);
    const wire = await wireFor(t, server.port);
    await wire.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await begun.until(() => replies.length === 1);
    for (let turns = 0; turns < 20; turns += 1) await turn();
    replies[0]?.end();
    if ((await wire.answer()).header("connection") === "close") {
      await wire.closed();
      return;
    }
    await wire.send(GET);
    await begun.until(() => replies.length === 2);
    replies[1]?.end();
    assert.equal((await wire.answer()).status, 200);
  });
}
