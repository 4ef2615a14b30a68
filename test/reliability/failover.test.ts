// Failover before the first byte: what goes on to the next target and what does not, how often, and what the client
// is told when nothing is left. The server that is killed under load is in `kill-under-load.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { apiError, closeOnReuse, held, json, manual } from "../support/fakes/behaviours.ts";
import type { Behaviour } from "../support/fakes/fake-connection.ts";
import * as faults from "../support/faults.ts";
import { deadPort } from "../support/ports.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { certificate } from "../support/tls.ts";
import { ask } from "../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const THREE = { a: {}, b: {}, c: {} };

/** Every failure that goes on to the next target, with the code it is told by. */
const FAILURES: Readonly<Record<string, readonly [Behaviour, string]>> = {
  "a reset": [faults.hangUp("reset"), "upstream_reset"],
  "an end without a byte": [faults.hangUp("fin"), "upstream_reset"],
  "a reset in the head": [faults.resetInHeaders(), "upstream_reset"],
  "garbage in place of a status line": [faults.garbageStatusLine(), "upstream_bad_response"],
  "bytes of no protocol": [faults.raw("\u0000\u0001\r\n\r\n"), "upstream_bad_response"],
  "a head without end": [faults.hugeHead({ bytes: 100_000 }), "upstream_bad_response"],
  "conflicting lengths": [
    faults.raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}"),
    "upstream_bad_response",
  ],
  "a length and chunks": [
    faults.raw(
      "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ),
    "upstream_bad_response",
  ],
  "a control character in a header": [
    faults.raw("HTTP/1.1 200 OK\r\nx-a: b\u0001c\r\ncontent-length: 2\r\n\r\n{}"),
    "upstream_bad_response",
  ],
  "a page in HTML with 200": [faults.htmlPage(200), "upstream_bad_response"],
  "a page in HTML with 404": [faults.htmlPage(404), "upstream_unsupported"],
  "a page in HTML with 502": [faults.htmlPage(502), "upstream_server_error"],
  "a redirect": [faults.redirect("http://169.254.169.254/"), "upstream_redirect"],
  "a body of length 0": [faults.emptyAnswer(200), "upstream_bad_response"],
  "204": [faults.emptyAnswer(204), "upstream_bad_response"],
  "401": [apiError(401, "invalid_api_key"), "upstream_rejected_credentials"],
  "403": [apiError(403, null), "upstream_rejected_credentials"],
  "408": [apiError(408, null), "upstream_timeout_status"],
  "409": [apiError(409, null), "upstream_timeout_status"],
  "429": [apiError(429, "rate_limit_exceeded"), "upstream_rate_limited"],
  ...Object.fromEntries(
    [500, 502, 503, 504, 520, 529].map((status) => [
      String(status),
      [apiError(status, null), "upstream_server_error"] as const,
    ]),
  ),
};

for (const [what, [failure, code]] of Object.entries(FAILURES)) {
  test(`${what}: the next target is asked, for a stream as for a plain request`, async (t) => {
    for (const isStream of [false, true]) {
      // A world for each: what fails is remembered, and may rest.
      const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
      world.fakes.b.always(GOOD);
      world.fakes.a.always(failure);
      const answer = await world.ask(chat("m", { stream: isStream }));
      assert.equal(answer.text, '{"good":true}');
      assert.equal(answer.header("x-oai-gateway-endpoint"), "b");
      assert.equal(answer.header("x-oai-gateway-attempts"), `2; a=${code}; b=ok`);
    }
  });
}

test("refused, reset at connecting, no such name, a broken handshake: the next target is asked", async (t) => {
  const good = await worldFor(t, { endpoints: { good: {} } });
  good.fakes.good.always(GOOD);
  const tls = await worldFor(t, {
    endpoints: {
      expired: { fake: { tls: certificate("expired") } },
      foreign: { fake: { tls: certificate("wrong-host") } },
      signed: { fake: { tls: certificate("self-signed") } },
      reset: {},
    },
  });
  tls.fakes.reset.welcome = "reset";
  const plain = good.fakes.good.url;
  const urls: Readonly<Record<string, readonly [string, string]>> = {
    refused: [`http://127.0.0.1:${await deadPort()}/v1`, "upstream_connect_failed"],
    // Whether the connection had been made when it was reset is for the kernel to say.
    reset: [tls.fakes.reset.url, "upstream_(?:reset|connect_failed)"],
    dns: ["http://nobody.invalid/v1", "upstream_dns_failed"],
    expired: [tls.fakes.expired.url, "upstream_tls_failed"],
    foreign: [tls.fakes.foreign.url, "upstream_tls_failed"],
    signed: [tls.fakes.signed.url, "upstream_tls_failed"],
  };
  for (const [name, [base_url, code]] of Object.entries(urls)) {
    const endpoints = [
      { name, base_url, models: ["m"] },
      { name: "good", base_url: plain, models: ["m"] },
    ];
    const { port } = await gatewayFor(t, { endpoints });
    const answer = await ask(port, chat());
    assert.equal(answer.text, '{"good":true}', name);
    assert.match(answer.header("x-oai-gateway-attempts") ?? "", new RegExp(`^2; ${name}=${code}; good=ok$`));
  }
});

