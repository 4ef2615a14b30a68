// Endpoints and aliases by the admin API: in force at once, checked by the rules of the file, and never over what the
// file has.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyConfig } from "../../src/config/compile.ts";
import { Overlay } from "../../src/overlay/overlay.ts";
import { StoreFailure } from "../../src/store/store-failure.ts";
import { baseOf } from "../../src/supervise/configuration.ts";
import { adminFor } from "../support/admin-rig.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { KeptLog } from "../support/kept-log.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { headerOf } from "../support/socket-reader.ts";
import { ask as request } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const SECRET = "sk-canary-0123456789abcdef";
const FILE = {
  endpoints: [{ name: "filed", base_url: "http://127.0.0.1:1/v1", models: ["old"] }],
  routing: { model_overrides: { fast: ["filed/old"] } },
};

test("an endpoint and an alias are in force at once, replaced, and taken away", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const { ask, logIn, gateway, dataDir, store } = await adminFor(t, { config: FILE });
  const token = await logIn();
  const body = { base_url: fake.url, models: ["m"], api_key: SECRET };
  const put = await ask("PUT", "/admin/v1/endpoints/gpu?version=0", { token, body });
  assert.equal(put.status, 200, put.text);
  assert.deepEqual(Object(put.value), {
    kind: "endpoint",
    name: "gpu",
    source: "store",
    version: 1,
    is_in_force: true,
    problem: null,
    value: { name: "gpu", base_url: fake.url, models: ["m"], api_key: "sk-…cdef" },
  });
  const alias = await ask("PUT", "/admin/v1/aliases/my%2Falias", { token, body: { targets: ["gpu/m"] } });
  assert.equal(alias.status, 200, alias.text);
  for (const model of ["m", "my/alias"])
    assert.equal((await request(gateway.port, chat(model))).status, 200, model);
  assert.equal(headerOf(fake.requests.at(-1)?.headers ?? [], "authorization"), `Bearer ${SECRET}`);
  assert.ok(existsSync(join(dataDir, "config-in-store")));
  const config = await ask("GET", "/admin/v1/config", { token });
  assert.ok(!config.text.includes(SECRET));
  assert.deepEqual(
    Object(config.value).data.map((one: Record<string, unknown>) => [
      one["kind"],
      one["name"],
      one["source"],
    ]),
    [
      ["endpoint", "filed", "config.yaml:1"],
      ["alias", "fast", "config.yaml:1"],
      ["endpoint", "gpu", "store"],
      ["alias", "my/alias", "store"],
    ],
  );
  assert.equal((await ask("GET", "/admin/v1/config?secrets=plain", { token })).status, 403);
  const late = await ask("PUT", "/admin/v1/endpoints/gpu?version=0", { token, body });
  assert.equal(late.status, 409);
  const drained = await ask("PUT", "/admin/v1/endpoints/gpu?version=1", {
    token,
    body: { ...body, weight: 0 },
  });
  assert.equal(Object(drained.value).version, 2);
  assert.equal((await ask("DELETE", "/admin/v1/endpoints/gpu?version=2", { token })).status, 204);
  assert.equal((await request(gateway.port, chat("m"))).status, 404);
  // The alias has lost its target: it is left out, and comes back with it.
  const [, , left] = Object((await ask("GET", "/admin/v1/config", { token })).value).data;
  assert.equal(left.is_in_force, false);
  assert.match(left.problem, /^OG151: /);
  assert.equal((await ask("DELETE", "/admin/v1/aliases/my%2Falias", { token })).status, 204);
  assert.deepEqual(await store.records("override"), []);
  assert.ok(!existsSync(join(dataDir, "config-in-store")));
});

test("what the file sets is read-only, and says where", async (t) => {
  const { ask, logIn, store } = await adminFor(t, { config: FILE });
  const token = await logIn();
  const body = { base_url: "http://127.0.0.1:2/v1" };
  for (const [method, path, sent] of [
    ["PUT", "endpoints/filed", body],
    ["DELETE", "endpoints/filed", undefined],
    ["PUT", "aliases/fast", { targets: ["filed/old"] }],
    ["DELETE", "aliases/fast", undefined],
  ] as const) {
    const told = await ask(method, `/admin/v1/${path}`, { token, body: sent });
    assert.equal(told.status, 409, `${method} ${path}`);
    assert.match(told.text, /config\.yaml:1/);
  }
  assert.deepEqual(await store.records("override"), []);
});

