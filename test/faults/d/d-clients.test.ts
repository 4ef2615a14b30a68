// Faults 53, 54, 56, 60 to 64: clients that leave or stop reading, and what their headers may not do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { echo, json } from "../../support/fakes/behaviours.ts";
import { endless, neverAnswer } from "../../support/faults.ts";
import { heldAnswer } from "../../support/held-answer.ts";
import { type Answer, ask as askRaw, requestBytes, wireFor } from "../../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: {} } };
const TWO = { endpoints: { one: {}, two: {} } };
const BODY = '{"model":"m"}';
const STREAM = chat("m", { stream: true });
const FLOOD = Buffer.alloc(64 * 1024, "x");

/** What the gateway said of the one exchange: 499, and nothing that would wake anybody. */
async function quietly499({ log }: World<"one" | "two">): Promise<void> {
  const summary = await log.nextSummary();
  assert.deepEqual([summary.status, summary.error], [499, "client_closed"]);
  assert.deepEqual(
    log.lines.filter(({ level }) => level === "error"),
    [],
  );
}

test("fault 53: a client that leaves before the endpoint's head ends the call there, quietly", async (t) => {
  for (const request of [chat(), STREAM]) {
    for (const leave of ["close", "reset"] as const) {
      const world = await worldFor(t, TWO);
      world.fakes.one.always(neverAnswer());
      const wire = await wireFor(t, world.port);
      await wire.send(requestBytes(request));
      const received = await world.fakes.one.waitForRequest();
      wire[leave]();
      await received.aborted;
      await quietly499(world);
      assert.equal(world.fakes.two.requests.length, 0);
    }
  }
});

test("fault 53: a client that leaves between head and body, or in the middle of it, ends the call there, quietly", async (t) => {
  for (const event of ["", 'data: {"choices":[]}\n\n']) {
    const world = await worldFor(t, TWO);
    const { wire, exchange } = await heldAnswer(t, world.port, world.fakes.one, STREAM);
    await exchange.head(200, ["content-type", "text/event-stream"]);
    if (event !== "") await exchange.piece(event);
    await wire.head();
    if (event !== "") await wire.readUntil(event);
    wire.close();
    await exchange.request.aborted;
    await quietly499(world);
  }
});

test("fault 53: a client that leaves while its body is on the way reaches no endpoint", async (t) => {
  const world = await worldFor(t, TWO);
  const wire = await wireFor(t, world.port);
  await wire.send(requestBytes(chat()).subarray(0, -5));
  wire.close();
  await quietly499(world);
  assert.equal(world.fakes.one.requests.length + world.fakes.two.requests.length, 0);
});

test("fault 54: a client that closes its side after the request is taken to have left", async (t) => {
  const world = await worldFor(t, TWO);
  world.fakes.one.always(neverAnswer());
  const wire = await wireFor(t, world.port);
  await wire.send(requestBytes(STREAM));
  const received = await world.fakes.one.waitForRequest();
  wire.halfClose();
  await received.aborted;
  await quietly499(world);
});

test("fault 56: a client that stops reading is cut at the limit, and its request at the endpoint too", async (t) => {
  const { fakes, port } = await worldFor(t, { ...ONE, server: { timeouts: { write_stall: "150ms" } } });
  fakes.one.always(endless(FLOOD));
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(STREAM));
  await wire.head();
  wire.pause();
  const received = await fakes.one.waitForRequest();
  await received.aborted;
  wire.resume();
  await wire.closed();
});

test("fault 60: CR, LF and NUL in a header are refused; other bytes reach the endpoint as they are", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const withHeader = (line: string): string =>
    `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${line}\r\ncontent-length: 13\r\n\r\n${BODY}`;
  for (const line of [
    "x-a: b\u0000c",
    "x-a: b\rc",
    "x-a: b\nc",
    "x-a\u0000: b",
    "x-\u00e9: b",
    "x a: b",
    ": b",
  ]) {
    const answer = await askRaw(port, withHeader(line));
    assert.equal(answer.status, 400, JSON.stringify(line));
    errorOf(answer);
  }
  assert.equal(fakes.one.requests.length, 0);
  assert.equal((await askRaw(port, withHeader("x-title: caf\u00e9\u00ff\tx"))).status, 200);
  assert.equal(fakes.one.requests[0]?.header("x-title"), "caf\u00e9\u00ff\tx");
});