test("an endpoint that never answers is left at its time limit", async (t) => {
  const config = { timeouts: { first_byte: "50ms" } };
  const { ask: send, fakes } = await worldFor(t, { endpoints: { a: { config }, b: {} } });
  fakes.a.always(faults.neverAnswer());
  const answer = await send(chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_first_byte_timeout; b=ok");
  await fakes.a.requests[0]?.aborted;
});

test("each target once, three attempts at most", async (t) => {
  const { ask: send, fakes } = await worldFor(t, { endpoints: { ...THREE, d: {} } });
  for (const fake of Object.values(fakes)) fake.always(apiError(503, null));
  const answer = await send(chat());
  assert.equal(answer.status, 503);
  assert.deepEqual(countsOf(fakes), [1, 1, 1, 0]);
  const two = await worldFor(t, { endpoints: { a: {}, b: {} } });
  for (const fake of Object.values(two.fakes)) fake.always(apiError(503, null));
  await two.ask(chat());
  assert.deepEqual(countsOf(two.fakes), [1, 1]);
});

test("the caller's own 4xx are answers: relayed byte for byte, asked once", async (t) => {
  const { ask: send, fakes } = await worldFor(t, { endpoints: THREE });
  const text = '{"error" : {"message":"caf\\u00e9","param":"n","type":"x","code":1.0}}\n';
  for (const status of [400, 404, 410, 415, 418, 422, 451]) {
    for (const name of ["a", "b", "c"] as const)
      fakes[name].behave().always(json(status, text, { "x-own": "1" }));
    const before = countsOf(fakes).reduce((sum, one) => sum + one, 0);
    const answer = await send(chat("m", { stream: status % 2 === 0 }));
    assert.deepEqual([answer.status, answer.text, answer.header("x-own")], [status, text, "1"]);
    assert.equal(countsOf(fakes).reduce((sum, one) => sum + one, 0) - before, 1);
  }
});

test("401 and 403 of an endpoint are never the caller's", async (t) => {
  for (const status of [401, 403]) {
    for (const names of [["a"], ["a", "b"]]) {
      const endpoints: Record<string, object> = Object.fromEntries(names.map((name) => [name, {}]));
      const { ask: send, fakes } = await worldFor(t, { endpoints });
      for (const fake of Object.values(fakes))
        fake.always(json(status, '{"error":{"message":"bad key sk-CANARY"}}'));
      const answer = await send(chat());
      assert.equal(answer.status, 502);
      assert.equal(errorOf(answer).code, "upstream_rejected_credentials");
      assert.ok(!wholeOf(answer).includes("CANARY"));
    }
  }
});

test("a single endpoint's own error is the answer, with its headers", async (t) => {
  for (const status of [408, 409, 429, 500, 503, 529]) {
    const { ask: send, fakes, log } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
    const text = `{"error":{"message":"own ${status}"}}`;
    fakes.a.always(json(status, text, { "retry-after-ms": "1500" }));
    const answer = await send(chat());
    assert.deepEqual([answer.status, answer.text], [status, text]);
    assert.equal(answer.header("retry-after-ms"), "1500");
    assert.equal((await log.nextSummary()).status, status);
  }
  const { ask: send, fakes } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  fakes.a.always(faults.htmlPage(502));
  const page = await send(chat());
  assert.deepEqual([page.status, errorOf(page).code], [502, "upstream_server_error"]);
});

test("when all fail the envelope tells of each, and the smallest wait", async (t) => {
  const { ask: send, fakes } = await worldFor(t, { endpoints: THREE });
  fakes.a.always(apiError(429, "rate_limit_exceeded", { "retry-after": "30" }));
  fakes.b.always(apiError(503, null, { "retry-after-ms": "6500" }));
  const inOneMinute = new Date(Date.now() + 60_000).toUTCString();
  fakes.c.always(apiError(429, "insufficient_quota", { "retry-after": inOneMinute }));
  const answer = await send(chat());
  const error = errorOf(answer);
  assert.deepEqual(
    [answer.status, error.code, error.type],
    [429, "upstream_quota_exhausted", "insufficient_quota"],
  );
  assert.match(error.message, /a: upstream_rate_limited \(429\); b: upstream_server_error \(503\); c: /);
  assert.equal(answer.header("retry-after"), "7");
  assert.equal(answer.header("x-should-retry"), undefined);
  const attempts = "3; a=upstream_rate_limited; b=upstream_server_error; c=upstream_quota_exhausted";
  assert.equal(answer.header("x-oai-gateway-attempts"), attempts);
});

test("a stale pooled connection costs a free second try at the same endpoint", async (t) => {
  for (const how of ["reset", "fin"] as const) {
    const {
      ask: send,
      fakes,
      log,
    } = await worldFor(t, { endpoints: { a: {}, b: { config: { weight: 0 } } } });
    fakes.a.always(closeOnReuse(GOOD, how));
    for (let time = 0; time < 4; time += 1) {
      const answer = await send(chat());
      assert.equal(answer.text, '{"good":true}');
      assert.equal(answer.header("x-oai-gateway-attempts"), "1");
      assert.equal((await log.nextSummary()).attempts.length, 1);
    }
    assert.ok(fakes.a.staleUses > 0);
    assert.equal(fakes.b.requests.length, 0);
  }
});

test("the free try never uses another pooled connection, which may be stale too", async (t) => {
  const { ask: send, fakes } = await worldFor(t, { endpoints: { a: { config: { models: ["m"] } } } });
  const gate = new Gate();
  fakes.a.always(closeOnReuse(held(gate, GOOD)));
  const together = Array.from({ length: 5 }, () => send(chat()));
  await fakes.a.waitForRequest(5);
  gate.open(Number.POSITIVE_INFINITY);
  await Promise.all(together);
  for (let time = 0; time < 5; time += 1) assert.equal((await send(chat())).status, 200);
});

test("a connection that breaks again on the free try is a failure like any other", async (t) => {
  const { ask: send, fakes } = await worldFor(t, { endpoints: { a: {}, b: {} } });
  fakes.a.script([closeOnReuse(GOOD), faults.hangUp()]);
  await send(chat());
  await send(chat());
  const answer = await send(chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_reset; b=ok");
});

test("nothing is tried again once a byte has been sent", async (t) => {
  const { ask: send, fakes } = await worldFor(t, { endpoints: { a: {}, b: {} } });
  const live = manual();
  fakes.a.script([live]);
  const answer = send(chat("m", { stream: true }));
  const exchange = await live.started;
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece("data: {}\n\n");
  exchange.reset();
  assert.match((await answer).text, /upstream_cut_off/);
  assert.equal(fakes.b.requests.length, 0);
});

test("neither address nor key of an endpoint is ever told", async (t) => {
  const config = { api_key: "sk-CANARY-KEY", headers: { "x-secret": "CANARY-HEADER" } };
  for (const [failure] of Object.values(FAILURES)) {
    const world = await worldFor(t, { endpoints: { a: { config }, b: { config } } });
    await leakFree(world, failure);
  }
});

test("a key that may use some of the endpoints does not fail over past them", async (t) => {
  const key = { name: "phone", key: "sk-phone-0123456789", endpoints: ["a", "c"] };
  const world = await worldFor(t, { endpoints: THREE, server: { api_keys: [key] } });
  for (const name of ["a", "c"] as const) world.fakes[name].always(apiError(500, null));
  const headers = { authorization: `Bearer ${key.key}` };
  const answer = await world.ask({ ...chat(), headers });
  assert.equal(answer.status, 500);
  assert.deepEqual(countsOf(world.fakes), [1, 0, 1]);
});

async function leakFree(world: World<"a" | "b">, failure: Behaviour): Promise<void> {
  for (const fake of Object.values(world.fakes)) fake.always(failure);
  const answer = await world.ask(chat());
  assert.ok(answer.status >= 400);
  // The client's own address is the same one here, and is no secret of an endpoint's.
  const ofEndpoints = (key: string, value: unknown) => (key === "clientAddress" ? undefined : value);
  const told =
    wholeOf(answer) + JSON.stringify(world.log.summaries, ofEndpoints) + JSON.stringify(world.log.lines);
  for (const secret of [
    "CANARY",
    "169.254",
    "127.0.0.1",
    ...Object.values(world.fakes).map(({ port }) => `:${port}`),
  ])
    assert.ok(!told.includes(secret), `${secret} in ${told}`);
}

function countsOf(fakes: Readonly<Record<string, { readonly requests: readonly unknown[] }>>): number[] {
  return Object.values(fakes).map((fake) => fake.requests.length);
}

function wholeOf(answer: { readonly headers: readonly string[]; readonly text: string }): string {
  return answer.headers.join("\n") + answer.text;
}
