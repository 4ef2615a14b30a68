// How a model's endpoint is chosen: the strategies beside the default, settings of single models, and hedging.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { apiError, events, held, json, manual, stream } from "../support/fakes/behaviours.ts";
import * as faults from "../support/faults.ts";
import { HeldClock } from "../support/held-clock.ts";
import type { WireRequest } from "../support/wire.ts";
import { requestBytes, wireFor } from "../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../support/world.ts";

const GOOD = json(200, '{"good":true}');
const DOWN = apiError(503, null);
const TWO = { a: {}, b: {} } as const;
const THREE = { a: {}, b: {}, c: {} } as const;

async function endpointOf(world: Pick<World<string>, "ask">, request: WireRequest = chat()): Promise<string> {
  const answer = await world.ask(request);
  assert.equal(answer.status, 200, answer.text);
  return answer.header("x-oai-gateway-endpoint") ?? "";
}

test("least_in_flight: the fewest under way for its weight, open streams among them", async (t) => {
  const endpoints = { a: { config: { weight: 2 } }, b: {} };
  const world = await worldFor(t, { endpoints, routing: { strategy: "least_in_flight" } });
  const gate = new Gate();
  for (const fake of Object.values(world.fakes)) fake.always(held(gate, GOOD));
  const open = stream(["data: {}\n\n"], { end: "never" });
  world.fakes.a.script([open]);
  const wire = await wireFor(t, world.port);
  await wire.send(requestBytes(chat("m", { stream: true })));
  await wire.head();
  // One at a already: of six in all a has four, since it weighs twice.
  const waiting = Array.from({ length: 5 }, () => world.ask(chat()));
  await Promise.all([world.fakes.a.waitForRequest(4), world.fakes.b.waitForRequest(2)]);
  gate.open(Number.POSITIVE_INFINITY);
  await Promise.all(waiting);
  assert.deepEqual([world.fakes.a.requests.length, world.fakes.b.requests.length], [4, 2]);
});

test("fastest_first_token: the shorter wait, streams and plain requests apart; a failure still fails over", async (t) => {
  const clock = new HeldClock();
  const world = await worldFor(
    t,
    { endpoints: TWO, routing: { strategy: "fastest_first_token" } },
    { clock },
  );
  const slow = (ms: number) => ({
    run: async (exchange: Parameters<typeof GOOD.run>[0]) => {
      clock.advance(ms);
      await GOOD.run(exchange);
    },
  });
  world.fakes.a.always(slow(700));
  world.fakes.b.always(slow(300));
  // Both are tried once, then the faster one has all.
  await endpointOf(world);
  await endpointOf(world);
  for (let time = 0; time < 8; time += 1) assert.equal(await endpointOf(world), "b");
  const first = world.fakes.a.requests.length;
  await endpointOf(world, chat("m", { stream: true }));
  await endpointOf(world, chat("m", { stream: true }));
  assert.equal(world.fakes.a.requests.length, first + 1, "streams have their own estimate");
  world.fakes.b.always(DOWN);
  assert.equal(await endpointOf(world), "a");
});

const SESSIONS: Readonly<Record<string, (key: string) => WireRequest>> = {
  "x-session-id": (key) => ({ ...chat(), headers: { "x-session-id": key } }),
  "x-claude-code-session-id": (key) => ({ ...chat(), headers: { "x-claude-code-session-id": key } }),
  prompt_cache_key: (key) => chat("m", { prompt_cache_key: key }),
  user: (key) => chat("m", { user: key }),
};

for (const [what, request] of Object.entries(SESSIONS)) {
  test(`sticky: requests of one ${what} stay together, many spread over all`, async (t) => {
    const world = await worldFor(t, { endpoints: THREE, routing: { strategy: "sticky" } });
    const homes = new Set<string>();
    for (let session = 0; session < 30; session += 1) {
      const home = await endpointOf(world, request(`session-${session}`));
      homes.add(home);
      assert.equal(await endpointOf(world, request(`session-${session}`)), home);
    }
    assert.deepEqual([...homes].sort(), ["a", "b", "c"]);
  });
}

