// Faults 151 and 157: models that are named in the path: names that lead elsewhere, and Azure's deployments.

import assert from "node:assert/strict";
import { test } from "node:test";
import { echo } from "../../support/fakes/behaviours.ts";
import { type Answer, ask as askRaw } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

/** The path at the endpoint. */
function reached(answer: Answer): unknown {
  assert.equal(answer.status, 200, answer.text);
  return answer.json()["path"];
}

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
  assert.equal((await ask({ path: "/openai/deployments/m/embeddings" })).status, 405);
});

test("fault 157: the same in a form, with a preamble and without", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { fake: { basePath: "/api/v1" } } } });
  fakes.one.always(echo());
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
