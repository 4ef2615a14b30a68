// Tests of hedging: whichever of two attempts answers first is kept, the other is abandoned.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { AttemptRig, nextTick, type SentAttempt } from "../../../test/support/attempt-rig.ts";
import type { HeldCall } from "../../../test/support/fakes/held-outbound.ts";
import type { AttemptOutcome } from "../outcome/outcome.ts";
import { hedge } from "./hedge.ts";

const ANSWER = '{"choices":[{"message":{"content":"hi"}}]}';

/** A hedge whose second attempt begins after 300 ms, if `isFree`. */
class HedgeRig extends AttemptRig {
  readonly first: SentAttempt;
  second: SentAttempt | undefined;
  readonly outcome: Promise<AttemptOutcome>;
  asked = 0;

  constructor(t: TestContext, isFree = true) {
    super(t);
    this.first = this.begin();
    this.outcome = hedge(this.first.attempt, 300, () => {
      this.asked += 1;
      if (isFree) this.second = this.begin({}, 1);
      return this.second?.attempt;
    });
  }

  /** Lets the first be late; gives the calls of both. */
  async late(): Promise<[HeldCall, HeldCall]> {
    this.pass(300);
    await nextTick();
    const [first, second] = this.client.calls;
    assert.ok(first !== undefined && second !== undefined, "a second request was sent");
    return [first, second];
  }
}

function answer(call: HeldCall): void {
  call.head();
  call.data(ANSWER);
  call.end();
}

test("an answer in time needs no second", async (t) => {
  const rig = new HedgeRig(t);
  rig.pass(299);
  await nextTick();
  answer(rig.client.last);
  assert.deepEqual(await rig.outcome, { kind: "answered", fault: undefined });
  rig.pass(60_000);
  await nextTick();
  assert.equal(rig.asked, 0);
});

test("nor does a failure in time: what follows is for the run to say", async (t) => {
  const rig = new HedgeRig(t);
  rig.client.last.fail();
  assert.equal((await rig.outcome).kind, "failed");
  assert.equal(rig.asked, 0);
});

test("nor does an answer that has begun and is long", async (t) => {
  const rig = new HedgeRig(t);
  rig.client.last.head();
  rig.client.last.data(ANSWER);
  rig.pass(300);
  await nextTick();
  assert.equal(rig.asked, 0);
  rig.client.last.end();
  assert.equal((await rig.outcome).kind, "answered");
});

test("the first answers after all: the second is abandoned", async (t) => {
  const rig = new HedgeRig(t);
  const [first, second] = await rig.late();
  answer(first);
  assert.deepEqual(await rig.outcome, { kind: "answered", fault: undefined });
  assert.deepEqual([rig.second?.told, second.isCancelled], [["lost"], true]);
  assert.equal(rig.reply.text, ANSWER);
});

test("the second answers first: the first is abandoned before anything is sent", async (t) => {
  const rig = new HedgeRig(t);
  const [first, second] = await rig.late();
  first.head();
  second.head();
  assert.equal(rig.first.attempt.phase, "looking");
  second.data(ANSWER);
  assert.deepEqual([rig.first.told, first.isCancelled], [["lost"], true]);
  second.end();
  assert.deepEqual(await rig.outcome, { kind: "answered", fault: undefined });
  assert.equal(rig.reply.text, ANSWER);
});

test("one fails: the other goes on", async (t) => {
  const rig = new HedgeRig(t);
  const [first, second] = await rig.late();
  first.fail();
  await nextTick();
  answer(second);
  assert.deepEqual(await rig.outcome, { kind: "answered", fault: undefined });
  assert.equal(rig.first.end?.kind, "failed");
});

test("both fail: the second's failure is the outcome, however they end", async (t) => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const rig = new HedgeRig(t);
    const calls = await rig.late();
    for (const at of order) calls[at]?.fail({ reason: `OF_${at}` });
    const outcome = await rig.outcome;
    assert.equal(outcome.kind === "failed" && outcome.reason, "OF_1");
    t.mock.timers.reset();
  }
});

test("the client leaves: both are abandoned", async (t) => {
  const rig = new HedgeRig(t);
  const calls = await rig.late();
  rig.reply.leave();
  assert.deepEqual(await rig.outcome, { kind: "client_gone" });
  assert.deepEqual([rig.first.told, rig.second?.told], [["client_gone"], ["client_gone"]]);
  assert.deepEqual(
    calls.map((call) => call.isCancelled),
    [true, true],
  );
});

test("the client leaves before the second begins: it does not begin", async (t) => {
  const rig = new HedgeRig(t);
  rig.reply.leave();
  assert.deepEqual(await rig.outcome, { kind: "client_gone" });
  rig.pass(300);
  await nextTick();
  assert.equal(rig.asked, 0);
});

test("no target is free: the first goes on alone", async (t) => {
  const rig = new HedgeRig(t, false);
  rig.pass(300);
  await nextTick();
  assert.deepEqual([rig.asked, rig.client.calls.length], [1, 1]);
  answer(rig.client.last);
  assert.deepEqual(await rig.outcome, { kind: "answered", fault: undefined });
});

test("a fault of ours where the second begins ends the first, and is its outcome", async (t) => {
  const rig = new AttemptRig(t);
  const { attempt } = rig.begin();
  const error = new Error("ours");
  const outcome = hedge(attempt, 300, () => {
    throw error;
  });
  rig.pass(300);
  assert.deepEqual(await outcome, { kind: "broken", error });
  assert.equal(rig.client.last.isCancelled, true);
});
