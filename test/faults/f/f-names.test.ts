// Faults 164, 166 to 169: names that nobody lists, that mean two things, or that are listed in another spelling; and
// ids of endpoints that are none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli } from "../../support/cli.ts";
import { apiError, json } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { hangUp } from "../../support/faults.ts";
import { deadPort } from "../../support/ports.ts";
import { gatewayFor } from "../../support/start-gateway.ts";
import { ask } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

test("fault 164: unknown names in a loop cost the endpoints one question, and their nearest names are found", async (t) => {
  const models = Array.from({ length: 9_000 }, (_, index) => `vendor/model-${index}`);
  const { ask: send, fakes } = await worldFor(t, { endpoints: { a: { fake: { models } } } });
  const before = fakes.a.discoveries.length;
  for (let index = 0; index < 30; index += 1) {
    const error = errorOf(await send(chat(`vendor/mdoel-${1 + (index % 3)}0`)));
    assert.match(error.message, new RegExp(`Did you mean \`vendor/model-${1 + (index % 3)}0\``));
  }
  assert.equal(fakes.a.discoveries.length, before + 1);
});

/** Where a few requests for a name went, as `endpoint/model`. */
async function routes(
  send: (request: ReturnType<typeof chat>) => ReturnType<typeof ask>,
  name: string,
  count: number,
) {
  const seen: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const answer = await send(chat(name));
    assert.equal(answer.status, 200, answer.text);
    seen.push(`${answer.header("x-oai-gateway-endpoint")}/${answer.header("x-oai-gateway-model")}`);
  }
  return seen;
}

test("fault 166: endpoint/model goes to the endpoint of that name, and the log tells what else is called so", async (t) => {
  const { ask: send, log } = await worldFor(t, {
    endpoints: {
      openai: { fake: { models: ["gpt-x"] } },
      router: { fake: { models: ["openai/gpt-x", "openai/gpt-y"] } },
    },
  });
  assert.deepEqual(await routes(send, "openai/gpt-x", 2), ["openai/gpt-x", "openai/gpt-x"]);
  assert.deepEqual(await routes(send, "router/openai/gpt-x", 1), ["router/openai/gpt-x"]);
  assert.deepEqual(await routes(send, "openai/gpt-y", 1), ["router/openai/gpt-y"]);
  const line = await log.line("name_clash");
  assert.equal(line.level, "warn");
  assert.match(line.message, /"openai\/gpt-x" means "gpt-x" at openai; router lists/);
  assert.equal(log.lines.filter(({ event }) => event === "name_clash").length, 1);
});

test("fault 166: check and models tell of it too", async (t) => {
  const [one, two] = [
    await fakeFor(t, { models: ["gpt-x"] }),
    await fakeFor(t, { models: ["openai/gpt-x"] }),
  ];
  const endpoints = [
    { name: "openai", base_url: one.url, models: ["gpt-x"] },
    { name: "router", base_url: two.url, models: ["openai/gpt-x"] },
  ];
  const files = { "config.yaml": JSON.stringify({ endpoints }) };
  for (const args of [["check"], ["models"], ["check", "--json"], ["models", "--json"]]) {
    const { stdout } = await runCli(t, args, { files });
    assert.match(stdout.replaceAll("\\", ""), /"openai\/gpt-x" means "gpt-x" at openai/, args.join(" "));
  }
});

test("fault 167: a name is found in the spelling in which it is listed, and the client sees its own", async (t) => {
  const { ask: send, fakes } = await worldFor(t, {
    endpoints: { a: { fake: { models: ["llama3:latest", "models/gem", "plain"] } } },
  });
  for (const [name, at] of [
    ["llama3", "llama3:latest"],
    ["gem", "models/gem"],
    ["models/plain", "plain"],
    ["plain:latest", "plain"],
    ["a/llama3", "llama3:latest"],
  ]) {
    const answer = await send(chat(name));
    assert.deepEqual([answer.status, answer.json()["model"]], [200, name]);
    assert.equal(fakes.a.requests.at(-1)?.json()["model"], at);
    const plan = await send({ ...chat(name), headers: { "x-oai-gateway-dry-run": "true" } });
    const { candidates } = plan.json();
    assert.ok(Array.isArray(candidates));
    assert.equal(candidates[0].model, at);
  }
});

