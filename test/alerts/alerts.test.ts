// Alerts of a running gateway, told to webhooks that really listen.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import type { StoreState } from "../../src/store/store.ts";
import { adminFor } from "../support/admin-rig.ts";
import { json } from "../support/fakes/behaviours.ts";
import { webhookFor } from "../support/fakes/webhook.ts";
import { HeldClock } from "../support/held-clock.ts";
import { MemoryStore } from "../support/memory-store.ts";
import { deadPort } from "../support/ports.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { chat, worldFor } from "../support/world.ts";

const KEY = "sk-canary-0123456789abcdef";

/** A store that says that it loses what a test wants. */
class LosingStore extends MemoryStore {
  lost = 0;

  override state(): StoreState {
    return { ...super.state(), lost: this.lost };
  }
}

test("an endpoint that is gone and back is told of, once, also over restarts", async (t) => {
  const hook = await webhookFor(t);
  const port = await deadPort();
  const store = new MemoryStore();
  const config = {
    endpoints: [{ name: "alpha", base_url: `http://127.0.0.1:${port}/v1`, api_key: KEY }],
    alerts: { webhook: hook.url, down_after: "1ms" },
  };
  const first = await gatewayFor(t, config, { store });
  await hook.until(1);
  const [told] = hook.heard;
  assert.equal(told?.path, "/hook?token=CANARY-token");
  assert.deepEqual([told?.body["type"], told?.body["subject"]], ["endpoint_down", "alpha"]);
  assert.match(
    String(told?.body["text"]),
    /^The endpoint alpha has been down for \d s: no connection \(ECONNREFUSED\)/,
  );
  assert.equal(Object(told?.body["details"]).endpoint, "alpha");
  assert.ok(first.log.events.includes("endpoint_down"));
  await first.gateway.close({ graceMs: 0 });
  const second = await gatewayFor(t, config, { store });
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ object: "list", data: [{ id: "m", object: "model" }] }));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await second.gateway.catalogue.askAgain();
  await hook.until(2);
  assert.deepEqual(hook.kinds(), ["endpoint_down raised", "endpoint_up solved"]);
  assert.doesNotMatch(JSON.stringify(hook.heard.map(({ body }) => body)), /canary/i);
  assert.doesNotMatch(JSON.stringify([first, second].map(({ log }) => log)), /canary/i);
});