test("what does not fit is refused with the codes of the file's rules, and nothing is kept", async (t) => {
  const { ask, logIn, store, gateway } = await adminFor(t, { config: FILE });
  const token = await logIn();
  const good = { base_url: "http://127.0.0.1:2/v1" };
  const before = gateway.config();
  const refused: readonly (readonly [string, unknown, RegExp])[] = [
    ["endpoints/a", {}, /OG111/],
    ["endpoints/a", { base_url: "h:1/v1" }, /OG122/],
    ["endpoints/a", { ...good, weight: 1e9 }, /OG113/],
    ["endpoints/a", { ...good, wieght: 1 }, /OG110/],
    ["endpoints/a", { ...good, name: "b" }, /body\.name/],
    ["endpoints/a%2Fb", good, /OG120/],
    ["endpoints/a%00b", good, /control characters/],
    [`endpoints/${"x".repeat(300)}`, good, /at most 200 characters/],
    ["endpoints/a", { ...good, api_key: "${NOT_THERE}" }, /OG130/],
    ["endpoints/a", { ...good, base_url: 'http://h/v1"\n  - name: evil' }, /OG1/],
    ["aliases/x", { targets: [] }, /OG154/],
    ["aliases/x", { targets: ["nobody/m"] }, /OG151/],
    ["aliases/x", { targets: ["x"] }, /OG15/],
    ["aliases/x", { targets: ["filed/old"], more: 1 }, /more/],
    ["aliases/%2A", { targets: ["filed/old"] }, /OG120/],
  ];
  for (const [path, body, words] of refused) {
    const told = await ask("PUT", `/admin/v1/${path}`, { token, body });
    assert.equal(told.status, 400, `${path} ${told.text}`);
    assert.match(told.text, words, path);
  }
  assert.equal((await ask("DELETE", "/admin/v1/endpoints/nobody", { token })).status, 404);
  assert.deepEqual(await store.records("override"), []);
  assert.equal(gateway.config(), before);
});

test("fault 310: an entry that no longer fits is left out, and the rest is served", async (t) => {
  const [store, log] = [new MemoryStore(), new KeptLog()];
  const put = (id: string, value: unknown) =>
    store.put({ kind: "override", id, text: typeof value === "string" ? value : JSON.stringify(value) });
  const address = "http://127.0.0.1:2/v1";
  await put("alias:a", ["gone/m"]);
  await put("alias:late", ["good/m"]);
  await put("endpoint:good", { name: "good", base_url: address });
  await put("endpoint:bad", { name: "bad", base_url: address, weight: "heavy" });
  await put("endpoint:torn", "{");
  const { dataDir, overlay: other } = await adminFor(t);
  await other.put("endpoint", "marks-the-folder", { name: "marks-the-folder", base_url: address });
  const overlay = new Overlay({ store, folder: dataDir, env: {}, log });
  await overlay.load();
  const { plan } = overlay.over(baseOf({ kind: "none", config: emptyConfig(), warnings: [] }));
  assert.deepEqual(
    plan.endpoints.map(({ name }) => name),
    ["good"],
  );
  assert.deepEqual(
    plan.overrides.map(({ name }) => name),
    ["late"],
  );
  const warned = log.lines.filter(({ level }) => level === "warn").map(({ event }) => event);
  assert.deepEqual(warned, ["config_entry_unreadable", "config_entry_left_out", "config_entry_left_out"]);
});

test("fault 309: a store that cannot be read at the start is asked again, and its entries come then", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const [store, log] = [new MemoryStore(), new KeptLog()];
  const { dataDir, overlay: other } = await adminFor(t);
  const value = { name: "late", base_url: "http://127.0.0.1:2/v1" };
  await other.put("endpoint", "late", value);
  await store.put({ kind: "override", id: "endpoint:late", text: JSON.stringify(value) });
  store.failure = new StoreFailure("locked", "locked");
  const overlay = new Overlay({ store, folder: dataDir, env: {}, log });
  const base = baseOf({ kind: "none", config: emptyConfig(), warnings: [] });
  await overlay.load();
  assert.deepEqual(overlay.over(base).plan.endpoints, []);
  await assert.rejects(overlay.put("endpoint", "late", value), { code: "unavailable" });
  store.failure = undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  overlay.onChange(async () => resolve());
  t.mock.timers.tick(2_000);
  await promise;
  assert.deepEqual(
    overlay.over(base).plan.endpoints.map(({ name }) => name),
    ["late"],
  );
});
