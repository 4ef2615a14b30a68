// Faults 327, 328, 333 and 334: endpoints that know one API for chats only, and requests and answers that cannot be said in
// another one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, json } from "../../support/fakes/behaviours.ts";
import { makeChatOnly, makeResponsesOnly, NO_SUCH_PATH } from "../../support/fakes/one-wire-endpoint.ts";
import { hangUp } from "../../support/faults.ts";
import { sse, type WireRequest } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

function response(fields: object = {}): WireRequest {
  return { path: "/v1/responses", body: { model: "m", input: "hi", ...fields } };
}

const ONE = { endpoints: { one: {} } };
const TWO = { endpoints: { one: {}, two: {} } };

test("fault 327: an endpoint without the path is asked for what it has, and remembered", async (t) => {
  for (const missing of [NO_SUCH_PATH, json(405, { detail: "Method Not Allowed" }), apiError(501, null)]) {
    const { ask, fakes } = await worldFor(t, ONE);
    makeChatOnly(fakes.one).always(missing);
    for (let time = 0; time < 3; time += 1) {
      const answer = await ask(response());
      assert.deepEqual([answer.status, answer.json()["object"]], [200, "response"]);
      assert.equal(answer.header("x-oai-gateway-translation"), "responses-chat");
    }
    const paths = fakes.one.requests.map(({ path }) => path);
    assert.deepEqual(paths, ["/v1/responses", ...Array.from({ length: 3 }, () => "/v1/chat/completions")]);
  }
});

test("fault 327: one that lacks the model is not taken for one without the path", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  fakes.one.on("/responses", apiError(404, "model_not_found"));
  const answer = await ask(response());
  assert.equal(answer.status, 404);
  assert.ok(fakes.one.requests.every(({ path }) => path === "/v1/responses"));
});

test("fault 327: the path that only compacts is served by a chat as well", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  makeChatOnly(fakes.one);
  const answer = await ask({ path: "/v1/responses/compact", body: { model: "m", input: "a long talk" } });
  assert.equal(answer.status, 200);
  const { object, output } = answer.json();
  assert.equal(object, "response.compaction");
  const again = await ask(response({ input: [...(output as object[]), { role: "user", content: "go on" }] }));
  assert.equal(again.status, 200);
  const messages = fakes.one.requests.at(-1)?.json()["messages"] as { content: string }[];
  assert.match(messages[0]?.content ?? "", /Hello there\.$/);
});

test("fault 328: what a chat has no word for is refused with its place, or served by who knows it", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  makeChatOnly(fakes.one);
  makeChatOnly(fakes.two);
  // Both are known for what they are.
  await ask(response());
  await ask(response());
  const stored = response({ previous_response_id: "resp_9" });
  const refused = await ask(stored);
  const { code, param } = errorOf(refused);
  assert.deepEqual([refused.status, code, param], [400, "untranslatable", "previous_response_id"]);
  const odd = errorOf(await ask(response({ input: [{ type: "hologram" }] })));
  assert.deepEqual([odd.code, odd.param], ["untranslatable", "input[0].type"]);
  makeResponsesOnly(fakes.two);
  const before = fakes.two.requests.length;
  const malformed = errorOf(await ask(response({ input: 7 })));
  assert.deepEqual([malformed.code, malformed.param], ["untranslatable", "input"]);
  assert.equal(fakes.two.requests.length, before);
});

test("fault 328: a request that one endpoint cannot be told goes to the one that speaks its API", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  makeChatOnly(fakes.one);
  makeResponsesOnly(fakes.two);
  for (let time = 0; time < 4; time += 1) {
    const answer = await ask(response({ previous_response_id: "resp_9" }));
    assert.deepEqual([answer.status, answer.header("x-oai-gateway-endpoint")], [200, "two"]);
  }
});

test("fault 333: endpoints of both kinds behind one name share it, and stand in for one another", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  makeChatOnly(fakes.one);
  makeResponsesOnly(fakes.two);
  const served: string[] = [];
  for (const request of [response(), chat()]) {
    for (let time = 0; time < 4; time += 1) {
      const answer = await ask(request);
      assert.equal(answer.status, 200);
      if (request.path === "/v1/responses") served.push(answer.header("x-oai-gateway-endpoint") ?? "");
    }
  }
  assert.equal(served.filter((name) => name === "one").length, 2);
  for (const dead of [fakes.one, fakes.two]) {
    dead.on(() => true, hangUp());
    for (const request of [response({ stream: true }), chat("m", { stream: true })]) {
      for (let time = 0; time < 2; time += 1) {
        const answer = await ask(request);
        assert.equal(answer.status, 200);
        const last = sse(answer.text).at(-1);
        assert.ok(last?.data === "[DONE]" || last?.event === "response.completed");
      }
    }
    if (dead === fakes.one) makeChatOnly(fakes.one.on(() => true, NO_SUCH_PATH));
  }
});

test("fault 334: an answer that is none of the endpoint's API goes to the next endpoint", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  makeChatOnly(fakes.one).on("/chat/completions", json(200, { hello: "world" }));
  makeChatOnly(fakes.two);
  for (let time = 0; time < 4; time += 1) {
    const answer = await ask(response());
    assert.deepEqual([answer.status, answer.header("x-oai-gateway-endpoint")], [200, "two"]);
  }
  makeChatOnly(fakes.two).on("/chat/completions", json(200, "[]"));
  const refused = await ask(response());
  assert.equal(refused.status, 502);
});

test("fault 334: what a response that has failed says reaches the client of a chat, without a key", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { api_key: "sk-of-the-endpoint-itself" } } },
  });
  const error = { code: "server_error", message: "The GPU fell over (sk-of-the-endpoint-itself)." };
  makeResponsesOnly(fakes.one).on(
    "/responses",
    json(200, { id: "resp_1", status: "failed", error, output: [] }),
  );
  const answer = await ask(chat());
  assert.equal(answer.status, 502);
  const { message } = errorOf(answer);
  assert.match(message, /The GPU fell over/);
  assert.doesNotMatch(message, /of-the-endpoint-itself|HTML page/);
});
