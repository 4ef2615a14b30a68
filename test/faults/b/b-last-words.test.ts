// Faults 230 and 395: the last endpoint's own words, however the attempts end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { behaviour, body, json } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');

/** What is told of a model whose endpoints answer one after the other, each with its own words. */
async function toldOf(t: Parameters<typeof worldFor>[0], config: Readonly<Record<string, unknown>>) {
  const endpoints = { a: {}, b: {}, c: {} };
  const world = await worldFor(t, { endpoints, ...config }, { clock: new HeldClock() });
  const told = async (): Promise<string> => {
    const answer = await world.ask(chat());
    assert.ok(answer.status >= 400);
    return errorOf(answer).message;
  };
  return { ...world, told };
}

function words(text: string, status = 500): Behaviour {
  return json(status, { error: { message: text, type: "t", param: null, code: null } });
}

test("fault 230: the last endpoint's words are told where the attempts end early: the others rest", async (t) => {
  const { ask, fakes, told } = await toldOf(t, { retries: { max_wait: "off" } });
  for (const fake of [fakes.a, fakes.b]) {
    const slower = { error: { message: "slower", type: "t", param: null, code: null } };
    fake.always(json(429, slower, { "retry-after": "3000" }));
  }
  fakes.c.always(GOOD);
  for (let time = 0; time < 6; time += 1) assert.equal((await ask(chat())).status, 200);
  fakes.c.always(words("the disk is full"));
  assert.match(await told(), /^c: upstream_server_error \(500\)\. .* c said: the disk is full$/);
});

test("fault 230: and where the budget is spent, piece by piece, packed, and never another's in its place", async (t) => {
  const config = {
    retries: { budget_percent: 0, budget_min: 0 },
    health: { consecutive_failures: 1_000, min_requests: 1_000 },
  };
  const { fakes, told } = await toldOf(t, config);
  const both = [fakes.a, fakes.b, fakes.c];
  const slowly = behaviour(async (exchange) => {
    await exchange.head(502, ["content-type", "application/json"]);
    await exchange.piece('{"error":{"message":"bit');
    await exchange.piece(' by bit"}}');
    await exchange.finish();
  });
  const packed = body(500, gzipSync('{"error":{"message":"in a box"}}'), { "content-encoding": "gzip" });
  const cases: readonly [Behaviour, RegExp][] = [
    [words("no room"), / [abc] said: no room$/],
    [slowly, / [abc] said: bit by bit$/],
    [packed, / [abc] said: in a box$/],
    [body(503, "only text"), / [abc] said: only text$/],
  ];
  // A strike each, so that nobody is proven.
  for (let time = 0; time < 3; time += 1) {
    for (const fake of both) fake.always(words("warming up"));
    await told();
  }
  for (const [answer, expected] of cases) {
    for (const fake of both) fake.always(answer);
    const message = await told();
    assert.match(message, /The retry budget of the model is spent\./);
    assert.match(message, expected);
  }
});

test("fault 230: a job that may have been accepted, and an attempt that is the last allowed", async (t) => {
  const { ask, fakes, told } = await toldOf(t, { retries: { attempts: 2 } });
  for (const [name, fake] of Object.entries(fakes)) fake.always(words(`words of ${name}`));
  const message = await told();
  assert.match(message, /^All 2 attempts failed: (\w): .*; (\w): .* \2 said: words of \2$/);
  const job = await ask({ path: "/v1/videos", body: { model: "m", prompt: "p" } });
  assert.match(errorOf(job).message, / (\w) said: words of \1$/);
});

test("fault 230: words that do not come in time keep nobody waiting, nor show half a key", async (t) => {
  const key = "our-own-SECRET-0123456789";
  const config = { api_key: key };
  const world = await worldFor(t, {
    endpoints: { a: { config }, b: { config } },
    retries: { budget_percent: 0, budget_min: 0 },
    health: { consecutive_failures: 1_000, min_requests: 1_000 },
  });
  for (const fake of Object.values(world.fakes)) fake.always(words("warming up"));
  for (let time = 0; time < 3; time += 1) await world.ask(chat());
  for (const text of [
    `{"error":{"message":"no such key: ${key.slice(0, -4)}`,
    `no key ${key.slice(0, -9)}`,
  ]) {
    const endless = behaviour(async (exchange) => {
      await exchange.head(500, ["content-type", "application/json"]);
      await exchange.piece(text);
      await exchange.closed();
    });
    for (const fake of Object.values(world.fakes)) fake.always(endless);
    const { message } = errorOf(await world.ask(chat()));
    assert.ok(message.includes(" said: ") && !message.includes("SECRET"), message);
  }
});

test("fault 395: an error without a body is told in the client's envelope, with its status", async (t) => {
  for (const [status, told, code] of [
    [400, 400, null],
    [404, 404, null],
    [429, 429, "rate_limit_exceeded"],
    [500, 500, null],
    [401, 502, "upstream_rejected_credentials"],
  ] as const) {
    const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } }, { clock: new HeldClock() });
    fakes.a.always(body(status, "", { "content-type": "text/plain" }));
    const answer = await ask(chat());
    const { code: said, message } = errorOf(answer);
    assert.deepEqual([answer.status, answer.header("content-type")], [told, "application/json"]);
    assert.deepEqual([said, message === ""], [code, false], `${status}`);
  }
});

test("fault 395: a key that is refused without a word by a GET is the endpoint's, and no word about the caller's", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } }, { clock: new HeldClock() });
  fakes.a.on("/files", json(200, { id: "file-1", object: "file" }));
  assert.equal((await ask({ path: "/v1/files", body: {} })).status, 200);
  fakes.a.always(body(401, ""));
  const answer = await ask({ method: "GET", path: "/v1/files/file-1" });
  assert.deepEqual([answer.status, errorOf(answer).code], [502, "upstream_rejected_credentials"]);
});