test("a key that is refused is told of by its number", async (t) => {
  const hook = await webhookFor(t);
  const world = await worldFor<"a">(t, {
    endpoints: { a: { config: { api_keys: [KEY, "sk-other-0123456789"] } } },
    alerts: { webhooks: [{ url: hook.url, kinds: ["key_dead"] }] },
  });
  world.fakes.a.always(json(401, { error: { message: `bad key ${KEY}`, code: "invalid_api_key" } }));
  for (const content of ["one", "two", "three"])
    await world.ask(chat("m", { messages: [{ role: "user", content }] }));
  await hook.until(1);
  const [told] = hook.heard;
  assert.deepEqual([told?.body["type"], told?.body["level"]], ["key_dead", "warning"]);
  assert.match(String(told?.body["text"]), /^Key #[12] of a is refused by the endpoint/);
  assert.doesNotMatch(JSON.stringify(told?.body), /canary|sk-/);
});

test("a model without a price is told of once, and each webhook gets what it wants, in its form", async (t) => {
  const [all, slack, discord] = [await webhookFor(t), await webhookFor(t), await webhookFor(t)];
  const name = "<!everyone> @everyone &";
  const world = await worldFor<"a">(t, {
    endpoints: { a: { fake: { models: [name] } } },
    alerts: {
      webhooks: [
        { url: all.url, headers: { Authorization: "Bearer hook-secret" } },
        { url: slack.url, format: "slack", kinds: ["model_unpriced"] },
        { url: discord.url, format: "discord", kinds: ["model_unpriced", "endpoint_down"] },
        { url: `${all.url}&other`, kinds: ["budget_spent"] },
      ],
    },
  });
  for (let count = 0; count < 3; count += 1) assert.equal((await world.ask(chat(name))).status, 200);
  for (const hook of [all, slack, discord]) await hook.until(1);
  const [plain, asSlack, asDiscord] = [all, slack, discord].map(({ heard }) => heard[0]);
  assert.deepEqual(all.kinds(), ["model_unpriced raised"]);
  assert.equal(plain?.headers["authorization"], "Bearer hook-secret");
  assert.deepEqual(Object.keys(asSlack?.body ?? {}).sort(), ["link_names", "mrkdwn", "text", "unfurl_links"]);
  assert.match(String(asSlack?.body["text"]), /&lt;!everyone&gt; @everyone &amp;/);
  assert.doesNotMatch(String(asSlack?.body["text"]), /[<>\u0000-\u001f\u202e]/);
  assert.deepEqual(asDiscord?.body["allowed_mentions"], { parse: [] });
  assert.ok(String(asDiscord?.body["content"]).length <= 2_000);
});

test("rows that are lost are told of", async (t) => {
  const hook = await webhookFor(t);
  const [clock, store] = [new HeldClock(), new LosingStore()];
  await worldFor<"a">(t, { endpoints: { a: {} }, alerts: { webhook: hook.url } }, { clock, store });
  store.lost = 5;
  await hook.until(1);
  clock.advance(120_000);
  await hook.until(2);
  assert.deepEqual(hook.kinds(), ["ledger_losing raised", "ledger_losing solved"]);
  assert.match(String(hook.heard[0]?.body["text"]), /5 are lost since the start/);
});

test("what a webhook did not take before a stop it gets after the start", async (t) => {
  const hook = await webhookFor(t, (response, number) => response.writeHead(number === 1 ? 500 : 200).end());
  const store = new MemoryStore();
  const endpoints = [{ name: "alpha", base_url: `http://127.0.0.1:${await deadPort()}/v1` }];
  const config = { endpoints, alerts: { webhook: hook.url, down_after: "1ms" } };
  const first = await gatewayFor(t, config, { store });
  await hook.until(1);
  await first.gateway.close({ graceMs: 0 });
  await gatewayFor(t, config, { store });
  await hook.until(2);
  const ids = hook.heard.map(({ body }) => body["id"]);
  assert.equal(ids[0], ids[1]);
});

test("a test goes to every webhook and says which took it; nothing that is shown holds an address", async (t) => {
  const fine = await webhookFor(t);
  const bad = await webhookFor(t, (response) => response.writeHead(404).end("CANARY-answer"));
  const webhooks = [
    { url: fine.url, name: "ops", kinds: ["endpoint_down"] },
    { url: bad.url, headers: { "x-secret": "CANARY-header" } },
    { url: `http://127.0.0.1:${await deadPort()}/CANARY-path` },
  ];
  const rig = await adminFor(t, { config: { alerts: { webhooks } } });
  const token = await rig.logIn();
  const tested = await rig.ask("POST", "/admin/v1/alerts/test", { token });
  assert.equal(tested.status, 200, tested.text);
  assert.deepEqual(tested.value, {
    data: [
      { number: 1, name: "ops", is_delivered: true, reason: null },
      { number: 2, name: null, is_delivered: false, reason: "status 404" },
      { number: 3, name: null, is_delivered: false, reason: "ECONNREFUSED" },
    ],
  });
  assert.deepEqual(fine.heard[0]?.body["type"], "test");
  rig.gateway.alerts?.configRejected("config.yaml", ["OG110", "OG110"]);
  await bad.until(2);
  const listed = await rig.ask("GET", "/admin/v1/alerts", { token });
  assert.equal(listed.status, 200, listed.text);
  const { data, webhooks: shown, told } = Object(listed.value);
  assert.deepEqual(
    data.map((one: object) => [Object(one).kind, Object(one).state]),
    [["config_rejected", "raised"]],
  );
  assert.match(data[0].text, /config\.yaml was not taken: 2 problems \(OG110\)/);
  assert.deepEqual([shown[0].delivered, shown[1].waiting, told.config_rejected], [1, 1, 1]);
  const status = await rig.ask("GET", "/admin/v1/status", { token });
  for (const text of [listed.text, status.text, tested.text, JSON.stringify(rig.log)])
    assert.doesNotMatch(text, /CANARY|\/hook/);
  assert.equal((await rig.ask("GET", "/admin/v1/alerts")).status, 401);
});
