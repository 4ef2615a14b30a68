// What a person does to an endpoint: tests, drains, turns off and on, and looks for its models.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEntry } from "../../src/store/store.ts";
import { adminFor } from "../support/admin-rig.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask as request } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const SECRET = "sk-canary-0123456789abcdef";

test("a test is told with its seconds, costs no client anything, and says how to mend what fails", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const config = {
    endpoints: [
      { name: "one", base_url: fake.url, models: ["m"] },
      { name: "gone", base_url: "http://127.0.0.1:1/v1", models: ["m"] },
    ],
  };
  const { ask, logIn } = await adminFor(t, { config });
  const token = await logIn();
  const good = await ask("POST", "/admin/v1/endpoints/one/test", { token });
  assert.equal(good.status, 200, good.text);
  const { is_ok: isOk, status, model, error } = Object(good.value);
  assert.deepEqual([isOk, status, model, error], [true, 200, "m", null]);
  assert.equal(fake.requests.length, 1);
  const bad = Object((await ask("POST", "/admin/v1/endpoints/gone/test", { token })).value);
  assert.deepEqual([bad.is_ok, bad.status, bad.error.code], [false, null, "unreachable"]);
  assert.ok(bad.error.fix.length > 10);
  for (const odd of ["<script>", "\u202ename", "x".repeat(10_000)]) {
    const path = `/admin/v1/endpoints/${encodeURIComponent(odd)}/test`;
    assert.equal((await ask("POST", path, { token })).status, 404);
  }
});

test("an endpoint is drained, turned off and on, also after a restart; what the file says is not moved", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const config = {
    endpoints: [
      { name: "one", base_url: fake.url, models: ["m"] },
      { name: "filed", base_url: fake.url, models: ["n"], enabled: false },
    ],
  };
  const { ask, logIn, gateway, overlay } = await adminFor(t, { config });
  const token = await logIn();
  const post = (path: string) => ask("POST", `/admin/v1/endpoints/${path}`, { token });
  const status = async () => (await request(gateway.port, chat("m"))).status;
  assert.equal(await status(), 200);
  const drained = await post("one/drain?version=0");
  assert.deepEqual(drained.value, { name: "one", state: "draining", version: 1 });
  assert.equal(await status(), 503);
  const listed = await ask("GET", "/admin/v1/endpoints", { token });
  assert.equal(Object(listed.value).data[0].health, "draining");
  assert.ok(gateway.table().models.has("m"));
  assert.equal((await post("one/disable?version=0")).status, 409);
  assert.deepEqual(Object((await post("one/disable?version=1")).value).state, "disabled");
  assert.notEqual(await status(), 200);
  const switches = await ask("GET", "/admin/v1/switches", { token });
  assert.deepEqual(Object(switches.value).data, [{ name: "one", state: "disabled", version: 2 }]);
  assert.equal((await overlay.list()).length, 1);
  const items = await ask("GET", "/admin/v1/config", { token });
  assert.deepEqual(
    new Set(Object(items.value).data.map(({ kind }: { kind: string }) => kind)),
    new Set(["endpoint"]),
  );
  assert.deepEqual((await post("one/enable")).value, { name: "one", state: "enabled", version: 0 });
  assert.equal((await post("one/enable")).status, 200);
  assert.equal(await status(), 200);
  for (const verb of ["enable", "disable", "drain"]) {
    const refused = await post(`filed/${verb}`);
    assert.equal(refused.status, 409, verb);
    assert.match(Object(refused.value).error.message, /config\.yaml:1/);
  }
});

test("a list is fetched now, beside what is known; also with settings that are not kept", async (t) => {
  const fake = await fakeFor(t, { models: ["m", "n"] });
  const config = { endpoints: [{ name: "one", base_url: fake.url, models: ["m", "old"] }] };
  const { ask, logIn, overlay } = await adminFor(t, { config });
  const token = await logIn();
  const states = (value: unknown) =>
    Object.fromEntries(Object(value).data.map((one: Record<string, string>) => [one["id"], one["state"]]));
  const told = await ask("GET", "/admin/v1/endpoints/one/models", { token });
  assert.deepEqual(states(told.value)["m"], "known");
  assert.deepEqual(states(told.value)["old"], "gone");
  const body = { base_url: fake.url, api_key: SECRET };
  const tried = await ask("POST", "/admin/v1/endpoints/two/models", { token, body });
  assert.deepEqual(states(tried.value), { m: "new", n: "new" });
  assert.equal((await overlay.list()).length, 0);
  const wrong = await ask("POST", "/admin/v1/endpoints/two/models", {
    token,
    body: { base_url: "nonsense" },
  });
  assert.equal(wrong.status, 400);
  const providers = await ask("GET", "/admin/v1/providers", { token });
  assert.ok(Object(providers.value).data.some(({ name }: { name: string }) => name === "openai"));
});

test("where a kept key was sent is in the audit log, and the key is not", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const { ask, logIn, store } = await adminFor(t);
  const noted: AuditEntry[] = [];
  t.mock.method(store, "audit", async (entry: AuditEntry) => void noted.push(entry));
  const token = await logIn();
  const path = "/admin/v1/endpoints/gpu";
  const made = await ask("PUT", path, {
    token,
    body: { base_url: "http://127.0.0.1:1/v1", models: ["m"], api_key: SECRET },
  });
  const draft = { ...Object(made.value).value, base_url: fake.url };
  const tried = await ask("POST", `${path}/models`, { token, body: draft });
  assert.equal(tried.status, 200, tried.text);
  const last = noted.at(-1);
  assert.deepEqual([last?.action, last?.subject, last?.actor], ["endpoint.try", "gpu", "admin"]);
  assert.deepEqual(JSON.parse(last?.detail ?? ""), { base_url: fake.url });
  assert.ok(!JSON.stringify(noted).includes(SECRET) && !tried.text.includes(SECRET));
});

test("a mask that is sent back keeps the key, and one that stands for none is refused", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const { ask, logIn, overlay } = await adminFor(t);
  const token = await logIn();
  const put = (body: object) => ask("PUT", "/admin/v1/endpoints/gpu", { token, body });
  const made = await put({ base_url: fake.url, models: ["m"], api_keys: [SECRET, `${SECRET}-2`] });
  assert.equal(made.status, 200, made.text);
  const shown = Object(made.value).value;
  assert.equal((await put({ ...shown, weight: 3 })).status, 200);
  const [kept] = await overlay.list();
  assert.deepEqual(Object(kept?.entry.value)["api_keys"], [SECRET, `${SECRET}-2`]);
  const refused = await put({ ...shown, api_keys: ["sk-…none"] });
  assert.deepEqual([refused.status, Object(refused.value).error.code], [400, "admin_invalid"]);
  const same = [`${SECRET.slice(0, 10)}-one-abcd`, `${SECRET.slice(0, 10)}-two-abcd`];
  const twins = await put({ base_url: fake.url, models: ["m"], api_keys: same });
  assert.equal((await put(Object(twins.value).value)).status, 400);
});