test("fault 60: a model's name cannot add a header, nor put anything but ASCII into one", async (t) => {
  const { ask } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["\u6a21\u578b-\u00e9"] } } },
    routing: { model_overrides: { nick: ["one/\u6a21\u578b-\u00e9"] } },
  });
  for (const name of ["a\r\nx-evil: 1", "a\nb", "\u0000", "m\u007f"]) {
    const answer = await ask(chat(name));
    assert.equal(answer.status, 400);
    assert.equal(answer.header("x-evil"), undefined);
  }
  assert.equal((await ask({ ...chat(), path: "/v1/x?model=a%0d%0ax-evil:%201" })).status, 400);
  for (const name of ["nick", "\u6a21\u578b-\u00e9"]) {
    const answer = await ask(chat(name));
    assert.equal(answer.status, 200);
    for (const value of answer.headers) assert.match(value, /^[\u0020-\u007e]*$/);
  }
});

test("fault 61: headers with the names of an object's own things are headers like any other, and go nowhere", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "__defineGetter__"];
  const lines = names.map((name) => `${name}: polluted\r\n`).join("");
  const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${lines}content-length: 13\r\n\r\n`;
  assert.equal((await ask(head + BODY)).status, 200);
  for (const name of names) assert.equal(fakes.one.requests[0]?.header(name), undefined);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  // The same the other way round.
  fakes.one.always(json(200, "{}", { __proto__x: "1", constructor: "c", ["__proto__"]: "p" }));
  assert.equal((await ask(chat())).header("constructor"), "c");
});

test("fault 62: Connection cannot name away what the gateway sets itself", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { api_key: "sk-own" } } } });
  const named = "authorization, Authorization, host, content-length, content-type, x-mine, close";
  const headers = { connection: named, "x-mine": "1", "content-type": "application/json" };
  assert.equal((await ask({ ...chat(), headers })).status, 200);
  const [request] = fakes.one.requests;
  assert.equal(request?.header("authorization"), "Bearer sk-own");
  assert.equal(request?.header("content-length"), String(request?.body.length));
  assert.equal(request?.header("host"), `127.0.0.1:${fakes.one.port}`);
  assert.equal(request?.header("x-mine"), undefined);
});

const CREDENTIALS: Readonly<Record<string, string>> = {
  authorization: "Bearer CANARY",
  "x-api-key": "CANARY",
  "api-key": "CANARY",
  "x-goog-api-key": "CANARY",
  "proxy-authorization": "Basic CANARY",
  cookie: "session=CANARY",
  "OpenAI-Organization": "org-CANARY",
  "OpenAI-Project": "proj-CANARY",
};

test("fault 63: a client's own credentials reach no endpoint, keyed or not", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { api_key: "sk-own" } }, two: {} },
  });
  for (const path of ["/v1/chat/completions", "/v1/messages", "/v1/embeddings"]) {
    for (let time = 0; time < 2; time += 1) await ask({ ...chat(), path, headers: CREDENTIALS });
  }
  for (const fake of [fakes.one, fakes.two]) {
    assert.equal(fake.requests.length, 3);
    for (const request of fake.requests)
      assert.ok(!request.rawHead.includes("CANARY"), String(request.rawHead));
  }
  assert.ok(fakes.one.requests.every((request) => request.header("authorization") === "Bearer sk-own"));
  assert.ok(fakes.two.requests.every((request) => request.header("authorization") === undefined));
});

test("fault 64: a host that is not ours is 403: no name can be rebound to this machine", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  for (const host of [
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
  ]) {
    const answer = await ask({ ...chat(), headers: { host } });
    assert.deepEqual([answer.status, errorOf(answer).code], [403, "host_not_allowed"], host);
  }
  assert.equal(fakes.one.requests.length, 0);
  for (const host of ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "app.localhost"]) {
    assert.equal((await ask({ ...chat(), headers: { host } })).status, 200, host);
  }
});

function isOpenToAll(answer: Answer): boolean {
  return answer.header("access-control-allow-origin") === "*";
}

test("fault 64: a web page of another origin is 403, before and after its preflight, and nothing is a wildcard", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  for (const origin of [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://127.0.0.1@evil.example",
  ]) {
    const asked = { origin, "access-control-request-method": "POST" };
    const preflight = await ask({ method: "OPTIONS", path: "/v1/chat/completions", headers: asked });
    // A form or a script in `no-cors` mode asks without a preflight.
    const simple = await ask({ ...chat(), headers: { origin, "content-type": "text/plain" } });
    for (const answer of [preflight, simple]) {
      assert.equal(answer.status, 403, origin);
      assert.equal(answer.header("access-control-allow-origin"), undefined);
    }
  }
  assert.equal(fakes.one.requests.length, 0);
  const own = await ask({ ...chat(), headers: { origin: "http://localhost:3000" } });
  assert.deepEqual([own.status, own.header("access-control-allow-origin")], [200, "http://localhost:3000"]);
  assert.equal(own.header("access-control-allow-credentials"), undefined);
  fakes.one.always(echo());
  assert.ok(!isOpenToAll(own) && !isOpenToAll(await ask(chat())));
});
