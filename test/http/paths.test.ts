// Every path that the gateway serves: which path each reaches at the endpoint, with and without /v1, whatever the
// base URL; and what is said about paths that there are not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { OPERATIONS } from "../../src/wires/registry/wires.ts";
import { echo } from "../support/fakes/behaviours.ts";
import type { WireRequest } from "../support/wire.ts";
import { chat, errorOf, worldFor } from "../support/world.ts";

const BODY_PATHS = OPERATIONS.filter(({ model, upstream }) => model === "body" && upstream === "base").map(
  ({ path }) => path,
);

test("every operation reaches its path at the endpoint, with /v1 and without, below any base URL", async (t) => {
  for (const basePath of ["/v1", "/deep/api/v1", "/openai", ""]) {
    const { ask, fakes } = await worldFor(t, { endpoints: { one: { fake: { basePath } } } });
    fakes.one.always(echo());
    for (const path of BODY_PATHS) {
      for (const asked of [path, `/v1${path}`, `/v1${path}?beta=true`, `${path}/`]) {
        const answer = await ask({ path: asked, body: { model: "m" } });
        assert.equal(answer.status, 200, asked);
        const query = asked.includes("?") ? "?beta=true" : "";
        assert.equal(answer.json()["path"], basePath + path + query);
      }
    }
  }
});

test("each list of the contract is in the table of operations", () => {
  const expected = [
    "/chat/completions /completions /embeddings /responses /responses/compact /responses/input_tokens /moderations",
    "/images/generations /images/edits /images/variations /audio/speech /audio/transcriptions",
    "/audio/translations /videos /fine_tuning/jobs /decisions /realtime/sessions /rerank /score /messages /messages/count_tokens",
  ];
  assert.deepEqual([...BODY_PATHS].sort(), expected.join(" ").split(" ").sort());
});

test("what other APIs have below /v1 reaches them below the base URL; a versioned path of the table below its root", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { fake: { basePath: "/gpu/v1" } } } });
  fakes.one.always(echo());
  const paths = {
    "/v2/rerank": "/gpu/v2/rerank",
    "/v1/tokenize": "/gpu/v1/tokenize",
    "/v1/chat/completions/batch": "/gpu/v1/chat/completions/batch",
    "/v1/fim/completions": "/gpu/v1/fim/completions",
    "/v1/pooling?a=%20b": "/gpu/v1/pooling?a=%20b",
    "/v1/__proto__/x": "/gpu/v1/__proto__/x",
  };
  for (const [asked, reached] of Object.entries(paths)) {
    const answer = await ask({ path: asked, body: { model: "m" } });
    assert.equal(answer.json()["path"], reached, asked);
  }
});

test("a model's entry: the gateway's own answer, for ids with slashes raw or encoded", async (t) => {
  const models = ["m", "org/repo:Q4", "a/b/c"];
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { fake: { models } } } });
  const paths = ["m", "org/repo:Q4", "org%2Frepo%3AQ4", "a/b%2fc", "one/org/repo:Q4"];
  for (const path of paths) {
    for (const prefix of ["/v1/models/", "/models/"]) {
      const answer = await ask({ path: prefix + path });
      const { id, object, created, owned_by } = answer.json();
      assert.deepEqual([answer.status, id, object], [200, decodeURIComponent(path), "model"]);
      assert.deepEqual([created, owned_by], [1_700_000_000, "fake"]);
    }
  }
  assert.equal(fakes.one.requests.length, 0);
  const unknown = await ask({ path: "/v1/models/org%2Frepo" });
  assert.equal(unknown.status, 404);
  assert.equal(errorOf(unknown).code, "model_not_found");
});

test("DELETE of a model goes to its endpoint under the endpoint's name", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["ft:gpt/x"] } } },
    routing: { model_overrides: { mine: ["one/ft:gpt/x"] } },
  });
  fakes.one.always(echo());
  for (const name of ["ft:gpt%2Fx", "ft:gpt/x", "mine"]) {
    const answer = await ask({ method: "DELETE", path: `/v1/models/${name}` });
    assert.deepEqual([answer.json()["method"], answer.json()["path"]], ["DELETE", "/v1/models/ft%3Agpt%2Fx"]);
  }
});