test("sticky: a header wins over the body, prompt_cache_key over user; without any the requests rotate", async (t) => {
  const world = await worldFor(t, { endpoints: THREE, routing: { strategy: "sticky" } });
  for (let session = 0; session < 10; session += 1) {
    const headers = { "x-session-id": `s${session}` };
    const home = await endpointOf(world, { ...chat(), headers });
    const noisy = chat("m", { prompt_cache_key: `other${session}`, user: "u" });
    assert.equal(await endpointOf(world, { ...noisy, headers }), home);
    const cached = await endpointOf(world, chat("m", { prompt_cache_key: `k${session}` }));
    assert.equal(await endpointOf(world, chat("m", { user: "u", prompt_cache_key: `k${session}` })), cached);
  }
  const seen = [];
  for (let time = 0; time < 3; time += 1) seen.push(await endpointOf(world));
  assert.deepEqual(seen.sort(), ["a", "b", "c"]);
});

test("sticky: a dry run names the endpoint that the session has", async (t) => {
  const world = await worldFor(t, { endpoints: THREE, routing: { strategy: "sticky" } });
  for (let session = 0; session < 6; session += 1) {
    const request = chat("m", { user: `u${session}` });
    const dry = await world.ask({ ...request, headers: { "x-oai-gateway-dry-run": "true" } });
    assert.equal(dry.json()["next"], await endpointOf(world, request));
  }
});

test("sticky breaks while the endpoint is down, for its sessions only, and goes back afterwards", async (t) => {
  const clock = new HeldClock();
  const options = { endpoints: THREE, routing: { strategy: "sticky" }, health: { slow_start: "off" } };
  const world = await worldFor(t, options, { clock });
  const sessions = Array.from({ length: 12 }, (_, index) => chat("m", { user: `u${index}` }));
  const homes: string[] = [];
  for (const session of sessions) homes.push(await endpointOf(world, session));
  world.fakes.a.always(DOWN);
  for (let round = 0; round < 2; round += 1) {
    for (const [index, session] of sessions.entries()) {
      const now = await endpointOf(world, session);
      if (homes[index] === "a") assert.notEqual(now, "a");
      else assert.equal(now, homes[index]);
    }
  }
  world.fakes.a.behave();
  clock.advance(10_000);
  for (const [index, session] of sessions.entries())
    assert.equal(await endpointOf(world, session), homes[index]);
});

test("routing.models: the first pattern that matches sets the strategy, others have the general one", async (t) => {
  const both = { fake: { models: ["chat-1", "other"] } };
  const routing = {
    strategy: "sticky",
    models: { "chat-*": { strategy: "weighted" }, "*": { attempts: 1 } },
  };
  const world = await worldFor(t, { endpoints: { a: both, b: both }, routing });
  const seen = [];
  for (let time = 0; time < 4; time += 1) seen.push(await endpointOf(world, chat("chat-1", { user: "u" })));
  assert.deepEqual(seen, ["a", "b", "a", "b"]);
  const home = await endpointOf(world, chat("other", { user: "u" }));
  for (let time = 0; time < 4; time += 1)
    assert.equal(await endpointOf(world, chat("other", { user: "u" })), home);
});

const HEDGED = { endpoints: THREE, routing: { hedge: { after: "30ms" } } } as const;

for (const isStream of [false, true]) {
  test(`hedge: ${isStream ? "a stream" : "a plain request"} that is late is sent twice; the loser is cancelled`, async (t) => {
    const { ask, fakes, log } = await worldFor(t, HEDGED);
    fakes.a.always(faults.neverAnswer());
    const answer = await ask(chat("m", { stream: isStream }));
    assert.deepEqual(
      [answer.header("x-oai-gateway-endpoint"), answer.header("x-oai-gateway-attempts")],
      ["b", "2; a=lost; b=ok"],
    );
    await fakes.a.requests[0]?.aborted;
    const { attempts, error, status } = await log.nextSummary();
    assert.deepEqual([error, status], [undefined, 200]);
    assert.deepEqual(
      attempts.map(({ endpoint, outcome }) => [endpoint, outcome]),
      [
        ["a", "lost"],
        ["b", "ok"],
      ],
    );
    assert.equal(fakes.c.requests.length, 0);
  });
}

test("hedge: the first one may still win", async (t) => {
  const { ask, fakes, log } = await worldFor(t, HEDGED);
  const gate = new Gate();
  fakes.a.script([held(gate, GOOD)]);
  fakes.b.script([faults.neverAnswer()]);
  const late = ask(chat());
  await fakes.b.waitForRequest();
  gate.open();
  assert.equal((await late).header("x-oai-gateway-endpoint"), "a");
  await fakes.b.requests[0]?.aborted;
  await log.nextSummary();
});

test("hedge: one that is not late is sent once", async (t) => {
  const { ask } = await worldFor(t, { ...HEDGED, routing: { hedge: { after: "60s" } } });
  assert.equal((await ask(chat())).header("x-oai-gateway-attempts"), "1");
});

