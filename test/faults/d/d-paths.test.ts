// Faults 149 and 150: paths in other spellings, slips in them, and paths that nobody knows.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { echo } from "../../support/fakes/behaviours.ts";
import { type Answer, ask as askRaw } from "../../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: { fake: { basePath: "/api/v1" } } } };
const KEYED = { ...ONE, server: { api_keys: ["sk-client"] } };
const KEY = { authorization: "Bearer sk-client" };

async function echoing(t: TestContext, options = {}): Promise<World<"one">> {
  const world = await worldFor(t, { ...ONE, ...options });
  world.fakes.one.always(echo());
  return world;
}

/** The path at the endpoint. */
function reached(answer: Answer): unknown {
  assert.equal(answer.status, 200, answer.text);
  return answer.json()["path"];
}

test("fault 149: doubled slashes, one at the end and Azure's prefix stand for the plain path", async (t) => {
  const { ask, fakes } = await echoing(t);
  const plain: Readonly<Record<string, string>> = {
    "//v1/chat/completions": "/chat/completions",
    "/v1//chat/completions": "/chat/completions",
    "/v1/chat//completions//": "/chat/completions",
    "///chat/completions": "/chat/completions",
    "/openai/v1/chat/completions": "/chat/completions",
    "/openai//v1/responses": "/responses",
    "/openai/v1/embeddings/": "/embeddings",
    "//v1//decisions": "/decisions",
    "http://any.example//v1/chat/completions": "/chat/completions",
  };
  for (const [path, upstream] of Object.entries(plain))
    assert.equal(reached(await ask({ ...chat(), path })), `/api/v1${upstream}`, path);
  for (const path of ["//v1/models", "/v1//models//", "/openai/v1/models", "/openai/models?api-version=1"])
    assert.equal((await ask({ path })).json()["object"], "list", path);
  for (const path of ["//v1//models/m", "/openai/v1/models/m", "/v1/models//m/"])
    assert.equal((await ask({ path })).json()["id"], "m", path);
  assert.ok(fakes.one.requests.every((request) => !request.path.includes("//")));
});

test("fault 149: slashes that are doubled inside a model's name are its own", async (t) => {
  const { ask } = await worldFor(t, { endpoints: { one: { fake: { models: ["https://m.example/x"] } } } });
  for (const path of ["/v1/models/https://m.example/x", "//v1/models/https:%2F%2Fm.example%2Fx"])
    assert.equal((await ask({ path })).json()["id"], "https://m.example/x", path);
});

test("fault 149: a slip in a known path is 404 with the path that was meant, and goes to nobody", async (t) => {
  const { ask, fakes } = await echoing(t);
  const meant: Readonly<Record<string, string>> = {
    "GET /v1/modles": "/v1/models",
    "GET /v1/model": "/v1/models",
    "GET /modles": "/v1/models",
    "GET /v1/embedding": "/v1/embeddings",
    "POST /v1/chat/completion": "/v1/chat/completions",
    "POST /v1/chat/completoins": "/v1/chat/completions",
    "POST /chat/completion": "/v1/chat/completions",
    "POST /V1/chat/completions": "/v1/chat/completions",
    "POST /v1/Chat/Completions": "/v1/chat/completions",
    "POST /api/v1/chat/completions": "/v1/chat/completions",
    "POST /v1/v1/chat/completions": "/v1/chat/completions",
    "POST /v2/embeddings": "/v1/embeddings",
    "POST /v1/response": "/v1/responses",
    "POST /v1/images/generation": "/v1/images/generations",
    "POST /v1/message": "/v1/messages",
    "POST /v1/re-rank": "/v1/rerank",
    "GET /proxy/openai/v1/models": "/v1/models",
  };
  for (const [line, path] of Object.entries(meant)) {
    const [method = "", asked = ""] = line.split(" ");
    const answer = await ask({ ...(method === "POST" && chat()), method, path: asked });
    const error = errorOf(answer);
    assert.deepEqual([answer.status, error.code], [404, "unknown_path"], line);
    assert.ok(error.message.endsWith(`Did you mean ${path}?`), `${line}: ${error.message}`);
  }
  assert.equal(fakes.one.requests.length, 0);
});