test("the model may stand in the query: found, renamed there, the rest of the query kept as it is", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["m", "x y/z"] } } },
    routing: { model_overrides: { nick: ["one/x y/z"] } },
  });
  fakes.one.always(echo());
  const cases: readonly (readonly [WireRequest, string])[] = [
    [{ path: "/v1/embeddings?a=%20&model=m&b=%2F+", body: {} }, "/v1/embeddings?a=%20&model=m&b=%2F+"],
    [
      { path: "/v1/embeddings?a=%20&model=nick&b=%2F+", body: {} },
      "/v1/embeddings?a=%20&model=x%20y%2Fz&b=%2F+",
    ],
    // The one way to name it where the body is no JSON at all.
    [
      {
        path: "/v1/realtime/calls?model=nick",
        body: "v=0\r\n",
        headers: { "content-type": "application/sdp" },
      },
      "/v1/realtime/calls?model=x%20y%2Fz",
    ],
    // A session over WebRTC; only a GET of this path is a WebSocket.
    [
      { path: "/v1/realtime?model=m", body: "v=0\r\n", headers: { "content-type": "application/sdp" } },
      "/v1/realtime?model=m",
    ],
  ];
  for (const [request, reached] of cases) {
    const answer = await ask(request);
    assert.deepEqual([answer.status, answer.json()["path"]], [200, reached]);
  }
});

test("the model may stand in a multipart form", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  fakes.one.always(echo());
  const form = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n--b--\r\n';
  for (const path of ["/audio/transcriptions", "/audio/translations", "/images/edits", "/v1/videos"]) {
    const headers = { "content-type": "multipart/form-data; boundary=b" };
    const answer = await ask({ path, body: form, headers });
    assert.equal(Buffer.from(String(answer.json()["body"]), "base64").toString(), form);
  }
});

test("an unknown path is 404 with the likeliest one meant", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const hints: Readonly<Record<string, RegExp>> = {
    "GET /v1/tokens": /There is no \/v1\/tokens here/,
    "GET /v1/organization/costs": /not served by this gateway\. It administers the account/,
    "DELETE /v1/projects/p/api_keys/k": /not served by this gateway/,
    "POST /v1/audio/voices": /not served by this gateway\. Voices/,
    "GET /v1/chatkit/threads": /not served by this gateway\. It is a service/,
    "GET /v1/v1/models": /Did you mean \/v1\/models\?/,
    "GET /api/models": /Did you mean \/v1\/models\?/,
    "PUT /v1/chat/completions/chat/completions": /Did you mean \/v1\/chat\/completions\?/,
    "GET /v1/%2e%2e/models": /Did you mean \/v1\/models\?/,
    "GET /v1/models/%ff": /Did you mean \/v1\/models\?/,
  };
  for (const [line, hint] of Object.entries(hints)) {
    const [method = "", path = ""] = line.split(" ");
    const answer = await ask({ method, path });
    assert.equal(answer.status, 404, line);
    const error = errorOf(answer);
    assert.equal(error.code, "unknown_path");
    assert.match(error.message, hint);
  }
  for (const path of ["/v1/batched/b1/cancel", "/v1/../secret", "/tokenize", "/v1/a;b", "/v1/a%00"]) {
    for (const body of ["", "{}", '{"model":']) {
      const answer = await ask({ method: "POST", path, body });
      const isKnown = path.startsWith("/v1/batched") && body.length > 2;
      assert.equal(errorOf(answer).code, isKnown ? "invalid_json" : "unknown_path", `${path} ${body}`);
    }
  }
  assert.equal(fakes.one.requests.length, 0);
});

test("a known path with another method is 405 with those that it has", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const allowed: Readonly<Record<string, string>> = {
    "PUT /v1/chat/completions": "POST, GET",
    "PATCH /files/file-1": "GET, DELETE",
    "GET /v1/batches/b1/cancel": "POST",
    "PUT /embeddings": "POST",
    "POST /v1/models": "GET, HEAD",
    "PATCH /v1/models/m": "GET, DELETE",
    "POST /livez": "GET, HEAD",
  };
  for (const [line, allow] of Object.entries(allowed)) {
    const [method = "", path = ""] = line.split(" ");
    const answer = await ask({ method, path });
    assert.deepEqual([answer.status, answer.header("allow")], [405, allow], line);
    assert.equal(errorOf(answer).code, "method_not_allowed");
  }
  assert.equal(fakes.one.requests.length, 0);
});

