// Faults 21, 23 to 25: limits, keys, accounts and models that are missing. Each is left out for as long as it should be
// and no longer, which the dry run shows, and the client is told how long to wait when nothing is left.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { dryRun } from "../../support/dry-run.ts";
import { apiError, body, json } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const START_MS = new HeldClock().wallMs();

/** Two endpoints under a clock that stands still; `a` is asked first and fails so, `b` is good. */
async function failingFirst(t: TestContext, failure: Behaviour, models = ["m"]) {
  const clock = new HeldClock();
  const fake = { models };
  // A clock that is held never comes to the end of a rest, so that a wait for it would be in vain.
  const retries = { max_wait: "off" };
  const world = await worldFor(t, { endpoints: { a: { fake }, b: { fake } }, retries }, { clock });
  world.fakes.a.always(failure);
  world.fakes.b.always(GOOD);
  const whyNotA = async (model = "m"): Promise<string | null | undefined> =>
    (await dryRun(world, model)).skipped["a"];
  return { ...world, clock, whyNotA };
}

const date = (seconds: number): string => new Date(START_MS + seconds * 1_000).toUTCString();
const isoDate = (seconds: number): string => new Date(START_MS + seconds * 1_000).toISOString();

/** Every form of the hint, with the seconds that it must lead to. */
const HINTS: readonly (readonly [headers: Readonly<Record<string, string>>, seconds: number])[] = [
  [{ "retry-after": "30" }, 30],
  [{ "retry-after": "1.5" }, 1.5],
  [{ "retry-after": date(90) }, 90],
  [{ "retry-after-ms": "2500" }, 2.5],
  [{ "retry-after": "7", "retry-after-ms": "2500" }, 7],
  [{ "x-ratelimit-reset": "20" }, 20],
  [{ "x-ratelimit-reset": String(START_MS / 1_000 + 45) }, 45],
  [{ "x-ratelimit-reset": String(START_MS + 45_000) }, 45],
  [{ "x-ratelimit-reset-requests": "6m0s", "x-ratelimit-reset-tokens": "2s" }, 2],
  [{ "x-ratelimit-reset-tokens": "2m30s" }, 150],
  [{ "anthropic-ratelimit-requests-reset": isoDate(40) }, 40],
  // Nothing, and what cannot be read: the first guess.
  [{}, 5],
  [{ "retry-after": "soon" }, 5],
  [{ "retry-after": "" }, 5],
  // Clamped.
  [{ "retry-after": "0" }, 1],
  [{ "retry-after": "-30" }, 1],
  [{ "retry-after": date(-3_600) }, 1],
  [{ "x-ratelimit-reset-requests": "120ms" }, 1],
  [{ "retry-after": "1000000000" }, 3_600],
  [{ "retry-after": date(1e9) }, 3_600],
];

