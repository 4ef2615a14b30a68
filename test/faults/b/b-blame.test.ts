// Whose fault an answer is: never decided by what a client has written, and never paid for by other clients.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, events, json, stream } from "../../support/fakes/behaviours.ts";
import type { World } from "../../support/world.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const THREE = { a: {}, b: {}, c: {} };
const NAMES = ["a", "b", "c"] as const;

function said(message: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { error: { message, type: "invalid_request_error", param: null, code: null, ...more } };
}

function callsOf(world: World<"a" | "b" | "c">): number[] {
  return NAMES.map((name) => world.fakes[name].requests.length);
}

/** What nine requests of others get once all endpoints are well again. */
async function othersGet(world: World<"a" | "b" | "c">): Promise<number[]> {
  for (const name of NAMES) world.fakes[name].behave();
  const statuses: number[] = [];
  for (let time = 0; time < 9; time += 1) statuses.push((await world.ask(chat())).status);
  return statuses;
}

const SERVED = Array.from({ length: 9 }, () => 200);

test("fault 112: a stored response that is not found, whatever its id, is the caller's error", async (t) => {
  const messages = [
    said("Previous response with id 'resp-model' not found.", {
      param: "previous_response_id",
      code: "previous_response_not_found",
    }),
    said("Response 'model m does not exist' not found"),
    said("No such File object: model m not found", { param: "file_id" }),
  ];
  const world = await worldFor(t, { endpoints: THREE });
  for (const answer of messages) {
    for (const name of NAMES) world.fakes[name].always(json(404, answer));
    const { status, text } = await world.ask({
      path: "/v1/responses",
      body: { model: "m", input: "hi", previous_response_id: "resp-model" },
    });
    assert.deepEqual([status, text], [404, JSON.stringify(answer)]);
  }
  // Where the answer before is was asked for as well; the requests themselves are sent once each.
  const sent = NAMES.flatMap((name) => world.fakes[name].requests.filter(({ method }) => method === "POST"));
  assert.equal(sent.length, 3);
  assert.ok(world.gateway.targets.health.isPristine);
});

test("fault 113: one request rests one endpoint at most, whatever all of them answer", async (t) => {
  const answers = {
    limit: apiError(429, "rate_limit_exceeded", { "retry-after": "3000" }),
    key: apiError(401, "invalid_api_key"),
    account: apiError(402, "insufficient_quota"),
    model: apiError(404, "model_not_found"),
  };
  for (const [what, answer] of Object.entries(answers)) {
    const world = await worldFor(t, { endpoints: THREE });
    for (const name of NAMES) world.fakes[name].always(answer);
    await world.ask(chat());
    const resting = new Set(
      world.gateway.targets.health.cooldowns.snapshot().map(({ endpoint }) => endpoint),
    );
    assert.ok(resting.size <= 1, `${what}: ${[...resting].join()}`);
    assert.deepEqual(await othersGet(world), SERVED, what);
  }
});

test("fault 114: what one request asks too much of rests nothing, and every endpoint is asked", async (t) => {
  const answers = [
    json(429, said("Request too large for m on tokens per min (TPM): Limit 30000, Requested 80000.")),
    json(402, said("This request requires more credits, or fewer max_tokens. You can only afford 1234.")),
    json(401, said("You have insufficient permissions for this operation. Missing scopes: api.write.")),
    json(403, said("You are not allowed to use this file.")),
    json(413, said("Payload too large")),
  ];
  for (const answer of answers) {
    const world = await worldFor(t, { endpoints: THREE });
    for (const name of NAMES) world.fakes[name].always(answer);
    const { status, header } = await world.ask(chat());
    assert.ok(status >= 400);
    assert.equal(header("x-should-retry"), "false");
    assert.deepEqual(callsOf(world), [1, 1, 1]);
    assert.ok(world.gateway.targets.health.isPristine);
    // One whose limit is larger serves it.
    world.fakes.c.behave();
    assert.equal((await world.ask(chat())).status, 200);
  }
});

test("fault 115: an endpoint whose list still has the model serves it again, although the list is unchanged", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {} } });
  world.fakes.a.script([apiError(404, "model_not_found")]);
  const asked = world.fakes.a.discoveries.length;
  assert.equal((await world.ask(chat())).status, 404);
  await world.fakes.a.waitForDiscovery(asked + 1);
  assert.equal((await world.ask(chat())).status, 200);
});

test("fault 115: where all say that they lack the model they are asked all the same", async (t) => {
  const models = ["m"];
  const world = await worldFor(t, {
    endpoints: { a: { config: { models } }, b: { config: { models } } },
  });
  for (const fake of Object.values(world.fakes)) fake.always(apiError(404, "model_not_found"));
  for (let time = 0; time < 3; time += 1) assert.equal((await world.ask(chat())).status, 404);
  for (const fake of Object.values(world.fakes)) fake.behave();
  assert.equal((await world.ask(chat())).status, 200);
});

