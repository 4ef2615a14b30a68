// Tests of catalogue.ts on reloads and on demand: what is asked anew, what is shared, what is forgotten.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { DISCOVERY, endpoint, isPending, plan, rig } from "../../test/support/catalogue-rig.ts";
import { json, list } from "../../test/support/fakes/fake-outbound.ts";
import { WIRES } from "../wires/registry/wires.ts";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

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

test("an endpoint with another api is asked at once, in the words of that", async () => {
  const t = rig({ a: list("m") });
  t.catalogue.setPlan(plan(endpoint("a")), DISCOVERY);
  await t.catalogue.firstAnswers();
  t.catalogue.setPlan(plan(endpoint("a", { wire: WIRES.anthropic })), DISCOVERY);
  assert.deepEqual(
    t.client.calls.map(({ path }) => path),
    ["/v1/models", "/v1/models?limit=1000"],
  );
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

test("unknown names that bring nothing new are asked about less and less often, once a minute at last", async () => {
  const t = rig({ a: list("m") });
  t.catalogue.setPlan(plan(endpoint("a")), { ...DISCOVERY, intervalMs: 0 });
  await t.catalogue.firstAnswers();
  const askedAtMs: number[] = [];
  for (let second = 0; second < 300; second += 1) {
    const before = t.asked("a");
    await t.catalogue.askForUnknownName();
    if (t.asked("a") > before) askedAtMs.push(second);
    await t.advance(1_000);
  }
  assert.deepEqual(askedAtMs, [0, 20, 60, 120, 180, 240]);
  // A name that came, or a long silence, begins anew.
  t.answers.set("a", list("m", "new"));
  await t.catalogue.askForUnknownName();
  await t.advance(10_000);
  const before = t.asked("a");
  await t.catalogue.askForUnknownName();
  assert.equal(t.asked("a"), before + 1);
  await t.catalogue.close();
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
