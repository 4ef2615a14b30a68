// Tests of lasting-answers.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AnswerShelf, StoredAnswer } from "../store/stored-answer.ts";
import { LastingAnswers } from "./lasting-answers.ts";

const FOR_EVER = Number.POSITIVE_INFINITY;
/** Between the two clocks. */
const AHEAD_MS = 1_700_000_000_000;

class Shelf implements AnswerShelf {
  readonly kept = new Map<string, StoredAnswer>();
  readonly lost = 0;
  asked = 0;
  answer: (key: string) => Promise<StoredAnswer | undefined> = (key) => Promise.resolve(this.kept.get(key));

  find(key: string): Promise<StoredAnswer | undefined> {
    this.asked += 1;
    return this.answer(key);
  }

  keep(key: string, answer: StoredAnswer): void {
    this.kept.set(key, answer);
  }

  async clear(): Promise<void> {
    this.kept.clear();
  }
}

function worldOf() {
  const shelf = new Shelf();
  const time = { nowMs: 1_000, wallMs: AHEAD_MS + 1_000 };
  const clock = { nowMs: () => time.nowMs, wallMs: () => time.wallMs, random: () => 0 };
  const lasting = new LastingAnswers(shelf, clock);
  lasting.configure(true);
  const keep = (): void =>
    lasting.keep("a", {
      headers: ["content-type", "text/plain"],
      body: Buffer.from("whole"),
      isStream: false,
      modelName: "m",
      mark: "1",
      keptMs: time.nowMs,
      untilMs: time.nowMs + 600,
    });
  return { shelf, time, lasting, keep };
}

test("its age goes on by the date, whatever clock the process that kept it had", async () => {
  const { lasting, time, keep } = worldOf();
  keep();
  // Another process, half a second later, whose own clock began anew.
  Object.assign(time, { nowMs: 7, wallMs: time.wallMs + 500 });
  const found = await lasting.find("a", FOR_EVER);
  assert.deepEqual([found?.keptMs, found?.untilMs, String(found?.body)], [-493, 107, "whole"]);
  assert.equal(await lasting.find("a", 499), undefined);
  assert.notEqual(await lasting.find("a", 500), undefined);
  time.wallMs += 100;
  assert.equal(await lasting.find("a", FOR_EVER), undefined);
});

test("a date that was set back makes nothing last longer than was said", async () => {
  const { lasting, time, keep } = worldOf();
  keep();
  time.wallMs -= 86_400_000;
  const found = await lasting.find("a", FOR_EVER);
  assert.deepEqual([found?.keptMs, found?.untilMs], [1_000, 1_600]);
});

test("a place that does not answer costs 20 ms and a miss, and does not let more than 64 wait", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { lasting, shelf } = worldOf();
  const late = Promise.withResolvers<undefined>();
  shelf.answer = () => late.promise;
  const waiting = Array.from({ length: 64 }, () => lasting.find("a", FOR_EVER));
  assert.equal(await lasting.find("a", FOR_EVER), undefined);
  assert.equal(shelf.asked, 64);
  t.mock.timers.tick(20);
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set([undefined]));
  assert.deepEqual(lasting.snapshot().stored, { hits: 0, late: 65, failed: 0, lost: 0 });
  // What comes later, a failure among it, is nobody's.
  late.reject(new Error("late"));
  await Promise.allSettled([late.promise]);
  shelf.answer = () => Promise.reject(new Error("broken"));
  assert.equal(await lasting.find("a", FOR_EVER), undefined);
  assert.equal(lasting.snapshot().stored?.failed, 1);
});

test("what was asked for before it was emptied is not used after that", async () => {
  const { lasting, shelf, keep } = worldOf();
  keep();
  const found = shelf.kept.get("a");
  const asked = Promise.withResolvers<StoredAnswer | undefined>();
  shelf.answer = () => asked.promise;
  const finding = lasting.find("a", FOR_EVER);
  await lasting.clear();
  asked.resolve(found);
  assert.equal(await finding, undefined);
});

test("where it is off nothing is asked, kept or counted", async () => {
  const { lasting, shelf, keep } = worldOf();
  lasting.configure(false);
  keep();
  assert.equal(await lasting.find("a", FOR_EVER), undefined);
  assert.deepEqual([shelf.asked, shelf.kept.size, lasting.snapshot()], [0, 0, {}]);
});
