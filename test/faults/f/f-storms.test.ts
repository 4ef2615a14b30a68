// Faults 97 to 100: failures that feed on themselves. Retries stay few, ejections grow, recoveries are gentle, and no
// client can take endpoints away from the others.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Gate } from "../../support/condition.ts";
import { dryRun } from "../../support/dry-run.ts";
import { apiError, behaviour, held, json } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import type { FakeEndpoint } from "../../support/fakes/fake-endpoint.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { openWire, requestBytes } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const DOWN = apiError(503, null);
const EJECTED = "failing, ejected for now";

/** One answer to requests whose body has such a text, another one to the rest. */
function either(text: string, then: Behaviour, otherwise: Behaviour): Behaviour {
  return behaviour((exchange) => (exchange.request.body.includes(text) ? then : otherwise).run(exchange));
}

function requestsAt(fakes: Readonly<Record<string, FakeEndpoint>>): number {
  return Object.values(fakes).reduce((sum, fake) => sum + fake.requests.length, 0);
}

/** Sends requests over a fixed number of connections, each as soon as the one before it is answered. */
async function storm(port: number, requests: number, connections: number): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  let left = requests;
  const worker = async (): Promise<void> => {
    const wire = await openWire(port);
    while (left > 0) {
      left -= 1;
      await wire.send(requestBytes(chat()));
      const { status } = await wire.answer();
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    wire.close();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return statuses;
}

test("fault 97: while every endpoint answers 503, calls stay within 1.2 times the clients' requests", async (t) => {
  for (const names of [
    ["a", "b"],
    ["a", "b", "c", "d"],
  ]) {
    const endpoints: Record<string, object> = Object.fromEntries(names.map((name) => [name, {}]));
    const { port, fakes, ask, log } = await worldFor(t, { endpoints });
    for (const fake of Object.values(fakes)) fake.always(DOWN);
    assert.deepEqual(await storm(port, 600, 50), { 503: 600 });
    const calls = requestsAt(fakes);
    assert.ok(calls <= 1.2 * 600, `${calls} calls`);
    // Nobody was turned away without having been asked for: there is no outage of our own making.
    assert.ok(calls >= 600, `${calls} calls`);
    const told = log.summaries.map(({ attempts }) => attempts.length);
    assert.equal(
      told.reduce((sum, count) => sum + count, 0),
      calls,
    );
    const answer = await ask(chat());
    // Where the budget was spent the first answer was the last.
    assert.ok(told.includes(1));
    assert.equal(errorOf(answer).code, "upstream_server_error");
    assert.equal(answer.header("x-should-retry"), "false");
  }
});

test("fault 97: the storm of one model takes nothing from the retries of another", async (t) => {
  const fake = { models: ["m", "n"] };
  const { port, fakes, ask } = await worldFor(t, { endpoints: { a: { fake }, b: { fake } } });
  for (const one of Object.values(fakes)) one.always(either('"model":"n"', GOOD, DOWN));
  await storm(port, 200, 20);
  fakes.a.always(DOWN);
  for (let time = 0; time < 6; time += 1) assert.equal((await ask(chat("n"))).status, 200);
});

/** Two endpoints under a clock that stands still; nothing but requests tells how they are. */
async function heldWorld(t: TestContext, health: Readonly<Record<string, unknown>> = {}) {
  const clock = new HeldClock();
  const settings = { active_probes: false, ...health };
  const world = await worldFor(t, { endpoints: { a: {}, b: {} }, health: settings }, { clock });
  for (const fake of Object.values(world.fakes)) fake.always(GOOD);
  const whyNotA = async (): Promise<string | null | undefined> => (await dryRun(world)).skipped["a"];
  /** Requests until `a` is ejected; all of them are served. */
  const ejectA = async (): Promise<void> => {
    world.fakes.a.always(DOWN);
    while ((await whyNotA()) !== EJECTED) assert.equal((await world.ask(chat())).status, 200);
  };
  return { ...world, clock, whyNotA, ejectA };
}

test("fault 98: an endpoint that comes and goes stays out longer each time, up to the limit", async (t) => {
  const { clock, fakes, whyNotA, ejectA, ask } = await heldWorld(t, { ejection_max: "60s" });
  const stays: number[] = [];
  for (let time = 0; time < 8; time += 1) {
    await ejectA();
    const before = fakes.a.requests.length;
    let seconds = 0;
    while ((await whyNotA()) === EJECTED) {
      clock.advance(1_000);
      seconds += 1;
      assert.equal((await ask(chat())).status, 200);
    }
    stays.push(seconds);
    fakes.a.always(GOOD);
    // It is up for five seconds: long enough for the probe, too short to be forgiven.
    for (let second = 0; second < 5; second += 1) {
      clock.advance(1_000);
      for (let each = 0; each < 4; each += 1) assert.equal((await ask(chat())).status, 200);
    }
    assert.ok(fakes.a.requests.length > before);
  }
  assert.deepEqual(stays, [10, 20, 30, 40, 50, 60, 60, 60]);
});

test("fault 98: health that lasts is rewarded: the next ejection is a short one again", async (t) => {
  const { clock, fakes, whyNotA, ejectA, ask } = await heldWorld(t);
  for (const [health, stay] of [
    [1, 10],
    [1, 20],
    [600, 10],
  ] as const) {
    clock.advance(health * 1_000);
    await ejectA();
    clock.advance(stay * 1_000 - 1);
    assert.equal(await whyNotA(), EJECTED);
    clock.advance(1);
    fakes.a.always(GOOD);
    for (let time = 0; time < 4; time += 1) assert.equal((await ask(chat())).status, 200);
    assert.equal(await whyNotA(), null);
  }
});

test("fault 99: of all who come when an ejection is over one is let through, and the others do not wait", async (t) => {
  const { clock, fakes, ejectA, ask } = await heldWorld(t);
  await ejectA();
  clock.advance(10_000);
  const before = fakes.a.requests.length;
  const gate = new Gate();
  fakes.a.always(held(gate, GOOD));
  const together = Array.from({ length: 50 }, () => ask(chat()));
  await fakes.a.waitForRequest(before + 1);
  const first = await Promise.race(together);
  assert.equal(first.header("x-oai-gateway-endpoint"), "b");
  for (let time = 0; time < 20; time += 1)
    assert.equal((await ask(chat())).header("x-oai-gateway-endpoint"), "b");
  gate.open(Number.POSITIVE_INFINITY);
  const names = (await Promise.all(together)).map((answer) => answer.header("x-oai-gateway-endpoint"));
  assert.equal(names.filter((name) => name === "a").length, 1);
  assert.equal(fakes.a.requests.length, before + 1);
});

test("fault 99: after the probe its share grows back slowly", async (t) => {
  const { clock, fakes, ejectA, ask } = await heldWorld(t, { slow_start: "30s" });
  await ejectA();
  clock.advance(10_000);
  fakes.a.always(GOOD);
  const shareOfA = async (): Promise<number> => {
    const before = fakes.a.requests.length;
    for (let time = 0; time < 100; time += 1) assert.equal((await ask(chat())).status, 200);
    return fakes.a.requests.length - before;
  };
  while (fakes.a.requests.length < 4) await ask(chat());
  const shares = [await shareOfA()];
  for (let time = 0; time < 2; time += 1) {
    clock.advance(15_000);
    shares.push(await shareOfA());
  }
  const [start = 0, middle = 0, end = 0] = shares;
  assert.ok(start >= 5 && start <= 12, shares.join());
  assert.ok(middle > 25 && middle < 45, shares.join());
  assert.ok(end >= 49 && end <= 51, shares.join());
});

test("fault 99: a probe that fails ejects for longer, and costs no client its answer", async (t) => {
  const { clock, fakes, whyNotA, ejectA, ask } = await heldWorld(t);
  await ejectA();
  clock.advance(10_000);
  const before = fakes.a.requests.length;
  for (let time = 0; time < 10; time += 1) assert.equal((await ask(chat())).status, 200);
  assert.equal(fakes.a.requests.length, before + 1);
  clock.advance(19_999);
  assert.equal(await whyNotA(), EJECTED);
  clock.advance(1);
  assert.equal(await whyNotA(), null);
});

test("fault 100: a request that breaks every endpoint ejects one at most", async (t) => {
  const health = { consecutive_failures: 1 };
  const world = await worldFor(t, { endpoints: { a: {}, b: {}, c: {} }, health });
  for (const fake of Object.values(world.fakes)) fake.always(apiError(500, null));
  assert.equal((await world.ask(chat())).status, 500);
  assert.equal(requestsAt(world.fakes), 3);
  const reasons = Object.values((await dryRun(world)).skipped);
  assert.equal(reasons.filter((reason) => reason === EJECTED).length, 1);
});

test("fault 100: whoever sends such requests without end takes the endpoints from nobody else", async (t) => {
  const health = { consecutive_failures: 1 };
  const world = await worldFor(t, { endpoints: { a: {}, b: {}, c: {} }, health });
  for (const fake of Object.values(world.fakes)) fake.always(either("POISON", apiError(500, null), GOOD));
  for (let time = 0; time < 20; time += 1) {
    assert.equal((await world.ask(chat("m", { user: "POISON" }))).status, 500);
    assert.equal((await world.ask(chat())).status, 200);
  }
  // All of them at once are ejected now and again, and used all the same.
  for (let time = 0; time < 6; time += 1) await world.ask(chat("m", { user: "POISON" }));
  assert.deepEqual(new Set(Object.values((await dryRun(world)).skipped)), new Set([EJECTED]));
  assert.equal((await world.ask(chat())).status, 200);
});
