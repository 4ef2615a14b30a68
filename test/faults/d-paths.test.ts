// Faults 149 to 151, 157 and 158: paths in other spellings, paths that nobody knows, names that lead elsewhere, Azure's
// deployments, and whoever looks whether anybody is there.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startGateway } from "../../src/gateway.ts";
import { echo } from "../support/behaviours.ts";
import { configOf, KeptLog } from "../support/start-gateway.ts";
import { type Answer, ask as askRaw, wireFor } from "../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../support/world.ts";

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
      errorOf(answer);
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
  assert.equal(
    reached(await open.ask({ ...chat(), path: "/v1/decisions", headers: KEY })),
    "/api/v1/decisions",
  );
  const shut = await echoing(t, { server: { pass_unknown_paths: false } });
  assert.equal((await shut.ask({ ...chat(), path: "/v1/decisions" })).status, 404);
});

const UPWARDS: readonly string[] = [
  ...[
    "n%2f..",
    "..%2Ffiles%2Ffile-1",
    "..",
    ".",
    "%2e%2e",
    "n%2f.%2fx",
    "n/../x",
    "..%5cx",
    "n%5c..",
    "n%2f%2e.",
  ],
  ...[
    "%252e%252e",
    "n%252f..",
    "%25252e%25252e",
    "..%3bx",
    "..;/x",
    "n%2f..%3b%2fx",
    "..%3f",
    "%20..",
    "..%20",
  ],
];

test("fault 151: a name in a path with a segment of dots is 400, in every coding, and no endpoint hears of it", async (t) => {
  const { port, fakes } = await worldFor(t, { endpoints: { one: { config: { models: [] } }, n: {} } });
  for (const name of UPWARDS) {
    for (const line of [
      `DELETE /v1/models/${name}`,
      `DELETE /v1/models/one%2F${name}`,
      `GET /models/${name}`,
    ]) {
      const answer = await askRaw(port, `${line} HTTP/1.1\r\nhost: a\r\n\r\n`);
      assert.deepEqual([answer.status, errorOf(answer).code], [400, "invalid_model"], line);
    }
    const path = `/openai/deployments/${name}/chat/completions`;
    const answer = await askRaw(port, `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}`);
    assert.ok(answer.status === 400 || answer.status === 404, path);
  }
  assert.equal(fakes.one.requests.length + fakes.n.requests.length, 0);
});

test("fault 151: nor does an endpoint's own name for a model lead out of its path", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: {} },
    routing: { model_overrides: { nick: ["one/../files/x"], fine: ["one/a..b/.c"] } },
  });
  fakes.one.always(echo());
  const refused = await ask({ method: "DELETE", path: "/v1/models/nick" });
  assert.deepEqual([refused.status, errorOf(refused).code], [400, "invalid_model"]);
  assert.equal(fakes.one.requests.length, 0);
  assert.equal(reached(await ask({ method: "DELETE", path: "/v1/models/fine" })), "/v1/models/a..b%2F.c");
});

/** What the endpoint got: its path, and the body. */
function sentOn(answer: Answer): readonly [unknown, string] {
  return [reached(answer), Buffer.from(String(answer.json()["body"]), "base64").toString()];
}

test("fault 157: the deployment in the path is the model, and the endpoint reads the same in the body", async (t) => {
  const { ask } = await worldFor(t, {
    endpoints: { one: { fake: { basePath: "/api/v1", models: ["m", "org/m", "other"] } } },
    routing: { model_overrides: { nick: ["one/m"] } },
  }).then((world) => {
    world.fakes.one.always(echo());
    return world;
  });
  const cases: readonly (readonly [string, string, string, string])[] = [
    // Named by both alike, by the path alone, by both in different ways, and by an alias.
    ["m/chat/completions", '{"model":"m","a":1.0}', "/chat/completions", '{"model":"m","a":1.0}'],
    ["m/chat/completions", '{ "a":1.0}', "/chat/completions", '{"model":"m", "a":1.0}'],
    ["m/embeddings", " { } ", "/embeddings", ' {"model":"m" } '],
    [
      "m/chat/completions",
      '{"a":{"model":"x"},"model":"other"}',
      "/chat/completions",
      '{"a":{"model":"x"},"model":"m"}',
    ],
    ["nick/chat/completions", '{"model":"gpt-x"}', "/chat/completions", '{"model":"m"}'],
    ["nick/chat/completions", '{"model":"m"}', "/chat/completions", '{"model":"m"}'],
    ["org%2Fm/responses", '{"input":""}', "/responses", '{"model":"org/m","input":""}'],
    ["org/m/images/generations", '{"model":"dall-e-3"}', "/images/generations", '{"model":"org/m"}'],
    ["m/extensions/x", '{"a":1}', "/extensions/x", '{"model":"m","a":1}'],
  ];
  for (const [path, body, upstream, sent] of cases) {
    const answer = await ask({ path: `/openai/deployments/${path}?api-version=2024-10-21`, body });
    assert.deepEqual(sentOn(answer), [`/api/v1${upstream}`, sent], path);
  }
  const missing = await ask({ path: "/openai/deployments/none/chat/completions", body: '{"model":"m"}' });
  assert.equal(errorOf(missing).code, "model_not_found");
  const unlike = await ask({ path: "/openai/deployments/m/chat/completions?model=other", body: "{}" });
  assert.equal(errorOf(unlike).code, "duplicate_model");
  assert.equal((await ask({ path: "/openai/deployments/m/chat/completions" })).status, 405);
});