for (const [what, error] of Object.entries({
  "an object of empty fields": { message: "", type: "", param: "", code: null },
  false: false,
  "an empty text": "",
})) {
  test(`fault 116: an error that says nothing (${what}) in every event is none`, async (t) => {
    const chunk = { id: "c", object: "chat.completion.chunk", model: "m", error };
    const good = [
      { ...chunk, choices: [{ index: 0, delta: { content: "a" }, finish_reason: null }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    ];
    const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
    world.fakes.a.always(stream([...events(good), "data: [DONE]\n\n"]));
    for (let time = 0; time < 12; time += 1)
      assert.equal((await world.ask(chat("m", { stream: true }))).status, 200);
    assert.deepEqual([world.fakes.a.requests.length, world.fakes.b.requests.length], [6, 6]);
    assert.ok(world.gateway.targets.health.isPristine);
  });
}

test("fault 117: an error beside `choices` is one, as a first event and as a whole answer", async (t) => {
  const failed = {
    id: "g",
    object: "chat.completion.chunk",
    model: "m",
    error: { code: 502, message: "Provider disconnected" },
    choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
  };
  for (const isStream of [true, false]) {
    const world = await worldFor(t, { endpoints: { a: {}, b: {} }, streams: { hold_first_event: true } });
    const first = isStream ? stream([...events([failed]), "data: [DONE]\n\n"]) : json(200, failed);
    world.fakes.a.always(first);
    for (let time = 0; time < 2; time += 1) {
      const answer = await world.ask(chat("m", { stream: isStream }));
      assert.equal(answer.header("x-oai-gateway-endpoint"), "b");
    }
  }
});

test("fault 118: what the caller is told of a lone endpoint's failures is what was done, and never ok", async (t) => {
  for (const [attempts, status, calls] of [
    [1, 429, 1],
    [2, 503, 2],
  ] as const) {
    const world = await worldFor(t, { endpoints: { a: {} }, retries: { attempts } });
    world.fakes.a.always(apiError(status, "x", status === 429 ? { "retry-after": "3000" } : {}));
    const answer = await world.ask(chat());
    assert.equal(answer.status, status);
    assert.equal(world.fakes.a.requests.length, calls);
    const words = answer.header("x-oai-gateway-attempts")?.split("; ") ?? [];
    assert.equal(words[0], String(calls));
    assert.equal(words.length, 1 + calls);
    assert.ok(words.slice(1).every((word) => word.startsWith("a=upstream_")));
  }
});

test("fault 118: the caller's own error after a failover is not told as ok", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
  world.fakes.a.always(apiError(500, "x"));
  world.fakes.b.always(apiError(400, "bad"));
  const answer = await world.ask(chat());
  assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_server_error; b=refused");
});

test("fault 118: a fallback that did not answer is neither named nor put into the answer", async (t) => {
  const world = await worldFor(t, {
    endpoints: { s: { fake: { models: ["small"] } }, l: { fake: { models: ["large"] } } },
    routing: { fallbacks: { small: [{ to: "large", on: ["context_length"] }] } },
  });
  world.fakes.l.always(apiError(429, "limit", { "retry-after": "3000" }));
  await world.ask(chat("large"));
  const text = JSON.stringify({
    model: "small",
    error: { message: "too long", code: "context_length_exceeded" },
  });
  world.fakes.s.always(json(400, text));
  const answer = await world.ask(chat("small"));
  assert.ok(answer.status >= 400 && !answer.text.includes('large"'), answer.text);
  assert.equal(answer.header("x-oai-gateway-fallback"), undefined);
});

test("fault 191: where nobody could serve, the last endpoint's own words are told, without keys and control characters", async (t) => {
  const key = "sk-canary-1234567890";
  const config = { api_key: key };
  const world = await worldFor(t, { endpoints: { a: { config }, b: { config } } });
  for (const fake of Object.values(world.fakes))
    fake.always(json(503, said(`The queue \u001b[31mis full\n for ${key} ${"x".repeat(500)}`)));
  const answer = await world.ask(chat());
  const { message } = errorOf(answer);
  assert.match(message, /said: The queue \\u001b\[31mis full for \*\*\* x+…$/);
  assert.ok(!answer.text.includes("canary"));
  assert.ok(message.length < 900);
});

test("fault 192: two of three endpoints die at once: a retry goes to the one that is proven", async (t) => {
  const world = await worldFor(t, {
    endpoints: THREE,
    retries: { budget_percent: 1, budget_min: 0, attempts: 3 },
  });
  for (let time = 0; time < 3; time += 1) await world.ask(chat());
  // A strike each: none is ejected, and neither is proven.
  world.fakes.a.always(apiError(500, "x"));
  world.fakes.b.always(apiError(500, "x"));
  for (let time = 0; time < 6; time += 1) assert.equal((await world.ask(chat())).status, 200);
});
