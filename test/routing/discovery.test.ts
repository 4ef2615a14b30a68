// Discovery as clients see it: requests before the first answers, endpoints that are dead, odd or change their mind.
// The times and the shapes of lists have their tests beside `src/catalogue/`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { apiError, held, json } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { hangUp, htmlPage, neverAnswer } from "../support/faults.ts";
import { folderFor } from "../support/folder.ts";
import { deadPort } from "../support/ports.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { ask, requestBytes, wireFor } from "../support/wire.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

const LIST = "GET /models";

test("the listener is up before the endpoints have answered, and requests wait for them", async (t) => {
  const endpoint = await fakeFor(t, { models: ["m", "only"] });
  const gate = new Gate();
  const list = { object: "list", data: [{ id: "m" }, { id: "only" }] };
  endpoint.on(LIST, held(gate, json(200, list)));
  const { port } = await gatewayFor(t, configOf(endpoint), { waitsForLists: false });
  assert.equal((await ask(port, { path: "/livez" })).status, 200);
  assert.equal((await ask(port, { path: "/readyz" })).status, 503);
  const requests = [
    chat("only"),
    chat("m", { stream: true }),
    { path: "/v1/models" },
    { path: "/v1/models/m" },
  ];
  const wires = await Promise.all(requests.map(() => wireFor(t, port)));
  await Promise.all(wires.map((wire, index) => wire.send(requestBytes(requests[index] ?? {}))));
  await endpoint.waitForDiscovery();
  assert.equal(endpoint.requests.length, 0);
  gate.open(Number.POSITIVE_INFINITY);
  for (const wire of wires) assert.equal((await wire.answer()).status, 200);
  assert.equal((await ask(port, { path: "/readyz" })).status, 200);
});

test("a name that one endpoint has listed already waits for the others' first answers too", async (t) => {
  const quick = await fakeFor(t);
  const slow = await fakeFor(t);
  const gate = new Gate();
  slow.on(LIST, held(gate, json(200, { data: [{ id: "m" }] })));
  const endpoints = [
    { name: "quick", base_url: quick.url, weight: 1 },
    { name: "slow", base_url: slow.url, weight: 3 },
  ];
  const { gateway, log, port } = await gatewayFor(t, { endpoints }, { waitsForLists: false });
  await log.line("models_listed");
  assert.equal(gateway.plan("m")?.candidates.length, 1);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat()));
  // Answered after the other on the same gateway: by then it would have been sent.
  assert.equal((await ask(port, { path: "/livez" })).status, 200);
  gate.open();
  assert.equal((await wire.answer()).header("x-oai-gateway-endpoint"), "slow");
});

test("all endpoints are asked at once, each with its own key and headers", async (t) => {
  const gate = new Gate();
  const names = ["a", "b", "c"];
  const endpoints: Record<string, FakeEndpoint> = {};
  for (const name of names) {
    const fake = await fakeFor(t, { basePath: `/${name}/v1` });
    endpoints[name] = fake.on(LIST, held(gate, json(200, { data: [{ id: name }] })));
  }
  const configured = Object.entries(endpoints).map(([name, { url }]) => {
    return { name, base_url: `${url}/`, api_key: `key-${name}`, headers: { "x-team": name } };
  });
  const { port } = await gatewayFor(t, { endpoints: configured }, { waitsForLists: false });
  for (const [name, fake] of Object.entries(endpoints)) {
    const request = await fake.waitForDiscovery();
    assert.deepEqual([request.method, request.path], ["GET", `/${name}/v1/models`]);
    assert.deepEqual(
      [request.header("authorization"), request.header("x-team")],
      [`Bearer key-${name}`, name],
    );
  }
  gate.open(Number.POSITIVE_INFINITY);
  assert.deepEqual(await idsOf(port), names);
});

test("an endpoint that is dead, or never answers, stops neither the start nor the others", async (t) => {
  const good = await fakeFor(t);
  const silent = await fakeFor(t);
  silent.on(LIST, neverAnswer());
  const endpoints = [
    { name: "dead", base_url: `http://127.0.0.1:${await deadPort()}/v1` },
    { name: "nowhere", base_url: "http://nobody.invalid/v1" },
    { name: "silent", base_url: silent.url },
    { name: "good", base_url: good.url },
  ];
  const { port } = await gatewayFor(t, { endpoints, discovery: { timeout: "500ms" } });
  assert.deepEqual(await idsOf(port), ["m"]);
  assert.equal((await ask(port, chat())).header("x-oai-gateway-endpoint"), "good");
});

test("a model that appears later is found by asking for it", async (t) => {
  const { ask: send, fakes, port } = await worldFor(t, { endpoints: { one: {}, two: {} } });
  fakes.two.models = ["m", "new"];
  // Both wait for the same round of questions.
  const [first, second] = await Promise.all([send(chat("new")), send({ path: "/v1/models/new" })]);
  assert.deepEqual([first.status, first.header("x-oai-gateway-endpoint")], [200, "two"]);
  assert.equal(second.status, 200);
  assert.deepEqual(await idsOf(port), ["m", "new"]);
  const asked = fakes.two.discoveries.length;
  assert.equal(asked, 2);
  for (let time = 0; time < 5; time += 1) assert.equal((await send(chat(`none-${time}`))).status, 404);
  assert.equal(fakes.two.discoveries.length, asked, "at most once in ten seconds");
});

