// A question from the dashboard: it goes the way of a client's, needs no client key, and is counted under its own name.

import assert from "node:assert/strict";
import { test } from "node:test";
import { adminFor } from "../support/admin-rig.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { listenLive } from "../support/live-events.ts";

const TOKEN = "program-token-0123456789";
const CHAT = { model: "m", messages: [{ role: "user", content: "hi" }] };

test("a question is answered, plain and streamed, and counted as the playground's", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const config = { endpoints: [{ name: "one", base_url: fake.url, models: ["m"] }] };
  const { ask, gateway } = await adminFor(t, { config, token: TOKEN });
  const { live } = await listenLive(gateway.port, { authorization: `Bearer ${TOKEN}` });
  t.after(() => live.close());
  await live.next("state");
  const post = (body: unknown, token?: string) => ask("POST", "/admin/v1/playground", { body, token });
  assert.equal((await post(CHAT)).status, 401);
  const plain = await post(CHAT, TOKEN);
  assert.equal(plain.status, 200, plain.text);
  assert.equal(plain.headers["x-oai-gateway-endpoint"], "one");
  assert.equal(plain.headers["cache-control"], "no-store");
  const told = await live.next("request");
  assert.deepEqual([told.data["key"], told.data["id"]], ["playground", plain.headers["x-request-id"]]);
  const streamed = await post({ ...CHAT, stream: true }, TOKEN);
  assert.match(String(streamed.headers["content-type"]), /^text\/event-stream/);
  assert.match(streamed.text, /^data: .*\[DONE\]/s);
  const unknown = await post({ ...CHAT, model: "<b>nobody</b>" }, TOKEN);
  assert.equal(unknown.status, 404);
  assert.equal((await post({ ...CHAT, x: "x".repeat(8 * 1024 * 1024) }, TOKEN)).status, 413);
  const other = await ask("POST", "/admin/v1/playground", {
    body: CHAT,
    token: TOKEN,
    headers: { "sec-fetch-site": "cross-site" },
  });
  assert.equal(other.status, 403);
});

test("settings, prices and the bundle of a bug's report have no secret", async (t) => {
  const secret = "sk-canary-0123456789abcdef";
  const endpoint = { name: "one", base_url: "http://127.0.0.1:1/v1", models: ["m"], api_key: secret };
  const { ask } = await adminFor(t, { config: { endpoints: [endpoint] }, token: TOKEN });
  const read = async (path: string) => {
    const told = await ask("GET", `/admin/v1${path}`, { token: TOKEN });
    assert.equal(told.status, 200, told.text);
    assert.ok(!told.text.includes(secret) && !told.text.includes(TOKEN));
    return Object(told.value);
  };
  const settings = await read("/settings");
  assert.deepEqual([settings.retention.hour_days, settings.alerts.is_configured], [90, false]);
  const prices = await read("/prices");
  assert.deepEqual([prices.data[0].model, prices.data[0].source], ["m", "unpriced"]);
  const bundle = await read("/diagnostics");
  assert.deepEqual([bundle.version, bundle.config.endpoints[0].keys], ["1.2.3", 1]);
  const { status, value } = await ask("POST", "/admin/v1/alerts/test", { token: TOKEN });
  assert.deepEqual([status, Object(value).data], [200, []]);
});
