// Client keys by the admin API: what is made, shown and refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreFailure } from "../../src/store/store-failure.ts";
import { adminFor } from "../support/admin-rig.ts";

test("a key is made, shown once, changed, rotated and deleted", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const token = await logIn();
  const body = {
    name: "phone",
    owner: "anna",
    tags: ["family"],
    models: ["gpt-*"],
    expires_at: "2099-01-31",
    limits: { requests: { minute: 60 }, parallel: 2 },
    budget: { usd: 0.1, per: "week", warn_at: 0.8, time_zone: "Asia/Taipei" },
  };
  const made = await ask("POST", "/admin/v1/keys", { token, body });
  assert.equal(made.status, 201);
  const { key, id, ...shown } = Object(made.value);
  assert.match(key, /^ogw_/);
  assert.deepEqual(shown.limits, { requests: { minute: 60 }, parallel: 2 });
  assert.deepEqual(shown.budget, { ...body.budget, usd: "0.1", unpriced: "allow" });
  assert.equal(shown.expires_at, "2099-01-31T00:00:00.000Z");
  const listed = await ask("GET", "/admin/v1/keys", { token });
  assert.ok(!listed.text.includes(key));
  assert.deepEqual(Object(listed.value).data, [{ id, ...shown }]);
  const changed = await ask("PATCH", `/admin/v1/keys/${id}?version=1`, {
    token,
    body: { models: null, is_disabled: true },
  });
  assert.equal(changed.status, 200);
  assert.deepEqual([Object(changed.value).models, Object(changed.value).is_disabled], [null, true]);
  const late = await ask("PATCH", `/admin/v1/keys/${id}?version=1`, { token, body: { owner: "ben" } });
  assert.equal(late.status, 409);
  const rotated = await ask("POST", `/admin/v1/keys/phone/rotate`, { token, body: { grace_seconds: 60 } });
  assert.equal(rotated.status, 200);
  assert.notEqual(Object(rotated.value).key, key);
  assert.equal((await ask("DELETE", `/admin/v1/keys/${id}`, { token })).status, 204);
  assert.equal((await ask("GET", `/admin/v1/keys/${id}`, { token })).status, 404);
});

test("what does not fit is refused whole, each problem with its place", async (t) => {
  const { ask, logIn, store } = await adminFor(t);
  const token = await logIn();
  const refused: readonly (readonly [unknown, string])[] = [
    [{}, "body.name"],
    [{ name: "" }, "body.name"],
    [{ name: "a\u0000b" }, "body.name"],
    [{ name: "a\u202eb" }, "body.name"],
    [{ name: "x".repeat(10_000) }, "body.name"],
    [{ name: "a", admin: true }, "body"],
    [{ name: "a", budget: { usd: -1 } }, "body.budget.usd"],
    [{ name: "a", budget: { usd: 1, time_zone: "Mars/Base" } }, "body.budget"],
    [{ name: "a", addresses: ["300.1.1.1"] }, "body.addresses"],
    [{ name: "a", limits: { requests: { minute: 0 } } }, "body.limits.requests.minute"],
    [{ name: "a", expires_at: "yesterday" }, "body.expires_at"],
    [null, "body"],
    [[], "body"],
    [7, "body"],
  ];
  for (const [body, at] of refused) {
    const told = await ask("POST", "/admin/v1/keys", { token, body });
    const shown = JSON.stringify(body).slice(0, 60);
    assert.equal(told.status, 400, shown);
    const { problems } = Object(told.value).error;
    assert.ok(
      problems.some((one: { at: string }) => one.at.startsWith(at)),
      `${shown}: ${told.text.slice(0, 300)}`,
    );
    assert.ok(told.text.length < 2_000);
  }
  assert.equal((await store.records("key")).length, 0);
});

test("names with markup, quotes and statements are names", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const token = await logIn();
  const names = ["<script>alert(1)</script>", "'; DROP TABLE records; --", "人 x", '"},{"a":"', "a/b?c#d%"];
  for (const name of names) {
    assert.equal((await ask("POST", "/admin/v1/keys", { token, body: { name } })).status, 201, name);
    const one = await ask("GET", `/admin/v1/keys/${encodeURIComponent(name)}`, { token });
    assert.equal(Object(one.value).name, name);
  }
  const again = await ask("POST", "/admin/v1/keys", { token, body: { name: names[0] } });
  assert.equal(again.status, 409);
});

test("bodies that are no JSON, too large, or of another type change nothing", async (t) => {
  const { ask, logIn } = await adminFor(t);
  const token = await logIn();
  const path = "/admin/v1/keys";
  const plain = await ask("POST", path, { token, text: "name=a", headers: { "content-type": "text/plain" } });
  assert.equal(plain.status, 400);
  assert.equal((await ask("POST", path, { token, text: "{" })).status, 400);
  assert.equal((await ask("POST", path, { token, text: `"${"x".repeat(1_100_000)}"` })).status, 413);
  assert.equal((await ask("POST", path, { token })).status, 400);
  assert.equal((await ask("GET", `${path}?x=1`, { token })).status, 400);
  assert.equal((await ask("PUT", path, { token, body: {} })).status, 405);
  assert.equal((await ask("GET", "/admin/v1/nothing", { token })).status, 404);
  assert.equal((await ask("GET", `${path}/%ff`, { token })).status, 404);
});

test("a store that fails is told as such, and its words stay inside", async (t) => {
  const { ask, logIn, store, log } = await adminFor(t);
  const token = await logIn();
  const failure = new StoreFailure("full", "The disk is full.", { cause: new Error("/secret/place") });
  store.failure = failure;
  const told = await ask("POST", "/admin/v1/keys", { token, body: { name: "a" } });
  assert.equal(told.status, 503);
  assert.ok(!told.text.includes("/secret/place"));
  assert.equal((await log.line("store_unavailable")).cause, failure);
});
