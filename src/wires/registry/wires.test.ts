// Which wire a request or an endpoint means: by what callers say, by the configuration, by the host.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WIRE_NAMES, type WireName } from "../wire.ts";
import { contradicting } from "./hosts.ts";
import { endpointWire, OPERATIONS, WIRES, wireOfCaller } from "./wires.ts";

test("a caller's wire on a path that wires share, by the header that its clients always send", () => {
  const caller = (headers: Readonly<Record<string, string>>): string =>
    wireOfCaller({ target: "/v1/models", header: (name) => headers[name] }).name;
  assert.equal(caller({}), "openai");
  assert.equal(caller({ "anthropic-version": "2023-06-01" }), "anthropic");
  assert.equal(caller({ "x-goog-api-client": "google-genai-sdk/2" }), "gemini");
});

test("an endpoint's wire: as configured, else by its host, else the usual one", () => {
  const found: readonly (readonly [string, WireName])[] = [
    ["https://api.openai.com", "openai"],
    ["https://api.anthropic.com", "anthropic"],
    ["https://anthropic.com:8443", "anthropic"],
    ["https://evilanthropic.com", "openai"],
    ["https://anthropic.com.example", "openai"],
    ["https://x.openai.azure.com", "azure"],
    ["https://x.services.ai.azure.com:443", "azure"],
    ["https://x.azure-api.net", "azure"],
    ["https://x.azure.cn", "azure"],
    ["https://azure.com.example", "openai"],
    ["https://generativelanguage.googleapis.com", "gemini"],
    ["http://127.0.0.1:11434", "openai"],
    ["http://[::1]:8000", "openai"],
  ];
  for (const [origin, name] of found) assert.equal(endpointWire(undefined, origin).name, name, origin);
  for (const name of WIRE_NAMES) assert.equal(endpointWire(name, "http://127.0.0.1:1"), WIRES[name]);
});

test("an endpoint that is only known to be Azure's by its host gets a bearer token, as a token need not be a key", () => {
  const wire = endpointWire(undefined, "https://x.openai.azure.com");
  const headers: string[] = [];
  wire.pushKey(headers, "sk-1", "openai");
  assert.deepEqual(headers, ["authorization", "Bearer sk-1"]);
  assert.equal(wire.passesApiVersion, "undated");
});

test("which api cannot be meant at another vendor's own host", () => {
  assert.equal(contradicting("anthropic", "api.openai.com"), "openai");
  assert.equal(contradicting("azure", "api.anthropic.com"), "anthropic");
  for (const [api, host] of [
    ["openai", "api.anthropic.com"],
    ["anthropic", "x.services.ai.azure.com"],
    ["anthropic", "api.anthropic.com"],
    ["azure", "llm.example"],
  ] as const)
    assert.equal(contradicting(api, host), undefined, `${api} ${host}`);
});

test("an endpoint that is Google's by its host, at either of its addresses", () => {
  const wire = endpointWire(undefined, "https://generativelanguage.googleapis.com");
  const chats = OPERATIONS.find(({ name }) => name === "chat");
  const generate = OPERATIONS.find(({ name }) => name === "generate_content");
  assert.ok(chats !== undefined && generate !== undefined);
  for (const basePath of ["/v1beta/openai", "/v1beta"]) {
    const address = { basePath, rootPath: basePath };
    assert.equal(wire.pathOf(address, chats), "/v1beta/openai/chat/completions");
    assert.equal(wire.listPath(address, undefined), "/v1beta/openai/models");
    for (const model of ["gemini-2.5-pro", "models/gemini-2.5-pro"])
      assert.equal(
        wire.methodPath(address, generate, model),
        "/v1beta/models/gemini-2.5-pro:generateContent",
      );
    assert.equal(
      wire.methodPath(address, generate, "tunedModels/a b"),
      "/v1beta/tunedModels/a%20b:generateContent",
    );
  }
  const headers: string[] = [];
  wire.pushKey(headers, "k", "gemini");
  wire.pushKey(headers, "k", "openai");
  assert.deepEqual(headers, ["x-goog-api-key", "k", "authorization", "Bearer k"]);
});

test("servers that speak Gemini beside OpenAI's wire have it below a version of its own", () => {
  const generate = OPERATIONS.find(({ name }) => name === "stream_generate_content");
  assert.ok(generate !== undefined);
  const address = { basePath: "/gpu/v1", rootPath: "/gpu" };
  const path = WIRES.openai.methodPath(address, generate, "a/b:c");
  assert.equal(path, "/gpu/v1beta/models/a/b:c:streamGenerateContent");
});
