// How many promises and ticks the gateway makes for one plain request: each costs an allocation, a turn of its queue and,
// of an async function, a frame that is kept. Counted over real sockets, never timed.

import assert from "node:assert/strict";
import { createHook } from "node:async_hooks";
import { connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { USUAL_ENGINE } from "../../src/config/schema/engine-name.ts";
import { gatewayFor } from "../support/start-gateway.ts";

/**
 * As a hook counts them, which sees one more for each `await`: an async function over the whole request, one over the
 * models that may answer, one over the attempts at a model, the outcome, and a look at each of the last three. The engine
 * on `node:http` makes two more.
 */
const MOST_PROMISES = USUAL_ENGINE === "fast" ? 7 : 9;
/** The test's client and its endpoint have one each, for what they read. */
const MOST_TICKS = USUAL_ENGINE === "fast" ? 2 : 11;
const WARM_UP = 5;
const COUNTED = 20;

const REQUEST_BODY = JSON.stringify({ model: "m", messages: [] });
const REQUEST = `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${REQUEST_BODY.length}\r\n\r\n${REQUEST_BODY}`;

/** An endpoint that answers in callbacks alone: what it makes itself must not be counted. */
function plainEndpoint(t: TestContext): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => socket.write(answerTo(bytes.toString("latin1"))));
  });
  t.after(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

function answerTo(request: string): string {
  const body = request.startsWith("GET")
    ? JSON.stringify({ object: "list", data: [{ id: "m", object: "model" }] })
    : JSON.stringify({ id: "1", model: "m", choices: [{ message: { content: "x" } }] });
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

type Made = { promises: number; ticks: number };

/** What is made between a request and the end of its answer, for each of so many requests on one connection. */
function countMade(port: number, requests: number): Promise<Made[]> {
  let made: Made = { promises: 0, ticks: 0 };
  const counts: Made[] = [];
  const hook = createHook({
    init: (_id, type) => {
      if (type === "PROMISE") made.promises += 1;
      if (type === "TickObject") made.ticks += 1;
    },
  });
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1");
    const next = (): void => {
      made = { promises: 0, ticks: 0 };
      socket.write(REQUEST);
    };
    socket.on("error", reject);
    socket.on("connect", () => {
      hook.enable();
      next();
    });
    socket.on("data", (bytes) => {
      if (!bytes.toString("latin1").includes('"choices"')) return;
      // What follows an answer, such as its line in the log, belongs to it.
      setImmediate(() => {
        counts.push(made);
        if (counts.length < requests) return next();
        hook.disable();
        socket.destroy();
        resolve(counts);
      });
    });
  });
}

test("a plain request makes few promises and ticks", async (t) => {
  const port = await plainEndpoint(t);
  const { port: gatewayPort } = await gatewayFor(t, {
    endpoints: [{ name: "alpha", base_url: `http://127.0.0.1:${port}/v1` }],
  });
  const counted = (await countMade(gatewayPort, WARM_UP + COUNTED)).slice(WARM_UP);
  assert.equal(counted.length, COUNTED);
  // Whatever else goes on in the process can only add to it.
  const promises = Math.min(...counted.map((made) => made.promises));
  const ticks = Math.min(...counted.map((made) => made.ticks));
  assert.ok(promises > 0 && ticks > 0, "nothing was counted");
  assert.ok(promises <= MOST_PROMISES, `${promises} promises`);
  assert.ok(ticks <= MOST_TICKS, `${ticks} ticks`);
});
