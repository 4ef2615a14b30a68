// Tests of the homes of stored objects in several processes: one desk, and a share for each, without any process.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldClock } from "../../../test/support/held-clock.ts";
import type { Home } from "../../objects/object-table.ts";
import { StoredObjects } from "../../objects/stored-objects.ts";
import { ObjectDesk, type ObjectMember } from "./object-desk.ts";
import type { ObjectOrder } from "./object-news.ts";
import { ObjectShare } from "./object-share.ts";
import { Rounds } from "./rounds.ts";

const ANNS: Home = { endpoint: "alpha", credential: 0, owner: "ann" };

type Process = {
  readonly objects: StoredObjects;
  readonly share: ObjectShare;
  /** Orders that it was sent. */
  readonly heard: ObjectOrder[];
  readonly member: ObjectMember;
};

function crewOf(count: number) {
  const clock = new HeldClock();
  const owner = new StoredObjects(clock, count);
  const processes: Process[] = [];
  const desk = new ObjectDesk(owner, () => processes.map(({ member }) => member));
  for (let index = 0; index < count; index++) {
    const objects = new StoredObjects(clock, count);
    const heard: ObjectOrder[] = [];
    const share: ObjectShare = new ObjectShare(objects, {
      send: (report) => desk.take(member, report),
      ask: ({ ids }) => desk.ask(member, ids),
    });
    const send = (order: ObjectOrder): void => {
      heard.push(order);
      share.obey(order);
    };
    const member: ObjectMember = { isStarted: true, isListening: true, send };
    processes.push({ objects, share, heard, member });
  }
  return { owner, desk, processes };
}

function pairOf(count = 2) {
  const crew = crewOf(count);
  const [one, other] = crew.processes;
  assert.ok(one !== undefined && other !== undefined);
  return { ...crew, one, other };
}

test("what one has made the others know as soon as it is told, and the owner too", () => {
  const { owner, one, other } = pairOf();
  let told = 0;
  one.share.onNews = () => {
    told += 1;
  };
  one.objects.table.note("file-1", ANNS, false);
  assert.equal(other.objects.table.homeOf("file-1"), undefined);
  assert.equal(told, 1);
  one.share.tell();
  assert.deepEqual(other.objects.table.homeOf("file-1"), ANNS);
  assert.deepEqual(owner.table.homeOf("file-1"), ANNS);
  assert.ok(owner.table.revision > 0);
  // Nothing new, nothing said; and nobody tells what it was told.
  one.share.tell();
  other.share.tell();
  assert.equal(other.heard.length, 1);
  assert.equal(one.heard.length, 0);
});

test("who does not know an id has the others tell before they would", async () => {
  const { one, other } = pairOf(3);
  one.objects.table.note("file-1", ANNS, false);
  await other.objects.askOthers?.(["file-1"]);
  assert.deepEqual(other.objects.table.homeOf("file-1"), ANNS);
  assert.equal(other.objects.table.hasOthers("ben"), true);
});

test("what the owner alone still knows is told as well", async () => {
  const { owner, other } = pairOf();
  owner.table.note("file-old", ANNS, false);
  await other.objects.askOthers?.(["file-old", "file-none"]);
  assert.deepEqual(other.objects.table.homeOf("file-old"), ANNS);
  assert.equal(other.objects.table.homeOf("file-none"), undefined);
});

test("whose an object is stays known where another process has only found it", () => {
  const { owner, one, other } = pairOf();
  one.objects.table.note("file-1", ANNS, false);
  other.objects.table.noteSeen("file-1", ANNS, false);
  other.share.tell();
  one.share.tell();
  for (const { table } of [owner, one.objects, other.objects]) assert.deepEqual(table.homeOf("file-1"), ANNS);
  other.objects.table.noteSeen("file-1", { endpoint: "beta", credential: 0 }, false);
  other.share.tell();
  for (const { table } of [owner, one.objects, other.objects])
    assert.deepEqual(table.homeOf("file-1"), { endpoint: "beta", credential: 0, owner: undefined });
});

test("what nobody has is known to all", () => {
  const { one, other } = pairOf();
  one.objects.absent.add("alpha\nfile-x");
  one.share.tell();
  assert.ok(other.objects.absent.has("alpha\nfile-x"));
});

test("many who ask at once are two questions, and one that is gone is not waited for", async () => {
  const { desk, one, other, processes } = pairOf(3);
  const [, , gone] = processes;
  assert.ok(gone !== undefined);
  gone.share.obey = () => undefined;
  const asked = Array.from({ length: 50 }, (_, index) => other.objects.askOthers?.([`file-${index}`]));
  await new Promise(setImmediate);
  desk.leave(gone.member);
  await asked[0];
  await new Promise(setImmediate);
  desk.leave(gone.member);
  await Promise.all(asked);
  assert.equal(one.heard.length, 2);
});

test("a long list that was found waits in part, what was made always", () => {
  const { owner, one } = pairOf();
  for (let index = 0; index < 5_000; index++)
    one.objects.table.noteSeen(`file-${index}`, { endpoint: "beta", credential: 0 }, false);
  one.objects.table.note("file-made", ANNS, false);
  one.share.tell();
  assert.equal(owner.table.homeOf("file-4999"), undefined);
  assert.deepEqual(owner.table.homeOf("file-made"), ANNS);
});

test("who asks while a run is under way gets the next one", async () => {
  const runs: PromiseWithResolvers<void>[] = [];
  const rounds = new Rounds(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  const first = rounds.ask();
  const second = rounds.ask();
  assert.equal(rounds.ask(), second);
  assert.equal(runs.length, 1);
  runs[0]?.resolve();
  await first;
  await new Promise(setImmediate);
  assert.equal(runs.length, 2);
  runs[1]?.resolve();
  await second;
  void rounds.ask();
  assert.equal(runs.length, 3);
});
