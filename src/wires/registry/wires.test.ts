// Which wire a request or an endpoint means: by what callers say, by the configuration, by the host.

import assert from "node:assert/strict";
import { test } from "node:test";
import { WIRE_NAMES, type WireName } from "../wire.ts";
import { contradicting } from "./hosts.ts";
import { endpointWire, WIRES, wireOfCaller } from "./wires.ts";

test("a caller's wire on a path that wires share, by the header that its clients always send", () => {
  const caller = (headers: Readonly<Record<string, string>>): string =>
    wireOfCaller({ header: (name) => headers[name] }).name;
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
  assert.equal(wire.passesApiVersion, true);
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