test("the list of models: OpenAI's shape with unknown fields kept, Anthropic's for those who ask so", async (t) => {
  const { ask } = await worldFor(t, {
    endpoints: { one: { fake: { models: ["a", "b/c"] } }, two: { fake: { models: ["a", "d"] } } },
    routing: { model_overrides: { nick: ["one/a", "two/d"] } },
  });
  const answer = await ask({ path: "/v1/models" });
  assert.equal(answer.header("content-type"), "application/json");
  assert.equal(answer.json()["object"], "list");
  const ids = ["a", "b/c", "d", "nick"];
  assert.deepEqual(idsOf(answer.json()["data"]), ids);
  assert.deepEqual(idsOf((await ask({ path: "/models" })).json()["data"]), ids);
  const anthropic = await ask({
    path: "/v1/models?limit=1000",
    headers: { "anthropic-version": "2023-06-01" },
  });
  const { data, has_more, first_id, last_id } = anthropic.json();
  assert.deepEqual(idsOf(data), ids);
  assert.deepEqual([has_more, first_id, last_id], [false, "a", "nick"]);
  assert.match(JSON.stringify(data), /"type":"model".*"display_name"/);
});

test("what a client asks on a path that APIs share is refused in its own words", async (t) => {
  const server = { api_keys: ["good"] };
  const { ask } = await worldFor(t, { endpoints: { one: {} }, server });
  const anthropic = { "anthropic-version": "2023-06-01", "x-api-key": "good" };
  const gemini = { "x-goog-api-client": "google-genai-sdk/3", "x-goog-api-key": "good" };
  for (const [line, status, type] of [
    ["GET /v1/models/nobody", 404, "not_found_error"],
    ["GET /v1/modles", 404, "not_found_error"],
    ["GET /v1/messages/batches", 404, "not_found_error"],
    ["POST /anthropic/v1/messages/batches", 404, "not_found_error"],
    ["GET /v1/messages", 405, "invalid_request_error"],
  ] as const) {
    const [method = "", path = ""] = line.split(" ");
    const answer = await ask({ method, path, headers: anthropic });
    const { type: kind, error, request_id: id } = answer.json() as Record<string, Record<string, unknown>>;
    assert.deepEqual([answer.status, kind, error?.["type"]], [status, "error", type], line);
    assert.equal(answer.header("request-id"), id);
    if (path.endsWith("batches")) assert.match(String(error?.["message"]), /not served by this gateway/);
  }
  for (const path of ["/v1/models", "/v1/models/m"]) {
    const refused = await ask({ path, headers: { ...anthropic, "x-api-key": "bad" } });
    assert.deepEqual([refused.status, refused.json()["type"]], [401, "error"], path);
  }
  const { error } = (await ask({ path: "/v1/models/nobody", headers: gemini })).json();
  assert.equal((error as Record<string, unknown>)["status"], "NOT_FOUND");
  // A key in the query is one on Gemini's own paths alone, whoever says to be its client.
  const query = await ask({ path: "/v1/models?key=good", headers: { "x-goog-api-client": "x" } });
  assert.equal(query.status, 401);
  const headers = { "anthropic-version": "2023-06-01", authorization: "Bearer good" };
  assert.equal(errorOf(await ask({ ...chat("nobody"), headers })).code, "model_not_found");
});

test("a dry run shows the candidates, sends nothing and does not move the rotation", async (t) => {
  const endpoints = {
    one: { config: { weight: 2 } },
    two: { config: { weight: 1 } },
    off: { config: { weight: 0 } },
  };
  const { ask, fakes } = await worldFor(t, { endpoints });
  const headers = { "x-oai-gateway-dry-run": "true" };
  for (let time = 0; time < 3; time += 1) {
    const { model, next, candidates } = (await ask({ ...chat(), headers })).json();
    assert.deepEqual([model, next], ["m", "one"]);
    assert.match(JSON.stringify(candidates), /"one".*66\.67.*"two".*33\.33.*"off".*draining/);
  }
  const sent = Object.values(fakes).map((fake) => fake.requests.length);
  assert.deepEqual(sent, [0, 0, 0]);
  assert.equal(errorOf(await ask({ ...chat("n"), headers })).code, "model_not_found");
});

test("liveness needs nothing, readiness a model; the log holds neither", async (t) => {
  const { ask, log } = await worldFor(t, { endpoints: { one: {} } });
  assert.deepEqual((await ask({ path: "/livez" })).json(), { status: "ok" });
  assert.equal((await ask({ path: "/readyz" })).status, 200);
  const none = await worldFor(t, { endpoints: { one: { fake: { models: [] } } } });
  assert.equal((await none.ask({ path: "/livez" })).status, 200);
  assert.equal((await none.ask({ path: "/readyz" })).status, 503);
  assert.equal(log.summaries.length, 0);
});

function idsOf(data: unknown): unknown[] {
  assert.ok(Array.isArray(data));
  return data.map((entry: { readonly id: unknown }) => entry.id).sort();
}