test("fault 157: the same in a form, with a preamble and without", async (t) => {
  const { ask } = await echoing(t);
  const field = (name: string, value: string): string =>
    `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const headers = { "content-type": "multipart/form-data; boundary=b" };
  const path = "/openai/deployments/m/audio/transcriptions?api-version=1";
  for (const preamble of ["", "hello\r\n"]) {
    for (const given of ["", field("model", "whisper")]) {
      const body = `${preamble}${field("language", "zh")}${given}--b--\r\n`;
      const own = field("model", "m");
      const expected =
        given === ""
          ? `${preamble}${own}${field("language", "zh")}--b--\r\n`
          : `${preamble}${field("language", "zh")}${own}--b--\r\n`;
      assert.deepEqual(sentOn(await ask({ path, body, headers })), [
        "/api/v1/audio/transcriptions",
        expected,
      ]);
    }
  }
});

test("fault 157: Azure's api-version goes to endpoints that read it, and the client's name for the model comes back", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config: { pass_api_version: true } } },
    routing: { model_overrides: { dep: ["one/m"] } },
  });
  const path = "/openai/deployments/dep/chat/completions?api-version=2024-10-21";
  const answer = await ask({ ...chat("gpt-x"), path });
  assert.equal(answer.json()["model"], "dep");
  assert.equal(fakes.one.requests[0]?.path, "/v1/chat/completions?api-version=2024-10-21");
});

test("fault 158: / and /v1 say who answers, as JSON and as a page; with client keys without the version", async (t) => {
  const { ask, log, port } = await worldFor(t, ONE);
  for (const path of ["/", "/v1", "/v1/", "//", "/openai/v1"]) {
    const answer = await ask({ path });
    assert.deepEqual(
      [answer.status, answer.json()["name"], answer.json()["models"]],
      [200, "oai-gateway", "/v1/models"],
    );
    const page = await ask({ path, headers: { accept: "text/html,application/xhtml+xml;q=0.9" } });
    assert.equal(page.header("content-type"), "text/html; charset=utf-8");
    assert.match(page.text, /^<!doctype html>[\s\S]*<a href="\/v1\/models">/);
    assert.match(page.header("content-security-policy") ?? "", /default-src 'none'/);
    assert.equal(await headStatus(t, port, path), 200);
    assert.equal((await ask({ ...chat(), path })).status, 405);
    const foreign = await ask({ path, headers: { host: "evil.example" } });
    assert.equal(foreign.status, 403);
  }
  log.summaries.length = 0;
  assert.equal(await headStatus(t, port, "/api/hello"), 200);
  assert.equal((await ask({ path: "/api/hello" })).status, 200);
  assert.equal(log.summaries.length, 0);
  assert.equal((await ask({ ...chat(), path: "/api/hello" })).status, 405);
});

test("fault 158: with client keys / needs none, and tells the version only to who has one", async (t) => {
  const config = configOf({ ...KEYED, endpoints: [] });
  const gateway = await startGateway({ config, log: new KeptLog(), dataDir: undefined, version: "1.2.3" });
  t.after(() => gateway.close({ graceMs: 0 }));
  const version = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
    (await askRaw(gateway.port, { path: "/", headers })).json()["version"];
  assert.equal(await version({}), undefined);
  assert.equal(await version({ authorization: "Bearer sk-other" }), undefined);
  assert.equal(await version(KEY), "1.2.3");
  const page = await askRaw(gateway.port, { path: "/", headers: { ...KEY, accept: "text/html" } });
  assert.match(page.text, /<h1>oai-gateway 1\.2\.3<\/h1>/);
  assert.equal(await headStatus(t, gateway.port, "/api/hello"), 200);
});

async function headStatus(t: TestContext, port: number, path: string): Promise<number> {
  const wire = await wireFor(t, port);
  await wire.send(`HEAD ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
  const { status } = await wire.head();
  return status;
}
