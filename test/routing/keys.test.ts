// Several keys at one endpoint: they take turns, each cools down by itself, and the others serve meanwhile.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { apiError, json } from "../support/fakes/behaviours.ts";
import type { Behaviour, RecordedRequest } from "../support/fakes/fake-connection.ts";
import type { FakeEndpoint } from "../support/fakes/fake-endpoint.ts";
import { HeldClock } from "../support/held-clock.ts";
import { headerOf } from "../support/socket-reader.ts";
import { configOf } from "../support/start-gateway.ts";
import { chat, errorOf, type World, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const TEN_MINUTES = 600_000;

/** A world of one endpoint with these keys, in a held time. */
async function keysFor(
  t: TestContext,
  keys: readonly string[],
): Promise<World<"a"> & { readonly clock: HeldClock }> {
  const clock = new HeldClock();
  const config = { api_keys: keys, models: ["m", "n"] };
  const world = await worldFor(t, { endpoints: { a: { config } } }, { clock });
  world.fakes.a.always(GOOD);
  return { ...world, clock };
}

function keyOf(request: RecordedRequest): string {
  return headerOf(request.headers, "authorization")?.replace("Bearer ", "") ?? "";
}

function keysAt(fake: FakeEndpoint, from = 0): string[] {
  return fake.requests.slice(from).map(keyOf);
}

/** Refuses one key and serves the others. */
function refuse(fake: FakeEndpoint, key: string, how: Behaviour): void {
  fake.on((request) => keyOf(request) === key, how);
}

test("keys take turns, request by request, for streams and plain requests together", async (t) => {
  const { ask, fakes } = await keysFor(t, ["k1", "k2", "k3"]);
  for (let time = 0; time < 6; time += 1) await ask(chat("m", { stream: time % 2 === 0 }));
  assert.deepEqual(keysAt(fakes.a), ["k1", "k2", "k3", "k1", "k2", "k3"]);
});

const DEAD: Readonly<Record<string, readonly [Behaviour, string]>> = {
  "401": [apiError(401, "invalid_api_key"), "upstream_rejected_credentials"],
  "403": [apiError(403, null), "upstream_rejected_credentials"],
  "402": [apiError(402, null), "upstream_quota_exhausted"],
  "429 insufficient_quota": [apiError(429, "insufficient_quota"), "upstream_quota_exhausted"],
};

for (const [what, [refusal, code]] of Object.entries(DEAD)) {
  test(`${what}: the key rests alone for ten minutes, with one alarm, and no request is lost`, async (t) => {
    const { ask, fakes, clock, log } = await keysFor(t, ["k1", "k2"]);
    // Its list is refused as well, so that it is not the request's fault.
    refuse(fakes.a, "k1", refusal);
    fakes.a.on((request) => request.method === "GET" && keyOf(request) === "k1", apiError(401, null));
    const first = await ask(chat());
    assert.deepEqual([first.status, first.header("x-oai-gateway-attempts")], [200, `2; a=${code}; a=ok`]);
    await log.line("endpoint_key_unusable");
    const [bad, good] = (await log.nextSummary()).attempts;
    assert.deepEqual([bad?.credential, bad?.outcome, good?.credential, good?.outcome], [1, code, 2, "ok"]);
    clock.advance(TEN_MINUTES - 1_000);
    // Another model does not wake it: it is the key that rests.
    for (const model of ["m", "n", "m"]) assert.equal((await ask(chat(model))).status, 200);
    assert.deepEqual(keysAt(fakes.a), ["k1", "k2", "k2", "k2", "k2"]);
    const alarms = log.lines.filter(({ event }) => event === "endpoint_key_unusable");
    assert.deepEqual(
      alarms.map(({ level, fields }) => [level, fields["endpoint"], fields["credential"], fields["seconds"]]),
      [["error", "a", 1, 600]],
    );
    clock.advance(1_000);
    fakes.a.behave().always(GOOD);
    await ask(chat());
    await ask(chat());
    assert.deepEqual(keysAt(fakes.a, 5).sort(), ["k1", "k2"]);
  });
}

test("429: the key rests for that model alone, as long as the endpoint says, and nothing is alarmed", async (t) => {
  const { ask, fakes, clock, log } = await keysFor(t, ["k1", "k2"]);
  refuse(fakes.a, "k1", apiError(429, "rate_limit_exceeded", { "retry-after": "20" }));
  await ask(chat());
  assert.deepEqual(keysAt(fakes.a), ["k1", "k2"]);
  fakes.a.behave().always(GOOD);
  await ask(chat());
  await ask(chat("n"));
  await ask(chat("n"));
  assert.deepEqual(keysAt(fakes.a, 2), ["k2", "k1", "k2"]);
  clock.advance(20_000);
  await ask(chat());
  await ask(chat());
  assert.deepEqual(keysAt(fakes.a, 5).sort(), ["k1", "k2"]);
  assert.deepEqual(log.lines.filter(({ level }) => level !== "info").length, 0);
});

test("429 without a word of when: 5 s, doubled while it goes on, up to a minute", async (t) => {
  const { ask, fakes, clock } = await keysFor(t, ["k1", "k2"]);
  refuse(fakes.a, "k1", apiError(429, null));
  await ask(chat());
  for (const seconds of [5, 10, 20, 40, 60, 60]) {
    const before = fakes.a.requests.length;
    clock.advance(seconds * 1_000 - 1);
    await ask(chat());
    assert.deepEqual(keysAt(fakes.a, before), ["k2"], `still resting before ${seconds} s`);
    clock.advance(1);
    // Whichever key's turn it is, two requests ask both.
    await ask(chat());
    await ask(chat());
    assert.ok(keysAt(fakes.a, before).includes("k1"), `asked again after ${seconds} s`);
  }
});

test("all keys over the limit: 429 with the soonest recovery, without asking; all dead: one is tried again", async (t) => {
  const limited = await keysFor(t, ["k1", "k2"]);
  refuse(limited.fakes.a, "k1", apiError(429, null, { "retry-after": "30" }));
  refuse(limited.fakes.a, "k2", apiError(429, null, { "retry-after": "12" }));
  await limited.ask(chat());
  await limited.ask(chat());
  const asked = limited.fakes.a.requests.length;
  const answer = await limited.ask(chat());
  assert.deepEqual([answer.status, errorOf(answer).code], [429, "upstream_rate_limited"]);
  assert.deepEqual([answer.header("retry-after"), answer.header("x-should-retry")], ["12", undefined]);
  assert.equal(limited.fakes.a.requests.length, asked);

  const dead = await keysFor(t, ["k1", "k2"]);
  dead.fakes.a.always(apiError(401, null));
  const refused = await dead.ask(chat());
  assert.deepEqual([refused.status, errorOf(refused).code], [502, "upstream_rejected_credentials"]);
  assert.deepEqual(keysAt(dead.fakes.a), ["k1", "k2"]);
  assert.match(errorOf(refused).message, /a#1: upstream_rejected_credentials \(401\); a#2: /);
  dead.fakes.a.always(GOOD);
  assert.equal((await dead.ask(chat())).status, 200);
});

test("other endpoints are asked before another key of the same one", async (t) => {
  const config = { api_keys: ["k1", "k2", "k3"], weight: 10 };
  const { ask, fakes } = await worldFor(t, { endpoints: { a: { config }, b: {} } });
  fakes.a.always(apiError(401, null));
  fakes.b.always(GOOD);
  const answer = await ask(chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_rejected_credentials; b=ok");
});

test("a key that is replaced by a reload is used at once, one that stays goes on resting", async (t) => {
  const { ask, fakes, gateway, config } = await keysFor(t, ["k1", "k2", "k3"]);
  refuse(fakes.a, "k1", apiError(401, null));
  refuse(fakes.a, "k2", apiError(401, null));
  await ask(chat());
  const [endpoint] = config.endpoints ?? [];
  gateway.reload(configOf({ ...config, endpoints: [{ ...endpoint, api_keys: ["new", "k2", "k3"] }] }));
  const before = fakes.a.requests.length;
  for (let time = 0; time < 4; time += 1) await ask(chat());
  assert.deepEqual(keysAt(fakes.a, before).sort(), ["k3", "k3", "new", "new"]);
});

test("an endpoint that is taken out and put back has no old cool-down", async (t) => {
  const { ask, fakes, gateway, config } = await keysFor(t, ["k1", "k2"]);
  fakes.a.always(apiError(429, null, { "retry-after": "60" }));
  await ask(chat());
  gateway.reload(configOf({ ...config, endpoints: [] }));
  gateway.reload(configOf(config));
  fakes.a.always(GOOD);
  assert.equal((await ask(chat())).status, 200);
});

test("no key is in any answer, header or log line", async (t) => {
  const keys = ["sk-canary-one-000000", "sk-canary-two-000000"];
  const { ask, fakes, log, gateway } = await keysFor(t, keys);
  const told: string[] = [];
  for (const how of [...Object.values(DEAD).map(([refusal]) => refusal), apiError(429, null), GOOD]) {
    fakes.a.always(how);
    for (let time = 0; time < 2; time += 1) {
      const answer = await ask(chat());
      told.push(answer.headers.join("\n"), answer.text);
    }
  }
  const dry = await ask({ ...chat(), headers: { "x-oai-gateway-dry-run": "true" } });
  told.push(dry.text, JSON.stringify(log.lines), JSON.stringify(log.summaries));
  told.push(JSON.stringify(gateway.targets.health.cooldowns.snapshot()), JSON.stringify(gateway.plan("m")));
  assert.doesNotMatch(told.join("\n"), /canary/);
});
