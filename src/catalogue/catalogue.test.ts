// Tests of catalogue.ts, model-poll.ts and model-knowledge.ts: what is learnt, kept and asked again. Time is held still.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { DISCOVERY, endpoint, isPending, plan, rig } from "../../test/support/catalogue-rig.ts";
import { FakeOutbound, json, list, refused } from "../../test/support/fakes/fake-outbound.ts";
import { english, type Message } from "../language/messages.ts";
import { Catalogue } from "./catalogue.ts";
import { MemorySavedLists, type SavedLists } from "./saved-lists.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function said(reason: Message | undefined): string {
  return reason === undefined ? "" : english(reason);
}

test("all endpoints are asked at once, and each is told apart", async () => {
  const t = rig({
    a: list("m", "n"),
    dead: refused,
    none: json({}, 404),
    bad: json({}, 401),
    off: list("x"),
  });
  t.catalogue.setPlan(
    plan(
      endpoint("a"),
      endpoint("dead"),
      endpoint("none"),
      endpoint("bad"),
      endpoint("off", { enabled: false }),
      endpoint("fixed", { models: { kind: "static", names: ["s"] } }),
    ),
    DISCOVERY,
  );
  assert.equal(t.client.calls.length, 4);
  assert.deepEqual(t.states().slice(0, 1), ["a:asking:0"]);
  await t.catalogue.firstAnswers();
  assert.deepEqual(t.ids(), [
    "a:listed:m,n",
    "dead:unknown:",
    "none:unknown:",
    "bad:unknown:",
    "off:unknown:",
    "fixed:static:s",
  ]);
  assert.deepEqual(t.states(), [
    "a:listed:2",
    "dead:failed:0",
    "none:no_list:0",
    "bad:rejected_key:0",
    "off:disabled:0",
    "fixed:static:1",
  ]);
  const [, dead] = t.catalogue.status();
  assert.match(said(dead?.reason), /ECONNREFUSED/);
  assert.equal(t.changes(), 1);
  await t.catalogue.close();
});

test("firstAnswers waits for the slowest, but not longer than one question may take", async () => {
  const t = rig({ a: list("m") });
  t.catalogue.setPlan(plan(endpoint("a"), endpoint("slow")), DISCOVERY);
  const first = t.catalogue.firstAnswers();
  assert.equal(await isPending(first), true);
  assert.deepEqual(t.ids(), ["a:listed:m", "slow:unknown:"]);
  await t.advance(5_000);
  assert.equal(await isPending(first), false);
  assert.equal(t.catalogue.hasFirstAnswers, true);
  await t.catalogue.close();
});

test("a disk that never answers delays the first answers no longer than that", async () => {
  const stuck: SavedLists = {
    load: () => new Promise(() => undefined),
    save() {},
    flush: () => Promise.resolve(),
    keepNothing() {},
    prune: () => Promise.resolve(),
  };
  const t = rig({ a: list("m"), dead: refused }, stuck);
  t.catalogue.setPlan(plan(endpoint("a"), endpoint("dead")), DISCOVERY);
  const first = t.catalogue.firstAnswers();
  assert.equal(await isPending(first), true);
  await t.advance(5_000);
  assert.equal(await isPending(first), false);
  await t.catalogue.close();
});

test("a saved list serves at once, until the endpoint answers", async () => {
  const saved = new MemorySavedLists();
  saved.save(endpoint("a"), { entries: [{ id: "old" }], goodWallMs: 7 });
  const t = rig({}, saved);
  t.catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await t.catalogue.firstAnswers();
  assert.deepEqual(t.ids(), ["a:saved:old"]);
  assert.deepEqual(t.states(), ["a:saved:1"]);
  assert.equal(t.catalogue.status()[0]?.lastGoodWallMs, 7);
  await t.advance(5_000);
  assert.deepEqual(t.states(), ["a:failed:1"]);
  assert.deepEqual(t.ids(), ["a:saved:old"]);
  t.answers.set("a", list("new"));
  await t.catalogue.askAgain("a");
  assert.deepEqual(t.ids(), ["a:listed:new"]);
  assert.deepEqual(
    (await saved.load(endpoint("a")))?.entries.map((e) => e.id),
    ["new"],
  );
  assert.equal(t.changes(), 2);
  await t.catalogue.close();
});