// Each was, or might be, taken for a path outside of the endpoint's base URL.
const ELSEWHERE: readonly string[] = [
  ...[
    "/key/generate",
    "/api/pull",
    "/api/create",
    "/tokenize",
    "/admin",
    "/v2/embed",
    "/v3/x",
    "/v1x",
    "/v1x/y",
  ],
  ...[
    "/V1/x",
    "/__proto__/x",
    "/constructor",
    "/v1/%2e%2e/key/generate",
    "/v1/..%2fkey",
    "/v1/x%2f..%2f..%2fkey",
  ],
  ...[
    "/v1/%2E%2E/%2E%2E/key",
    "/v1/..;/key/generate",
    "/v1/.;/key",
    "/v1/x/../../../key",
    "/v1/./x",
    "/v1/x/..",
  ],
  ...[
    "/v1\\..\\key",
    "/v1/x%5c..%5ckey",
    "/v1/x\\y",
    "/v1/%2f%2fkey",
    "/v1/%252e%252e/key",
    "/v1/x%00y",
    "/v1/x;y",
  ],
  ...["//key/generate", "/v1/../../key/generate", "/v1/x#/../y", "/openai/key/generate", "/openai/v2/x"],
  ...[
    "http://any.example/key/generate",
    "http://any.example/v1/../key",
    "/v1/%76%31/x",
    "/v1/x%20y",
    "/v1/.env",
  ],
];

test("fault 150: no path outside of the base URL is ever called, whatever the path of the request", async (t) => {
  for (const server of [{}, { pass_unknown_paths: true }]) {
    const { port, fakes } = await echoing(t, { server });
    const body = '{"model":"m"}';
    for (const path of ELSEWHERE) {
      const head = `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`;
      const answer = await askRaw(port, head + body);
      assert.ok(answer.status === 404 || answer.status === 400, `${path}: ${answer.status} ${answer.text}`);
      // Ollama's clients are told so in their own words.
      if (path.startsWith("/api/")) assert.equal(typeof answer.json()["error"], "string");
      else errorOf(answer);
    }
    assert.equal(fakes.one.requests.length, 0);
  }
});

test("fault 150: what is passed on stays below the base URL: /v1/x becomes BASE/x, and only /v2/rerank leaves it", async (t) => {
  const { ask } = await echoing(t);
  for (const path of ["/x", "/a/b:c", "/v1", "/v2/embed", "/key/generate", "/__proto__/x", "/a..b/c.d"])
    assert.equal(reached(await ask({ ...chat(), path: `/v1${path}` })), `/api/v1${path}`);
  assert.equal(reached(await ask({ ...chat(), path: "/v2/rerank" })), "/api/v2/rerank");
});

test("fault 150: holders of client keys reach known paths only, unless the configuration says otherwise", async (t) => {
  const closed = await echoing(t, KEYED);
  const refused = await closed.ask({ ...chat(), path: "/v1/key/generate", headers: KEY });
  const error = errorOf(refused);
  assert.deepEqual([refused.status, error.code], [404, "unknown_path"]);
  assert.match(error.message, /server\.pass_unknown_paths: true/);
  assert.equal((await closed.ask({ ...chat(), path: "/v1/key/generate" })).status, 401);
  assert.equal(closed.fakes.one.requests.length, 0);
  assert.equal(reached(await closed.ask({ ...chat(), headers: KEY })), "/api/v1/chat/completions");
  const server = { ...KEYED.server, pass_unknown_paths: true };
  const open = await echoing(t, { server });
  assert.equal(reached(await open.ask({ ...chat(), path: "/v1/pooling", headers: KEY })), "/api/v1/pooling");
  const shut = await echoing(t, { server: { pass_unknown_paths: false } });
  assert.equal((await shut.ask({ ...chat(), path: "/v1/pooling" })).status, 404);
});