test("hedge: a stream that sent its head and no event is late all the same", async (t) => {
  const { ask, fakes } = await worldFor(t, HEDGED);
  fakes.a.always(stream([], { end: "never" }));
  const answer = await ask(chat("m", { stream: true }));
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=lost; b=ok");
});

test("hedge: when one fails the other goes on; when both do, the third is asked", async (t) => {
  for (const isBothDown of [false, true]) {
    const { ask, fakes } = await worldFor(t, HEDGED);
    const [first, second] = [new Gate(), new Gate()];
    fakes.a.always(held(first, DOWN));
    fakes.b.always(held(second, isBothDown ? DOWN : GOOD));
    const saved = ask(chat());
    await fakes.b.waitForRequest();
    first.open();
    // A whole request later the failure is known.
    assert.equal(await endpointOf({ ask }), "c");
    second.open();
    const failures = `a=upstream_server_error; ${isBothDown ? "b=upstream_server_error; c=ok" : "b=ok"}`;
    assert.equal((await saved).header("x-oai-gateway-attempts")?.slice(3), failures);
  }
});

test("hedge: both that fail count as two attempts of three", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...HEDGED, endpoints: { ...THREE, d: {} } });
  const gate = new Gate();
  for (const fake of Object.values(fakes)) fake.always(held(gate, DOWN));
  const failed = ask(chat());
  await fakes.b.waitForRequest();
  gate.open(Number.POSITIVE_INFINITY);
  const answer = await failed;
  assert.match(answer.header("x-oai-gateway-attempts") ?? "", /^3; /);
  assert.match(errorOf(answer).message, /^All 3 attempts failed/);
  assert.equal(fakes.d.requests.length, 0);
});

test("hedge: a client that leaves ends both", async (t) => {
  const { fakes, port, log } = await worldFor(t, HEDGED);
  for (const fake of Object.values(fakes)) fake.always(faults.neverAnswer());
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat()));
  const [first, second] = [await fakes.a.waitForRequest(), await fakes.b.waitForRequest()];
  wire.close();
  await Promise.all([first.aborted, second.aborted]);
  assert.equal((await log.nextSummary()).status, 499);
});

test("hedge: it comes out of the budget of retries, and attempts: 1 forbids it", async (t) => {
  for (const retries of [{ budget_min: 0, budget_percent: 0 }, { attempts: 1 }]) {
    const endpoints = { a: { config: { timeouts: { first_byte: "90ms" } } }, b: {} };
    const { ask, fakes, log } = await worldFor(t, { ...HEDGED, endpoints, retries });
    fakes.a.always(faults.neverAnswer());
    await ask(chat());
    const [first] = (await log.nextSummary()).attempts;
    assert.equal(first?.outcome, "upstream_first_byte_timeout");
  }
});

test("hedge: an answer that was taken is relayed as it comes, and the late one cannot disturb it", async (t) => {
  const { fakes, port } = await worldFor(t, HEDGED);
  const [slow, quick] = [manual(), manual()];
  fakes.a.script([slow]);
  fakes.b.script([quick]);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat("m", { stream: true })));
  const [one, two] = [await slow.started, await quick.started];
  const [text = "", done = ""] = events([{ choices: [{ delta: { content: "two" } }] }, "[DONE]"]);
  await two.head(200, ["content-type", "text/event-stream"]);
  await two.piece(text);
  await wire.head();
  assert.equal(await wire.readUntil(text), text);
  await one.head(200, ["content-type", "text/event-stream"]);
  await one.piece(events([{ choices: [{ delta: { content: "one" } }] }]).join(""));
  await two.piece(done);
  assert.equal((await wire.body()).toString(), done);
});

test("cheapest: the lowest price is asked first, what nobody prices last", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: {
      unknown: {},
      dear: { config: { price: { input: 3, output: 15 } } },
      cheap: { config: { price: { input: 3, output: 15, discount: 50 } } },
      same: { config: { prices: { m: { input: 1.5, output: 7.5 } } } },
    },
    routing: { strategy: "cheapest" },
  });
  for (let count = 0; count < 4; count += 1) assert.equal((await ask(chat())).status, 200);
  const asked = (): number[] => Object.values(fakes).map(({ requests }) => requests.length);
  assert.deepEqual(asked(), [0, 0, 2, 2]);
  fakes.cheap.always(json(500, {}));
  fakes.same.always(json(500, {}));
  assert.equal((await ask(chat())).status, 200);
  assert.deepEqual(asked(), [0, 1, 3, 3]);
});
