// Faults 122 and 123: clients that give up before an answer begins. An endpoint that hangs is found out; one that only
// takes its time is not taken for one.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Gate } from "../../support/condition.ts";
import { body, held, json } from "../../support/fakes/behaviours.ts";
import { openSocket, type WireSocket } from "../../support/fakes/hasty-client.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { chat, type World, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const TWO = { endpoints: { a: {}, b: {} } } as const;

type Held = World<"a" | "b"> & { readonly clock: HeldClock };

async function heldWorld(t: TestContext): Promise<Held> {
  const clock = new HeldClock();
  const world = await worldFor(t, TWO, { clock });
  for (const fake of Object.values(world.fakes)) fake.always(GOOD);
  return { ...world, clock };
}

/** Sends one request; where `a` has it, waits so long by the clock and leaves. True when it was answered. */
async function impatient(world: Held, waitMs: number): Promise<boolean> {
  const before = world.fakes.a.requests.length;
  const settled = world.log.summaries.length;
  const socket: WireSocket = await openSocket(world.port, chat());
  while (world.fakes.a.requests.length === before && !socket.isAnswered) await setImmediate();
  if (!socket.isAnswered) {
    world.clock.advance(waitMs);
    socket.leave();
  }
  while (world.log.summaries.length === settled) await setImmediate();
  // What is asked behind a client that left comes back before the next one.
  for (let turn = 0; turn < 50; turn += 1) await setImmediate();
  return socket.isAnswered;
}

const ejections = (world: Held): number =>
  world.log.lines.filter(({ event }) => event === "endpoint_ejected").length;

test("fault 122: one of two hangs though its list comes, clients leave after 5 s: it is ejected after three", async (t) => {
  const world = await heldWorld(t);
  world.fakes.a.always(held(new Gate(), GOOD));
  const answered: boolean[] = [];
  for (let time = 0; time < 24; time += 1) answered.push(await impatient(world, 5_000));
  assert.equal(answered.filter((isAnswered) => !isAnswered).length <= 5, true, answered.join());
  assert.ok(ejections(world) >= 1);
});

test("fault 122: one of two hangs with its list, clients leave after 2 s: its list decides", async (t) => {
  const clock = new HeldClock();
  const world = await worldFor(t, { ...TWO, discovery: { timeout: "100ms" } }, { clock });
  world.fakes.b.always(GOOD);
  world.fakes.a.always(held(new Gate(), GOOD)).on("GET /models", held(new Gate(), GOOD));
  const answered: boolean[] = [];
  for (let time = 0; time < 6; time += 1) answered.push(await impatient({ ...world, clock }, 2_000));
  const { message } = await world.log.line("endpoint_ejected");
  assert.match(message, /^a keeps failing/);
  for (let time = 0; time < 6; time += 1) assert.equal((await world.ask(chat())).status, 200);
});

test("fault 122: one model hangs where another of the same endpoint answers: it alone is ejected", async (t) => {
  const clock = new HeldClock();
  const both = { fake: { models: ["m", "n"] } };
  const world = { ...(await worldFor(t, { endpoints: { a: both, b: both } }, { clock })), clock };
  const hang = held(new Gate(), GOOD);
  world.fakes.b.always(GOOD);
  world.fakes.a.always({
    run: (exchange) => (exchange.request.json()["model"] === "m" ? hang : GOOD).run(exchange),
  });
  for (let time = 0; time < 8; time += 1) {
    await impatient(world, 5_000);
    for (let other = 0; other < 2; other += 1) await world.ask(chat("n"));
  }
  const { message } = await world.log.line("endpoint_ejected");
  assert.match(message, /^a\/m keeps failing/);
  assert.equal(ejections(world), 1);
});

test("fault 122: what usually answers at once and hangs now is found out by clients that wait for 2 s", async (t) => {
  const world = await heldWorld(t);
  for (let time = 0; time < 4; time += 1) await world.ask(chat());
  world.fakes.a.always(held(new Gate(), GOOD));
  for (let time = 0; time < 8; time += 1) await impatient(world, 2_000);
  assert.equal(ejections(world), 1);
  // It is let in again by a request that is answered.
  world.fakes.a.behave().always(GOOD);
  world.clock.advance(10_000);
  for (let time = 0; time < 4; time += 1) assert.equal((await world.ask(chat())).status, 200);
  await world.log.line("endpoint_returned");
});

test("fault 123: answers that take 8 s, and a client that leaves after 6, twenty times: nobody is ejected", async (t) => {
  const world = await heldWorld(t);
  const gate = new Gate();
  world.fakes.a.always(held(gate, GOOD));
  // Who waits learns how long it takes there.
  for (let time = 0; time < 2; time += 1) {
    const before = world.fakes.a.requests.length;
    const waiting = world.ask(chat());
    await Promise.race([world.fakes.a.waitForRequest(before + 1), waiting]);
    world.clock.advance(8_000);
    if (world.fakes.a.requests.length > before) gate.open();
    assert.equal((await waiting).status, 200);
  }
  for (let time = 0; time < 20; time += 1) await impatient(world, 6_000);
  assert.equal(ejections(world), 0);
});

test("fault 123: clients that leave within moments eject nobody, however many", async (t) => {
  const world = await heldWorld(t);
  for (const fake of Object.values(world.fakes)) fake.always(held(new Gate(), GOOD));
  for (let time = 0; time < 40; time += 1) await leaveAt(world, 100);
  assert.equal(ejections(world), 0);
});

test("fault 123: where everybody takes long, leaving after a minute ejects nobody", async (t) => {
  const world = await heldWorld(t);
  for (const fake of Object.values(world.fakes)) fake.always(held(new Gate(), GOOD));
  for (let time = 0; time < 20; time += 1) await leaveAt(world, 60_000);
  assert.equal(ejections(world), 0);
});

test("fault 123: one that answers others meanwhile does not hang, whoever leaves", async (t) => {
  const world = await heldWorld(t);
  const slow = held(new Gate(), GOOD);
  const fast = body(200, "{}", { "content-type": "application/json" });
  world.fakes.a.always({
    run: (exchange) => (exchange.request.body.includes("slow") ? slow : fast).run(exchange),
  });
  for (let time = 0; time < 15; time += 1) {
    await leaveAt(world, 30_000, chat("m", { user: "slow" }));
    for (let other = 0; other < 3; other += 1) assert.equal((await world.ask(chat())).status, 200);
  }
  assert.equal(ejections(world), 0);
});

/** Sends one request, wherever it goes, waits so long by the clock and leaves. */
async function leaveAt(world: Held, waitMs: number, request = chat()): Promise<void> {
  const count = (): number => world.fakes.a.requests.length + world.fakes.b.requests.length;
  const before = count();
  const settled = world.log.summaries.length;
  const socket = await openSocket(world.port, request);
  while (count() === before) await setImmediate();
  world.clock.advance(waitMs);
  socket.leave();
  while (world.log.summaries.length === settled) await setImmediate();
  for (let turn = 0; turn < 50; turn += 1) await setImmediate();
}
