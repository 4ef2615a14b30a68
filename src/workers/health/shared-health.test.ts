// Tests of shared-health.ts and shared-cooldowns.ts: processes in one, which tell one another by hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEndpoint } from "../../../test/support/routing-fixtures.ts";
import { systemClock } from "../../core/clock.ts";
import type { Endpoint, Target } from "../../routing/model.ts";
import type { HealthNews } from "./health-news.ts";
import { SharedHealth } from "./shared-health.ts";

const TARGET: Target = makeTarget(makeEndpoint("a"), "m");
const KEY = { endpoint: "a", credential: 1, model: "m" };

function makeTarget(endpoint: Endpoint, upstreamModel: string): Target {
  const { name, weight, timeouts } = endpoint;
  return { key: `${name}/${upstreamModel}`, endpoint, upstreamModel, weight, timeouts, isUnlisted: false };
}

/** An owner and two processes; `tell` has each news go where it goes. */
class Crew {
  readonly owner = new SharedHealth({ clock: systemClock, decides: true });
  readonly one = new SharedHealth({ clock: systemClock, decides: false });
  readonly two = new SharedHealth({ clock: systemClock, decides: false });

  tell(): void {
    for (let round = 0; round < 2; round++) {
      const told: (readonly [SharedHealth, HealthNews | undefined])[] = [
        [this.one, this.one.takeNews()],
        [this.two, this.two.takeNews()],
        [this.owner, this.owner.takeNews()],
      ];
      for (const [from, news] of told)
        for (const to of [this.owner, this.one, this.two])
          if (news !== undefined && to !== from) to.takeOver(structuredClone(news));
    }
  }

  get all(): readonly SharedHealth[] {
    return [this.owner, this.one, this.two];
  }
}

function served(startedMs = systemClock.nowMs()) {
  return { target: TARGET, credential: TARGET.endpoint.credentials[0], startedMs, operation: "chat" };
}

function strike(health: SharedHealth, count = 1): void {
  for (let done = 0; done < count; done++) health.recordStrike(TARGET, true, systemClock.nowMs(), "chat");
}

test("an ejection in one process holds in all, to the same moment", () => {
  const crew = new Crew();
  strike(crew.one, 3);
  assert.equal(crew.two.availability(TARGET), "ok");
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "ejected");
  const ends = crew.all.map((health) => health.targetBreaker(TARGET)?.until ?? 0);
  for (const end of ends) assert.ok(Math.abs(end - (ends[0] ?? 0)) < 1, String(ends));
});

test("strikes of several processes add up; one process decides, and all agree", () => {
  const crew = new Crew();
  strike(crew.one, 2);
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "ok");
  strike(crew.two, 1);
  assert.equal(crew.two.availability(TARGET), "ejected");
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "ejected");
  const other = new Crew();
  strike(other.one, 2);
  strike(other.two, 1);
  other.tell();
  for (const health of other.all) assert.equal(health.availability(TARGET), "ejected");
});

test("a success in one process ends the row of strikes in all", () => {
  const crew = new Crew();
  strike(crew.one, 2);
  crew.tell();
  crew.two.recordAlive(served());
  crew.tell();
  strike(crew.one, 2);
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "ok");
});

test("a return in one process is one in all", () => {
  const crew = new Crew();
  crew.one.trip(TARGET, true, "chat");
  crew.tell();
  assert.equal(crew.two.recordAlive(served()), "model");
  crew.tell();
  for (const health of crew.all) assert.equal(health.isClosed(TARGET), true);
});

test("the probe that one process has out is no other's, until it is back or its process is gone", (t) => {
  const crew = new Crew();
  crew.one.trip(TARGET, true, "chat");
  crew.tell();
  t.mock.method(performance, "now", () => after);
  const after = (crew.one.targetBreaker(TARGET)?.until ?? 0) + 1;
  const held = crew.one.acquireProbe(TARGET, "chat");
  assert.ok(held !== undefined);
  crew.tell();
  assert.equal(crew.two.acquireProbe(TARGET, "chat"), undefined);
  held.release();
  crew.tell();
  assert.notEqual(crew.two.acquireProbe(TARGET, "chat"), undefined);
  crew.tell();
  assert.equal(crew.one.acquireProbe(TARGET, "chat"), undefined);
  crew.owner.freeProbes([{ target: TARGET.key, operation: "chat" }]);
  crew.tell();
  assert.notEqual(crew.one.acquireProbe(TARGET, "chat"), undefined);
});

test("a rest in one process is one in all, and ends in all", () => {
  const crew = new Crew();
  crew.one.cooldowns.set(KEY, "rate_limited", 60_000);
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "rate_limited");
  crew.two.recordSuccess(served(systemClock.nowMs() + 1));
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "ok");
});

test("a success of before a rest ends it nowhere", () => {
  const crew = new Crew();
  const before = systemClock.nowMs() - 1_000;
  crew.one.cooldowns.set(KEY, "quota");
  crew.two.cooldowns.set({ ...KEY, model: undefined }, "dead_key");
  crew.one.recordSuccess(served(before));
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "dead_key");
});

test("a model that is listed after all is missing nowhere", () => {
  const crew = new Crew();
  crew.one.cooldowns.set(KEY, "model_missing");
  crew.tell();
  crew.two.cooldowns.forgetMissingModels("a", () => true);
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "ok");
});

test("a spent allowance is known to all", () => {
  const crew = new Crew();
  crew.one.markExhausted(TARGET, 60_000);
  crew.tell();
  for (const health of crew.all) assert.equal(health.availability(TARGET), "exhausted");
});

test("a process that begins knows all that the others know", () => {
  const crew = new Crew();
  strike(crew.one, 3);
  crew.one.cooldowns.set({ ...KEY, model: "other" }, "quota");
  crew.one.markExhausted(makeTarget(TARGET.endpoint, "spent"), 60_000);
  crew.tell();
  const late = new SharedHealth({ clock: systemClock, decides: false });
  late.takeOver(structuredClone(crew.owner.whole()));
  assert.equal(late.availability(TARGET), "ejected");
  assert.equal(late.availability(makeTarget(TARGET.endpoint, "other")), "quota");
  assert.equal(late.availability(makeTarget(TARGET.endpoint, "spent")), "exhausted");
});

test("where nothing ever failed there is nothing to tell", () => {
  const crew = new Crew();
  for (let count = 0; count < 1_000; count++) crew.one.recordSuccess(served());
  assert.equal(crew.one.takeNews(), undefined);
});

test("what waits to be told is bounded, however many names clients make up", () => {
  const crew = new Crew();
  for (let count = 0; count < 5_000; count++) {
    const target = makeTarget(TARGET.endpoint, `made-up-${count}`);
    crew.one.recordStrike(target, true, systemClock.nowMs(), "chat");
    crew.one.cooldowns.set({ ...KEY, model: target.upstreamModel }, "rate_limited");
  }
  const news = crew.one.takeNews();
  assert.ok(news !== undefined && news.breakers.length <= 2_048 && news.rests.length <= 2_048);
});
