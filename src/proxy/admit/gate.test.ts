// Tests of gate.ts and endpoint-gates.ts.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import fc from "fast-check";
import { makeEndpoint } from "../../../test/support/routing-fixtures.ts";
import { EndpointGates } from "../target/endpoint-gates.ts";
import { Gate, type WaitEnd } from "./gate.ts";

const UNCANCELLED = (): void => {};

test("a gate without a limit lets everybody in at once and counts them", async () => {
  const gate = new Gate({ max: Number.POSITIVE_INFINITY, queueMax: 0, queueMs: 0 });
  for (let count = 0; count < 1_000; count++) assert.equal(gate.tryEnter(), true);
  assert.equal(await gate.enter(UNCANCELLED), "entered");
  assert.equal(gate.inFlight, 1_001);
  assert.equal(gate.isFull, false);
  gate.leave();
  assert.equal(gate.inFlight, 1_000);
});

test("who waits enters in the order of coming, and nobody overtakes", async () => {
  const gate = new Gate({ max: 1, queueMax: 3, queueMs: 60_000 });
  assert.equal(gate.tryEnter(), true);
  const order: number[] = [];
  const waits = [1, 2, 3].map(async (number) => {
    assert.equal(await gate.enter(UNCANCELLED), "entered");
    order.push(number);
  });
  assert.equal(gate.waiting, 3);
  gate.leave();
  // The slot is the first waiter's already, though it has not gone on yet.
  assert.equal(gate.tryEnter(), false);
  gate.leave();
  gate.leave();
  await Promise.all(waits);
  assert.deepEqual(order, [1, 2, 3]);
  assert.equal(gate.inFlight, 1);
  assert.equal(gate.snapshot().shed, 0);
});

test("a full queue refuses at once", async () => {
  const gate = new Gate({ max: 1, queueMax: 1, queueMs: 60_000 });
  gate.tryEnter();
  const waiting = gate.enter(UNCANCELLED);
  assert.equal(await gate.enter(UNCANCELLED), "full");
  assert.equal(gate.snapshot().shed, 1);
  gate.leave();
  assert.equal(await waiting, "entered");
});

test("who has waited too long is refused, and those behind it move up", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const gate = new Gate({ max: 1, queueMax: 5, queueMs: 100 });
  gate.tryEnter();
  const early = gate.enter(UNCANCELLED);
  mock.timers.tick(60);
  const late = gate.enter(UNCANCELLED);
  mock.timers.tick(40);
  assert.equal(await early, "timed_out");
  assert.equal(gate.waiting, 1);
  gate.leave();
  assert.equal(await late, "entered");
  mock.timers.tick(1_000);
  assert.deepEqual([gate.inFlight, gate.waiting, gate.snapshot().shed], [1, 0, 1]);
});

test("a cancelled waiter leaves the queue and takes no slot; cancelling later does nothing", async () => {
  const gate = new Gate({ max: 1, queueMax: 5, queueMs: 60_000 });
  gate.tryEnter();
  const cancels: (() => void)[] = [];
  const waits = [0, 1, 2].map(() => gate.enter((cancel) => cancels.push(cancel)));
  cancels[1]?.();
  cancels[1]?.();
  assert.equal(await waits[1], "cancelled");
  assert.equal(gate.waiting, 2);
  gate.leave();
  cancels[0]?.();
  assert.equal(await waits[0], "entered");
  assert.deepEqual([gate.inFlight, gate.waiting, gate.snapshot().shed], [1, 1, 0]);
  cancels[2]?.();
  gate.leave();
  assert.deepEqual([gate.inFlight, gate.waiting], [0, 0]);
});

test("a larger limit lets waiters in at once, a smaller one cuts nobody", async () => {
  const gate = new Gate({ max: 1, queueMax: 5, queueMs: 60_000 });
  gate.tryEnter();
  const waits = [0, 1, 2].map(() => gate.enter(UNCANCELLED));
  gate.configure({ max: 3, queueMax: 5, queueMs: 60_000 });
  assert.deepEqual(await Promise.all(waits.slice(0, 2)), ["entered", "entered"]);
  assert.equal(gate.waiting, 1);
  gate.configure({ max: 1, queueMax: 0, queueMs: 60_000 });
  assert.equal(gate.inFlight, 3);
  gate.leave();
  gate.leave();
  assert.equal(gate.waiting, 1);
  gate.leave();
  assert.equal(await waits[2], "entered");
});

test("a queue of ten thousand is emptied from its middle without a search", async () => {
  const gate = new Gate({ max: 1, queueMax: 10_000, queueMs: 60_000 });
  gate.tryEnter();
  const cancels: (() => void)[] = [];
  const waits = Array.from({ length: 10_000 }, () => gate.enter((cancel) => cancels.push(cancel)));
  for (let at = 9_999; at >= 0; at -= 2) cancels[at]?.();
  for (let at = 0; at < 10_000; at += 2) cancels[at]?.();
  const ends = new Set(await Promise.all(waits));
  assert.deepEqual([...ends], ["cancelled"]);
  assert.equal(gate.waiting, 0);
});

type Step =
  | { readonly kind: "enter" | "leave" | "try" }
  | { readonly kind: "cancel"; readonly at: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "configure"; readonly max: number; readonly queueMax: number };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Step>({ kind: "enter" }) },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: "leave" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: "try" }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), at: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(120) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("configure" as const), max: fc.nat(4), queueMax: fc.nat(6) }),
  },
);