test("an unknown name is 404 in OpenAI's words with the nearest names", async (t) => {
  const models = ["gpt-5-mini", "gpt-5", "llama3.2:3b"];
  const { ask: send } = await worldFor(t, { endpoints: { one: { fake: { models } } } });
  const error = errorOf(await send(chat("gpt5-mini")));
  assert.deepEqual([error.code, error.param], ["model_not_found", "model"]);
  assert.match(error.message, /^The model `gpt5-mini` does not exist.*Did you mean `gpt-5-mini`/);
});

test("static lists are not asked for; include and exclude choose among what is listed", async (t) => {
  const {
    ask: send,
    fakes,
    port,
  } = await worldFor(t, {
    endpoints: {
      fixed: { config: { models: ["s1", "org/s2"] } },
      chosen: {
        fake: { models: ["gpt-1", "gpt-1-audio", "tts"] },
        config: { models: { include: ["gpt-*"], exclude: ["*-audio"] } },
      },
    },
  });
  assert.deepEqual(await idsOf(port), ["gpt-1", "org/s2", "s1"]);
  assert.equal((await send(chat("org/s2"))).status, 200);
  assert.equal((await send(chat("tts"))).status, 404);
  assert.equal(fakes.fixed.discoveries.length, 0);
});

const UNHEARD = hangUp();

test("an endpoint without /models is used through an override and through its pin", async (t) => {
  for (const answer of [apiError(404, null), htmlPage(200), json(200, "no JSON"), UNHEARD]) {
    const endpoint = await fakeFor(t);
    endpoint.on(LIST, answer);
    const routing = { model_overrides: { nick: ["one/org/real:1"] } };
    const { port } = await gatewayFor(t, { ...configOf(endpoint), routing });
    const nick = await ask(port, chat("nick"));
    assert.deepEqual([nick.status, nick.header("x-oai-gateway-model")], [200, "org/real:1"]);
    assert.deepEqual(await idsOf(port), ["nick"]);
    const pin = await ask(port, chat("one/org/other"));
    assert.equal(pin.header("x-oai-gateway-model"), "org/other");
    // What never answered may serve the name; what answers something else has no list, and the name is wrong.
    assert.equal((await ask(port, chat("org/other"))).status, answer === UNHEARD ? 503 : 404);
  }
});

test("the last good list is kept after an empty, a broken and a failed answer", async (t) => {
  const { ask: send, fakes, gateway, port } = await worldFor(t, { endpoints: { one: {} } });
  const answers = [json(200, { object: "list", data: [] }), json(200, "{"), apiError(500, null), hangUp()];
  for (const answer of answers) {
    fakes.one.on(LIST, answer);
    await gateway.catalogue.askAgain();
    assert.deepEqual(await idsOf(port), ["m"]);
    assert.equal((await send(chat())).status, 200);
    fakes.one.behave();
    await gateway.catalogue.askAgain();
  }
});

test("the last good list is kept across a restart while the endpoint is away", async (t) => {
  const dataDir = folderFor(t);
  const endpoint = await fakeFor(t, { models: ["m", "n"] });
  const before = await gatewayFor(t, configOf(endpoint), { dataDir });
  await before.gateway.close({ graceMs: 0 });
  endpoint.on(LIST, neverAnswer());
  const after = await gatewayFor(t, configOf(endpoint), { dataDir });
  assert.deepEqual(await idsOf(after.port), ["m", "n"]);
  assert.equal((await ask(after.port, chat("n"))).status, 200);
});

test("an alias whose endpoints are all disabled answers 503 with the reason", async (t) => {
  const {
    ask: send,
    fakes,
    gateway,
  } = await worldFor(t, {
    endpoints: { off: { config: { enabled: false } }, on: {} },
    routing: { model_overrides: { nick: ["off/m"], both: ["off/m", "on/m"] } },
  });
  const answer = await send(chat("nick"));
  assert.deepEqual([answer.status, errorOf(answer).code], [503, "no_available_target"]);
  assert.match(errorOf(answer).message, /off is disabled/);
  assert.ok(gateway.table().notes.some(({ kind, model }) => kind === "no_usable_target" && model === "nick"));
  assert.equal((await send(chat("both"))).header("x-oai-gateway-endpoint"), "on");
  assert.equal(fakes.off.requests.length + fakes.off.discoveries.length, 0);
});

test("prefix mode: names are endpoint/model and go there under the bare name", async (t) => {
  const {
    ask: send,
    fakes,
    port,
  } = await worldFor(t, {
    endpoints: { a: { fake: { models: ["m", "x/y"] } }, b: {} },
    routing: { mode: "prefix", model_overrides: { nick: ["a/m"] } },
  });
  assert.deepEqual(await idsOf(port), ["a/m", "a/x/y", "b/m"]);
  const answer = await send(chat("a/x/y"));
  assert.deepEqual([answer.status, answer.json()["model"]], [200, "a/x/y"]);
  assert.equal(fakes.a.requests[0]?.json()["model"], "x/y");
  for (const name of ["m", "nick", "b/x/y"]) assert.equal((await send(chat(name))).status, 404, name);
});

function configOf({ url }: FakeEndpoint) {
  return { endpoints: [{ name: "one", base_url: url }] };
}

async function idsOf(port: number): Promise<string[]> {
  const { data } = (await ask(port, { path: "/v1/models" })).json();
  assert.ok(Array.isArray(data));
  return data.map((entry: { readonly id: string }) => entry.id).sort();
}
