// Tests of probes.ts: the probe of an API, and that of an endpoint which is configured not to have its vendor's own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GEMINI_BY_HOST } from "../gemini/gemini.ts";
import type { ChatApi } from "../paths/operation.ts";
import { probeIn, usualProbe } from "./probes.ts";
import { WIRES } from "./wires.ts";

const GENERATE = "/models/{model}:generateContent";
const pathOf = (api: ChatApi): string | undefined => probeIn(api)?.operation.path;

test("each API for chats has a probe, and no other has", () => {
  assert.deepEqual(
    [pathOf("chat"), pathOf("messages"), pathOf("responses"), pathOf("gemini")],
    ["/chat/completions", "/messages", "/responses", GENERATE],
  );
  for (const api of ["compact", "embeddings", "ollama_chat"] as const) assert.equal(pathOf(api), undefined);
});

test("an endpoint is probed in an API that it has: its vendor's own, else the first that it is said to have", () => {
  const usual = (wire: keyof typeof WIRES, ...speaks: readonly ChatApi[]): string =>
    usualProbe(WIRES[wire], speaks.length === 0 ? undefined : new Set(speaks)).operation.path;
  assert.equal(usual("openai"), "/chat/completions");
  assert.equal(usual("openai", "responses", "chat"), "/chat/completions");
  assert.equal(usual("openai", "responses"), "/responses");
  assert.equal(usual("anthropic", "chat"), "/chat/completions");
  assert.equal(usual("azure", "messages"), "/messages");
  assert.equal(usual("openai", "gemini"), GENERATE);
  assert.equal(usual("gemini"), GENERATE);
  assert.equal(usual("gemini", "chat"), "/chat/completions");
  // One that is known by its host alone is first asked for chats.
  assert.equal(usualProbe(GEMINI_BY_HOST, undefined).operation.path, "/chat/completions");
  assert.equal(usualProbe(GEMINI_BY_HOST, new Set(["gemini"])).operation.path, GENERATE);
});

test("a response of few tokens, which nobody keeps", () => {
  const told = (options: { readonly isStream?: boolean }): unknown =>
    JSON.parse(probeIn("responses")?.body("m", options).toString() ?? "");
  const body = { model: "m", input: "ping", max_output_tokens: 16, store: false };
  assert.deepEqual(told({}), body);
  assert.deepEqual(told({ isStream: true }), { ...body, stream: true });
});
