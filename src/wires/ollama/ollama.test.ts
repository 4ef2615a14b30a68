// Tests of ollama.ts: paths, lists, errors, and requests that ask nobody anything. Streams and requests are tested with
// their translation.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../core/errors.ts";
import { NO_WORDS } from "../errors/error-body.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import { OLLAMA } from "./ollama.ts";
import { OLLAMA_OPERATIONS } from "./operations.ts";

test("paths below a prefix, and those that are Ollama's alone", () => {
  const plain = (path: string): string | undefined => OLLAMA.pathForm?.(path, () => false)?.path;
  for (const own of ["/api/chat", "/api/tags", "/api/blobs/sha256:a"])
    for (const path of [own, `/ollama${own}`]) {
      assert.equal(plain(path), own);
      assert.equal(OLLAMA.pathForm?.(path, () => false)?.wire, "ollama");
    }
  for (const other of [
    "/v1/api/chat",
    "/v1/chat/completions",
    "/ollama/v1/models",
    "/x/api/chat",
    "/api/models",
    "/api/chat/completions",
    "/api/v1/models",
  ])
    assert.equal(plain(other), undefined, other);
});

test("errors are one text, of ours and of an endpoint", () => {
  const own = OLLAMA.envelope(new GatewayError("model_not_found", { message: "None." }));
  assert.deepEqual(JSON.parse(own), { error: "None." });
  const { status, body } = OLLAMA.endpointError(529, { ...NO_WORDS, message: "Busy." }, "id");
  assert.deepEqual([status, JSON.parse(body)], [503, { error: "Busy." }]);
  assert.match(OLLAMA.endpointError(418, NO_WORDS, "id").body, /status 418/);
  for (const operation of OLLAMA_OPERATIONS)
    assert.equal(OLLAMA.errorEvent(operation, "upstream_reset", "cut").toString(), '{"error":"cut"}\n');
});

const SHOWN: readonly (readonly [JsonObject | undefined, readonly string[], number | undefined])[] = [
  [undefined, [], undefined],
  [{ id: "m", object: "model", owned_by: "x" }, [], undefined],
  [{ capabilities: ["completion", "vision", 7] }, ["completion", "vision"], undefined],
  [
    { capabilities: { completion_chat: true, function_calling: true, vision: false }, max_context_length: 9 },
    ["completion", "tools"],
    9,
  ],
  [{ supported_parameters: ["tools", "reasoning"], context_length: 128_000 }, ["tools", "thinking"], 128_000],
  [{ meta: { n_ctx_train: 4_096 }, max_model_len: "many" }, [], 4_096],
];

test("a model: what its endpoint says of it, and nothing else", () => {
  for (const [entry, capabilities, length] of SHOWN) {
    const shown = OLLAMA.entryOf({ name: "m", owner: "a", entry });
    assert.deepEqual(shown["capabilities"], capabilities);
    const info = length === undefined ? {} : { "unknown.context_length": length };
    assert.deepEqual(shown["model_info"], { "general.architecture": "unknown", ...info });
  }
  const entry = {
    created: Number.MAX_VALUE,
    size: 12,
    digest: "abc",
    details: { family: "llama", format: 7 },
  };
  const { models } = OLLAMA.listOf([{ name: "m", owner: "a", entry }]) as { models: JsonObject[] };
  const details = { parent_model: "", format: "", family: "llama", families: null };
  assert.deepEqual(models, [
    {
      name: "m",
      model: "m",
      modified_at: "1970-01-01T00:00:00.000Z",
      size: 12,
      digest: "abc",
      details: { ...details, parameter_size: "", quantization_level: "" },
    },
  ]);
});

test("what asks nobody anything, and what does", () => {
  const [chat, generate, embed] = OLLAMA_OPERATIONS;
  assert.ok(chat !== undefined && generate !== undefined && embed !== undefined);
  const reason = (operation: typeof chat, body: JsonObject): unknown =>
    OLLAMA.idleAnswer?.(operation, { model: "m", ...body }, 0)?.body["done_reason"];
  assert.equal(reason(chat, {}), "load");
  assert.equal(reason(chat, { messages: [], keep_alive: "0s" }), "unload");
  assert.equal(reason(generate, { prompt: "", keep_alive: -1 }), "load");
  assert.equal(reason(generate, { keep_alive: 0 }), "unload");
  assert.equal(reason(chat, { messages: [{}] }), undefined);
  assert.equal(reason(generate, { system: "x" }), undefined);
  assert.equal(reason(generate, { images: ["x"] }), undefined);
  assert.equal(reason(embed, {}), undefined);
});