test("fault 167: a suffix is passed on to those that list the bare name, with exact shares", async (t) => {
  const list = { models: ["vendor/x"] };
  const { ask: send, fakes } = await worldFor(t, {
    endpoints: { a: { fake: list, config: { weight: 2 } }, b: { fake: list } },
  });
  const seen = [
    ...(await routes(send, "vendor/x:online", 2)),
    ...(await routes(send, "vendor/x", 1)),
    ...(await routes(send, "vendor/x:nitro", 3)),
  ];
  assert.equal(seen.filter((one) => one.startsWith("a/")).length, 4);
  assert.equal(fakes.a.requests[0]?.json()["model"], "vendor/x:online");
  const plan = await send({ ...chat("vendor/x:online"), headers: { "x-oai-gateway-dry-run": "true" } });
  assert.deepEqual([plan.json()["origin"], plan.json()["model"]], ["suffix", "vendor/x:online"]);
  assert.equal((await send(chat("vendor/none:online"))).status, 404);
});

test("fault 167: the command route shows what was found", async (t) => {
  const fake = await fakeFor(t, { models: ["llama3:latest"] });
  const files = { "config.yaml": JSON.stringify({ endpoints: [{ name: "a", base_url: fake.url }] }) };
  const { stdout, code } = await runCli(t, ["route", "llama3"], { files });
  assert.equal(code, 0);
  assert.match(stdout, /^llama3 \S+ llama3:latest \(listed\)/);
});

test("fault 168: while no endpoint has told its models it is 503 with the reasons, and served once one has", async (t) => {
  const [dead, failing, refusing] = [await deadPort(), await fakeFor(t), await fakeFor(t)];
  failing.on("GET /models", apiError(500, null));
  refusing.on("GET /models", apiError(401, null));
  const { port, gateway } = await gatewayFor(t, {
    endpoints: [
      { name: "dead", base_url: `http://127.0.0.1:${dead}/v1` },
      { name: "failing", base_url: failing.url },
      { name: "refusing", base_url: refusing.url },
    ],
  });
  const answer = await ask(port, chat());
  const { code, message } = errorOf(answer);
  assert.deepEqual([answer.status, code], [503, "no_available_target"]);
  assert.match(message, /dead \(no connection.*\); failing \(answered 500\); refusing \(401 key rejected\)/);
  const wait = Number(answer.header("retry-after"));
  assert.ok(wait >= 1 && wait <= 10, `${wait}`);
  assert.equal(answer.header("x-should-retry"), undefined);
  failing.behave();
  await gateway.catalogue.askAgain();
  assert.equal((await ask(port, chat())).status, 200);
});

test("fault 168: once one has told, a wrong name is 404 that names those never heard of", async (t) => {
  const { ask: send, fakes, gateway } = await worldFor(t, { endpoints: { good: {}, silent: {} } });
  fakes.silent.on("GET /models", hangUp());
  assert.equal((await send(chat("none"))).status, 404);
  const { gateway: other, port } = await gatewayFor(t, {
    endpoints: [
      { name: "good", base_url: fakes.good.url },
      { name: "silent", base_url: fakes.silent.url },
    ],
  });
  const answer = await ask(port, chat("none"));
  assert.equal(answer.status, 404);
  assert.match(errorOf(answer).message, /Not heard of so far: silent \(/);
  await Promise.all([gateway, other].map((one) => one.close({ graceMs: 0 })));
});

test("fault 169: an id of an endpoint is cut at 128 characters in the answer and in the log", async (t) => {
  const { ask: send, fakes, log } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  for (const status of [200, 400]) {
    fakes.a.always(json(status, { choices: [], error: null }, { "x-request-id": "i".repeat(20_000) }));
    const answer = await send(chat());
    assert.equal(answer.header("x-request-id"), "i".repeat(128));
    assert.equal((await log.nextSummary()).requestId, "i".repeat(128));
  }
});