/** The gate said over again in the plainest way: a list of those inside and a list of those who wait. */
class Model {
  max = 2;
  queueMax = 4;
  inside = 0;
  nowMs = 0;
  waiting: { readonly id: number; readonly untilMs: number }[] = [];
  readonly ends = new Map<number, WaitEnd>();

  get isOpen(): boolean {
    return this.inside < this.max;
  }

  enter(id: number): void {
    if (this.isOpen) this.admit(id);
    else if (this.waiting.length >= this.queueMax) this.ends.set(id, "full");
    else this.waiting.push({ id, untilMs: this.nowMs + 100 });
  }

  admit(id: number): void {
    this.inside += 1;
    this.ends.set(id, "entered");
  }

  fill(): void {
    while (this.isOpen && this.waiting.length > 0) this.admit(this.waiting.shift()?.id ?? -1);
  }

  cancel(id: number): void {
    if (!this.waiting.some((one) => one.id === id)) return;
    this.waiting = this.waiting.filter((one) => one.id !== id);
    this.ends.set(id, "cancelled");
  }

  pass(ms: number): void {
    this.nowMs += ms;
    for (const { id, untilMs } of this.waiting) if (untilMs <= this.nowMs) this.ends.set(id, "timed_out");
    this.waiting = this.waiting.filter((one) => one.untilMs > this.nowMs);
  }
}

/** A gate and its model side by side. */
class Pair {
  readonly model = new Model();
  readonly gate = new Gate({ max: 2, queueMax: 4, queueMs: 100 });
  readonly ends = new Map<number, WaitEnd>();
  readonly cancels: (() => void)[] = [];

  do(step: Step): void {
    const { gate, model } = this;
    switch (step.kind) {
      case "enter":
        this.#enter();
        return;
      case "try":
        if (model.isOpen) model.inside += 1;
        gate.tryEnter();
        return;
      case "leave":
        if (model.inside === 0) return;
        model.inside -= 1;
        model.fill();
        gate.leave();
        return;
      case "cancel":
        model.cancel(step.at);
        this.cancels[step.at]?.();
        return;
      case "pass":
        model.pass(step.ms);
        mock.timers.tick(step.ms);
        return;
      case "configure":
        model.max = step.max;
        model.queueMax = step.queueMax;
        model.fill();
        gate.configure({ max: step.max, queueMax: step.queueMax, queueMs: 100 });
    }
  }

  #enter(): void {
    const id = this.cancels.length;
    this.cancels.push(() => {});
    this.model.enter(id);
    const wait = this.gate.enter((cancel) => {
      this.cancels[id] = cancel;
    });
    void wait.then((entry) => this.ends.set(id, entry));
  }
}

test("over any course of events it does what a plain list would: bounded, in order, nobody forgotten", async () => {
  const property = fc.asyncProperty(fc.array(STEP, { maxLength: 60, size: "max" }), async (steps) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const pair = new Pair();
      for (const step of steps) {
        pair.do(step);
        await Promise.resolve();
        assert.equal(pair.gate.inFlight, pair.model.inside);
        assert.equal(pair.gate.waiting, pair.model.waiting.length);
        assert.deepEqual(new Map([...pair.ends].sort(byId)), new Map([...pair.model.ends].sort(byId)));
      }
      const refused = [...pair.ends.values()].filter((entry) => entry === "full" || entry === "timed_out");
      assert.equal(pair.gate.snapshot().shed, refused.length);
    } finally {
      mock.timers.reset();
    }
  });
  await fc.assert(property, { numRuns: 300 });
});

function byId(one: readonly [number, WaitEnd], other: readonly [number, WaitEnd]): number {
  return one[0] - other[0];
}

test("only endpoints with a limit have a gate, and it outlives a reload", () => {
  const gates = new EndpointGates();
  const limited = makeEndpoint("a", { maxInFlight: 1, queue: { max: 2, timeoutMs: 1_000 } });
  const free = makeEndpoint("b", { maxInFlight: Number.POSITIVE_INFINITY });
  gates.configure([free]);
  assert.equal(gates.of("b"), undefined);
  gates.configure([limited, free]);
  const gate = gates.of("a");
  assert.ok(gate);
  assert.equal(gates.of("b"), undefined);
  assert.equal(gate.tryEnter(), true);
  gates.configure([{ ...limited, maxInFlight: 2 }, free]);
  assert.equal(gates.of("a"), gate);
  assert.equal(gate.inFlight, 1);
  assert.equal(gate.tryEnter(), true);
  assert.equal(gate.isFull, true);
  assert.deepEqual(gates.snapshot(), [{ endpoint: "a", max: 2, inFlight: 2, waiting: 0, shed: 0 }]);
});

test("a limit that is taken away lets its waiters in", async () => {
  const gates = new EndpointGates();
  const limited = makeEndpoint("a", { maxInFlight: 1, queue: { max: 2, timeoutMs: 60_000 } });
  gates.configure([limited]);
  const gate = gates.of("a");
  assert.ok(gate);
  gate.tryEnter();
  const waiting = gate.enter(UNCANCELLED);
  gates.configure([]);
  assert.equal(await waiting, "entered");
  // Two are under way, and count should the limit come back.
  gates.configure([limited]);
  assert.equal(gates.of("a"), gate);
  gate.leave();
  assert.equal(gate.isFull, true);
  gate.leave();
  gates.configure([]);
  assert.equal(gates.of("a"), undefined);
});