test("failures and broken answers erase nothing, and are logged once", async () => {
  const t = rig({ a: list("m") });
  t.catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await t.catalogue.firstAnswers();
  for (const answer of [refused, refused, json({}, 404), json({}, 401), json({ error: {} }), json({}, 500)]) {
    t.answers.set("a", answer);
    await t.catalogue.askAgain();
    assert.deepEqual(t.ids(), ["a:listed:m"]);
  }
  assert.equal(t.changes(), 1);
  assert.equal(t.events.filter((event) => event.startsWith("models_not_listed")).length, 5);
  assert.match(t.events[1] ?? "", /its last good list is kept/);
  await t.catalogue.close();
});

test("an empty list is believed after three in a row over an interval, or when nothing was known", async () => {
  const t = rig({ a: list("m"), b: list() });
  t.catalogue.setPlan(plan(endpoint("a"), endpoint("b")), DISCOVERY);
  await t.catalogue.firstAnswers();
  assert.deepEqual(t.ids(), ["a:listed:m", "b:listed:"]);
  t.answers.set("a", list());
  for (let times = 0; times < 5; times += 1) await t.catalogue.askAgain("a");
  assert.deepEqual(t.ids()[0], "a:listed:m");
  assert.match(said(t.catalogue.status()[0]?.reason), /empty list; the last good one is kept/);
  await t.advance(300_000);
  assert.deepEqual(t.ids()[0], "a:listed:");
  assert.equal(t.catalogue.status()[0]?.reason, undefined);
  await t.catalogue.close();
});

test("one good answer between empty ones starts the count again", async () => {
  const t = rig({ a: list("m") });
  t.catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await t.catalogue.firstAnswers();
  for (const answer of [list(), list(), list("m"), list(), list()]) {
    t.answers.set("a", answer);
    await t.advance(300_000);
    assert.deepEqual(t.ids(), ["a:listed:m"]);
  }
  await t.catalogue.close();
});

test("asked again every interval; onChange only when something changed", async () => {
  const t = rig({ a: json({ data: [{ id: "m", created: 1 }, { id: "n" }] }) });
  t.catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await t.catalogue.firstAnswers();
  t.answers.set("a", json({ data: [{ id: "n" }, { id: "m", created: 2 }] }));
  await t.advance(299_999);
  assert.equal(t.asked("a"), 1);
  await t.advance(1);
  assert.equal(t.asked("a"), 2);
  assert.equal(t.changes(), 1);
  t.answers.set("a", list("m", "n", "o"));
  await t.advance(300_000);
  assert.equal(t.changes(), 2);
  await t.catalogue.close();
  await t.advance(3_000_000);
  assert.equal(t.asked("a"), 3);
});

test("a dead endpoint is asked again after 5 s, 10 s, 20 s …, and appears as soon as it lives", async () => {
  const t = rig({ a: refused });
  t.catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await t.catalogue.firstAnswers();
  const waits = [5, 10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1000);
  for (const [at, waitMs] of waits.entries()) {
    await t.advance(waitMs - 1);
    assert.equal(t.asked("a"), at + 1);
    await t.advance(1);
    assert.equal(t.asked("a"), at + 2);
  }
  t.answers.set("a", list("m"));
  await t.advance(300_000);
  assert.deepEqual(t.ids(), ["a:listed:m"]);
  await t.catalogue.close();
});

test("an interval of 0 asks once, but a dead endpoint still comes back", async () => {
  const t = rig({ a: list("m"), b: refused });
  t.catalogue.setPlan(plan(endpoint("a"), endpoint("b")), { ...DISCOVERY, intervalMs: 0 });
  await t.catalogue.firstAnswers();
  t.answers.set("b", list("n"));
  await t.advance(5_000);
  await t.advance(10_000_000);
  assert.deepEqual([t.asked("a"), t.asked("b")], [1, 2]);
  await t.catalogue.close();
});

test("a consumer that throws does not stop the catalogue", async () => {
  const t = rig({});
  const events: string[] = [];
  const client = new FakeOutbound(() => list("m"));
  const catalogue = new Catalogue({
    client,
    clock: { nowMs: () => 0, wallMs: () => 0, random: () => 0.5 },
    saved: new MemorySavedLists(),
    log: {
      info() {},
      warn() {},
      error: (event) => events.push(event),
      flush: () => Promise.resolve(),
    },
    onChange: () => {
      throw new Error("no table");
    },
  });
  catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await catalogue.firstAnswers();
  assert.deepEqual(events, ["internal"]);
  assert.equal(catalogue.lists()[0]?.entries.length, 1);
  await catalogue.close();
  await t.catalogue.close();
});
