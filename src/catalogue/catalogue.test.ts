// Tests of catalogue.ts, asker.ts and known.ts: time held still, endpoints played by a script.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { FakeOutbound, json, list, refused, type Scripted } from "../../test/support/fake-outbound.ts";
import type { Log } from "../core/summary.ts";
import type { Endpoint, RoutingPlan } from "../routing/model.ts";
import { Catalogue } from "./catalogue.ts";
import { MemorySavedLists, type SavedLists } from "./saved-lists.ts";

const DISCOVERY = { intervalMs: 300_000, timeoutMs: 5_000 };

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

function endpoint(name: string, changes: Partial<Endpoint> = {}): Endpoint {
  const origin = `http://${name}.test`;
  return {
    name,
    baseUrl: `${origin}/v1`,
    origin,
    basePath: "/v1",
    rootPath: "",
    weight: 1,
    enabled: true,
    credentials: [{ id: 1, apiKey: undefined }],
    fixedHeaders: [],
    timeouts: { connectMs: 1, firstByteStreamMs: 1, firstBytePlainMs: 1, idleMs: 1, totalMs: 1 },
    models: { kind: "discovered", include: [], exclude: [] },
    definedAt: "config.yaml:1",
    ...changes,
  };
}

function plan(...endpoints: readonly Endpoint[]): RoutingPlan {
  return { mode: "merge", hideMerged: false, endpoints, overrides: [] };
}

// A catalogue whose endpoints answer by the script, with the time in hand.
function rig(script: Readonly<Record<string, Scripted>>, saved: SavedLists = new MemorySavedLists()) {
  const answers = new Map(Object.entries(script));
  const client = new FakeOutbound(
    (call) => answers.get(new URL(call.origin).hostname.split(".")[0] ?? "") ?? "hang",
  );
  const events: string[] = [];
  const log: Log = {
    exchange() {},
    info: (event) => events.push(event),
    warn: (event, message) => events.push(`${event} ${message}`),
    error: (event) => events.push(event),
    flush: () => Promise.resolve(),
  };
  let nowMs = 0;
  let changes = 0;
  const catalogue = new Catalogue({
    client,
    clock: { nowMs: () => nowMs, wallMs: () => 1000 + nowMs, random: () => 0.5 },
    saved,
    log,
    onChange: () => {
      changes += 1;
    },
  });
  return {
    catalogue,
    client,
    events,
    answers,
    changes: () => changes,
    asked: (name: string) => client.calls.filter((call) => call.origin === `http://${name}.test`).length,
    ids: () =>
      catalogue.lists().map((one) => `${one.endpointName}:${one.source}:${one.entries.map((e) => e.id)}`),
    states: () => catalogue.status().map((one) => `${one.endpoint.name}:${one.state}:${one.modelCount}`),
    advance: async (ms: number) => {
      await turn();
      nowMs += ms;
      mock.timers.tick(ms);
      await turn();
    },
  };
}

// Lets everything that is ready run.
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isPending(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => false), turn().then(() => true)]);
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
  assert.match(dead?.reason ?? "", /ECONNREFUSED/);
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
  assert.match(t.catalogue.status()[0]?.reason ?? "", /empty list; the last good one is kept/);
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

test("a reload keeps what did not change, asks what did, forgets what is gone", async () => {
  const t = rig({ a: list("m", "n"), b: list("o"), c: list("p") });
  t.catalogue.setPlan(plan(endpoint("a"), endpoint("b")), DISCOVERY);
  await t.catalogue.firstAnswers();
  const onlyM = { kind: "discovered", include: ["m"], exclude: [] } as const;
  t.catalogue.setPlan(plan(endpoint("c"), endpoint("a", { weight: 9, models: onlyM })), DISCOVERY);
  assert.deepEqual(t.ids(), ["c:unknown:", "a:listed:m"]);
  assert.deepEqual([t.asked("a"), t.asked("c")], [1, 1]);
  assert.equal(t.catalogue.status()[1]?.endpoint.weight, 9);
  await t.catalogue.firstAnswers();
  assert.deepEqual(t.ids(), ["c:listed:p", "a:listed:m"]);

  const credentials = [{ id: 1, apiKey: "new" }] as const;
  t.catalogue.setPlan(plan(endpoint("a", { credentials })), DISCOVERY);
  assert.equal(t.asked("a"), 2);
  assert.deepEqual(t.ids(), ["a:listed:m,n"]);
  await t.advance(300_000);
  assert.deepEqual([t.asked("a"), t.asked("b"), t.asked("c")], [3, 1, 1]);

  t.catalogue.setPlan(plan(endpoint("a", { baseUrl: "http://a.test/v2", basePath: "/v2" })), DISCOVERY);
  assert.deepEqual(t.ids(), ["a:unknown:"]);
  await t.catalogue.close();
});

test("a reload drops the question under way to an endpoint that is gone or disabled", async () => {
  const t = rig({});
  t.catalogue.setPlan(plan(endpoint("a"), endpoint("b")), DISCOVERY);
  const first = t.catalogue.firstAnswers();
  t.catalogue.setPlan(plan(endpoint("b", { enabled: false })), DISCOVERY);
  assert.equal(t.client.cancelled, 2);
  assert.equal(await isPending(first), false);
  await t.advance(10_000_000);
  assert.equal(t.client.calls.length, 2);
  t.answers.set("b", list("m"));
  t.catalogue.setPlan(plan(endpoint("b")), DISCOVERY);
  await t.catalogue.firstAnswers();
  assert.deepEqual(t.ids(), ["b:listed:m"]);
  await t.catalogue.close();
});

test("an unknown name asks once in 10 s, in one shared round, and waits for no endpoint that hangs", async () => {
  const t = rig({ a: list("m"), bad: json({}, 401) });
  t.catalogue.setPlan(plan(endpoint("a"), endpoint("slow"), endpoint("bad")), DISCOVERY);
  await t.advance(5_000);
  t.answers.set("a", list("m", "new"));
  const rounds = [t.catalogue.askForUnknownName(), t.catalogue.askForUnknownName()];
  await Promise.all(rounds);
  assert.deepEqual([t.asked("a"), t.asked("slow"), t.asked("bad")], [2, 2, 1]);
  assert.deepEqual(t.ids()[0], "a:listed:m,new");
  await t.advance(9_999);
  await t.catalogue.askForUnknownName();
  assert.equal(t.asked("a"), 2);
  await t.advance(1);
  await t.catalogue.askForUnknownName();
  assert.equal(t.asked("a"), 3);
  await t.catalogue.close();
  await t.advance(60_000);
  await t.catalogue.askForUnknownName();
  assert.equal(t.asked("a"), 3);
});

test("callers of askAgain share the question under way", async () => {
  const t = rig({ a: list("m") });
  t.catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await Promise.all([t.catalogue.askAgain(), t.catalogue.askAgain("a"), t.catalogue.askAgain("nobody")]);
  assert.equal(t.asked("a"), 1);
  await t.catalogue.close();
});

test("two thousand reloads leave one timer an endpoint", async () => {
  const t = rig({ a: list("m") });
  for (let times = 0; times < 1_000; times += 1) t.catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await t.catalogue.firstAnswers();
  for (let times = 0; times < 1_000; times += 1) {
    t.catalogue.setPlan(plan(endpoint("a")), { ...DISCOVERY, intervalMs: 300_000 + times });
  }
  await t.advance(300_000 + 999);
  assert.equal(t.asked("a"), 2);
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
      exchange() {},
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