for (const [headers, seconds] of HINTS) {
  const told = JSON.stringify(headers).replaceAll(/["{}]/g, "") || "nothing";
  test(`fault 21: a 429 that says ${told} rests for ${seconds} s`, async (t) => {
    const world = await failingFirst(t, apiError(429, "rate_limit_exceeded", headers));
    const answer = await world.ask(chat());
    assert.equal(answer.text, '{"good":true}');
    assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_rate_limited; b=ok");
    world.clock.advance(seconds * 1_000 - 1);
    assert.equal(await world.whyNotA(), "rate limited");
    for (let time = 0; time < 3; time += 1) await world.ask(chat());
    assert.equal(world.fakes.a.requests.length, 1);
    world.clock.advance(2);
    assert.equal(await world.whyNotA(), null);
  });
}

test("fault 21: when all are limited the client gets 429 with the shortest wait, and nobody is asked", async (t) => {
  for (const [headers, seconds] of HINTS) {
    const world = await failingFirst(t, apiError(429, "rate_limit_exceeded", headers));
    world.fakes.b.always(apiError(429, "rate_limit_exceeded", { "retry-after": "1000000000" }));
    // A request makes one endpoint rest, so that the second one meets the other's limit, and the third meets nobody.
    for (let time = 0; time < 3; time += 1) {
      const answer = await world.ask(chat());
      assert.deepEqual([answer.status, errorOf(answer).code], [429, "upstream_rate_limited"]);
      assert.equal(answer.header("retry-after"), String(Math.ceil(seconds)), JSON.stringify(headers));
    }
    assert.deepEqual([world.fakes.a.requests.length, world.fakes.b.requests.length], [1, 2]);
  }
});

test("fault 21: without a hint the wait doubles up to a minute, and a success starts it anew", async (t) => {
  const world = await failingFirst(t, apiError(429, "rate_limit_exceeded"));
  const refusals = async (): Promise<number> => {
    const before = world.fakes.a.requests.length;
    // Both are asked in turn where nothing is left out.
    for (let time = 0; time < 2; time += 1) assert.equal((await world.ask(chat())).status, 200);
    return world.fakes.a.requests.length - before;
  };
  for (const seconds of [5, 10, 20, 40, 60, 60]) {
    assert.equal(await refusals(), 1);
    world.clock.advance(seconds * 1_000 - 1);
    assert.equal(await world.whyNotA(), "rate limited", `${seconds} s`);
    world.clock.advance(1);
    assert.equal(await world.whyNotA(), null, `${seconds} s`);
  }
  world.fakes.a.script([GOOD]);
  await refusals();
  await refusals();
  world.clock.advance(4_999);
  assert.equal(await world.whyNotA(), "rate limited");
  world.clock.advance(1);
  assert.equal(await world.whyNotA(), null);
});

test("fault 21: a limit is the model's: others of the same endpoint are served, and it is no strike", async (t) => {
  const world = await failingFirst(t, GOOD, ["m", "n"]);
  world.fakes.a.script([apiError(429, "rate_limit_exceeded", { "retry-after": "30" })]);
  await world.ask(chat());
  assert.deepEqual([await world.whyNotA("m"), await world.whyNotA("n")], ["rate limited", null]);
  const ends = world.log.lines.filter(({ event }) => event === "endpoint_ejected");
  assert.equal(ends.length, 0);
});

const REFUSED_KEYS: Readonly<Record<string, Behaviour>> = {
  "401": json(401, '{"error":{"message":"Incorrect API key provided: sk-CANARY","code":"invalid_api_key"}}'),
  "403": json(403, '{"error":{"message":"sk-CANARY may not do that"}}'),
  "401 without a word": body(401, ""),
};

for (const [what, refusal] of Object.entries(REFUSED_KEYS)) {
  test(`fault 23: ${what}: the next endpoint, an alarm, and ten minutes of rest`, async (t) => {
    const world = await failingFirst(t, refusal);
    world.fakes.a.on("GET /models", refusal);
    const answer = await world.ask(chat());
    assert.equal(answer.text, '{"good":true}');
    assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_rejected_credentials; b=ok");
    const alarm = await world.log.line("endpoint_key_unusable");
    assert.equal(alarm.level, "error");
    assert.match(alarm.message, /^a rejects its key; it is not used for 600 s\./);
    world.clock.advance(599_999);
    assert.equal(await world.whyNotA(), "its key is rejected");
    world.clock.advance(2);
    assert.equal(await world.whyNotA(), null);
    assert.ok(!JSON.stringify([world.log.lines, world.log.summaries]).includes("CANARY"));
  });

  test(`fault 23: ${what} of the only endpoint is never the caller's, nor is its text`, async (t) => {
    const { ask, fakes } = await worldFor(t, { endpoints: { a: {} } });
    fakes.a.always(refusal);
    // The second is sent although the key is known to be dead: it may have been mended.
    for (let time = 0; time < 2; time += 1) {
      const answer = await ask(chat());
      assert.deepEqual([answer.status, errorOf(answer).code], [502, "upstream_rejected_credentials"]);
      assert.ok(!(answer.text + answer.headers.join()).includes("CANARY"));
      assert.equal(answer.header("x-should-retry"), "false");
    }
    assert.equal(fakes.a.requests.length, 2);
  });
}

const QUOTA =
  '{"error":{"message":"You exceeded your quota","type":"insufficient_quota","code":"insufficient_quota"}}';
const PACKED = { "content-type": "application/json", "content-encoding": "gzip" };

const EMPTY_ACCOUNTS: Readonly<Record<string, readonly [Behaviour, number]>> = {
  "402": [json(402, '{"error":{"message":"Insufficient Balance"}}'), 600],
  "429 insufficient_quota": [json(429, QUOTA), 600],
  "429 insufficient_quota, compressed": [body(429, gzipSync(QUOTA), PACKED), 600],
  "429 insufficient_quota with the reset of a rate limit": [
    json(429, QUOTA, { "x-ratelimit-reset-requests": "120ms" }),
    60,
  ],
  "429 insufficient_quota with a word of its own": [json(429, QUOTA, { "retry-after": "300" }), 300],
};

for (const [what, [refusal, seconds]] of Object.entries(EMPTY_ACCOUNTS)) {
  test(`fault 24: ${what} rests for ${seconds} s, with an alarm`, async (t) => {
    const world = await failingFirst(t, refusal, ["m", "n"]);
    const answer = await world.ask(chat());
    assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_quota_exhausted; b=ok");
    // One request may be at fault itself; a second, different one meets the same.
    for (const content of ["b's turn", "a's turn"])
      await world.ask(chat("m", { messages: [{ role: "user", content }] }));
    const alarm = await world.log.line("endpoint_key_unusable");
    assert.match(alarm.message, new RegExp(`account behind the key of a is empty; .* ${seconds} s\\.`));
    world.clock.advance(seconds * 1_000 - 1);
    // The account is the key's, so that no model of it can be served.
    for (const model of ["m", "n"])
      assert.equal(await world.whyNotA(model), "its account is out of quota", model);
    world.clock.advance(2);
    assert.equal(await world.whyNotA(), null);
  });
}

const MISSING: Readonly<Record<string, Behaviour>> = {
  OpenAI: apiError(404, "model_not_found"),
  "OpenAI, compressed": body(
    404,
    gzipSync('{"error":{"message":"no such model","code":"model_not_found"}}'),
    PACKED,
  ),
  Ollama: json(404, '{"error":{"message":"model \\"m\\" not found, try pulling it first"}}'),
  vLLM: json(404, '{"object":"error","message":"The model `m` does not exist.","code":404}'),
  Groq: json(400, '{"error":{"message":"The model has been decommissioned","code":"model_decommissioned"}}'),
};

for (const [who, missing] of Object.entries(MISSING)) {
  test(`fault 25: no such model, as ${who} says it: others serve it, and it rests once its list lacks it`, async (t) => {
    const world = await failingFirst(t, GOOD, ["m", "n"]);
    world.fakes.a.script([missing]);
    // The list is what it was when it was read, and the one that is asked for now does not have the model.
    world.fakes.a.models = ["n"];
    const asked = world.fakes.a.discoveries.length;
    const answer = await world.ask(chat());
    assert.equal(answer.text, '{"good":true}');
    assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_model_missing; b=ok");
    await world.fakes.a.waitForDiscovery(asked + 1);
    while ((await dryRun(world, "m")).skipped["a"] !== undefined) await setImmediate();
    assert.equal(await world.whyNotA("n"), null);
    for (let time = 0; time < 4; time += 1) await world.ask(chat());
    assert.equal(world.fakes.a.requests.length, 1);
    assert.equal(world.fakes.a.discoveries.length, asked + 1);
  });
}

test("fault 25: once the list lacks the model the endpoint is no candidate; once it has it again, it is", async (t) => {
  const world = await failingFirst(t, GOOD, ["m"]);
  world.fakes.a.script([apiError(404, "model_not_found")]);
  world.fakes.a.models = ["other"];
  await world.ask(chat());
  // The same question that the gateway asks by itself.
  await world.gateway.catalogue.askAgain("a");
  assert.deepEqual((await dryRun(world)).skipped, { b: null });
  world.fakes.a.models = ["m"];
  await world.gateway.catalogue.askAgain("a");
  assert.deepEqual((await dryRun(world)).skipped, { a: null, b: null });
});

test("fault 25: a 404 about something else is the caller's", async (t) => {
  const world = await failingFirst(t, apiError(404, "response_not_found"));
  const answer = await world.ask(chat());
  assert.deepEqual([answer.status, errorOf(answer).code], [404, "response_not_found"]);
  assert.equal(world.fakes.b.requests.length, 0);
});
