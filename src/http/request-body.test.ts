// The limits of a request's body, over a listening server.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { wireFor } from "../../test/support/wire.ts";
import { GatewayError } from "../core/errors.ts";
import type { BodyLimits, RequestListener } from "./message.ts";
import { DEFAULT_LIMITS, type HttpServer, listen } from "./server.ts";

async function serverFor(t: TestContext, listener: RequestListener): Promise<HttpServer> {
  const server = await listen({ host: "127.0.0.1", port: 0 }, DEFAULT_LIMITS, listener);
  t.after(async () => {
    const drained = server.drain();
    server.cut();
    await drained;
  });
  return server;
}

/** Answers with `whole`, or with the code of the error. */
function readingWith(limits: BodyLimits): RequestListener {
  return async (request, reply) => {
    const reading = request.readBody(limits);
    const outcome = await reading.then(
      () => "whole",
      (error: { readonly code: string }) => error.code,
    );
    reply.head(400, ["content-length", String(outcome.length)]);
    reply.end(Buffer.from(outcome));
  };
}

test("a body that stops coming is answered 408", async (t) => {
  const limits = { maxBytes: 100, idleMs: 20, totalMs: 60_000, hold: () => undefined };
  const server = await serverFor(t, readingWith(limits));
  const wire = await wireFor(t, server.port);
  await wire.send("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 50\r\n\r\nhalf");
  assert.equal((await wire.answer()).text, "request_timeout");
  // Its connection is of no use for another request.
  await wire.closed();
});

test("a body that goes on for longer than it may in all is answered 408, however steadily it comes", async (t) => {
  const limits = { maxBytes: 100_000, idleMs: 10_000, totalMs: 0, hold: () => undefined };
  const server = await serverFor(t, readingWith(limits));
  const wire = await wireFor(t, server.port);
  await wire.send("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n");
  assert.equal((await wire.answer()).text, "request_timeout");
});

test("a piece for which there is no room ends the reading with what is thrown", async (t) => {
  const held: number[] = [];
  const hold = (bytes: number): void => {
    held.push(bytes);
    if (bytes > 3) throw new GatewayError("overloaded");
  };
  const server = await serverFor(t, readingWith({ maxBytes: 100, idleMs: 10_000, totalMs: 60_000, hold }));
  const wire = await wireFor(t, server.port);
  await wire.send("POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\n\r\nbody");
  assert.equal((await wire.answer()).text, "overloaded");
  assert.deepEqual(held, [4]);
});
