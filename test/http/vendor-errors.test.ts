// A path below a vendor's prefix is asked for by that vendor's clients, whether there is such a path or not and whatever
// headers come with it: what goes wrong there is told in their envelope.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { gatewayFor } from "../support/start-gateway.ts";

type Envelope = "anthropic" | "gemini" | "ollama" | "openai";

/** Whose words an error is in. */
function envelopeOf(body: unknown): Envelope | undefined {
  const { type, error } = body as { readonly type?: unknown; readonly error?: unknown };
  if (typeof error === "string") return "ollama";
  if (typeof error !== "object" || error === null) return undefined;
  if (type === "error") return "anthropic";
  if ("status" in error && typeof (error as { readonly code?: unknown }).code === "number") return "gemini";
  return "param" in error ? "openai" : undefined;
}

/** Paths that there are not, each with its vendor. */
const UNKNOWN: readonly (readonly [Envelope, string])[] = [
  ["anthropic", "/anthropic/v1/nothing"],
  ["anthropic", "/anthropic/nothing"],
  ["anthropic", "//anthropic//v1//nothing"],
  ["anthropic", "/anthropic"],
  ["anthropic", "/anthropic/v1/message"],
  ["anthropic", "/anthropic/v1/messages/batches"],
  ["anthropic", "/v1/messages/batches"],
  ["anthropic", "/v1/messages/nothing/more"],
  ["gemini", "/v1beta/nothing"],
  ["gemini", "/v1beta"],
  ["gemini", "/v1alpha/nothing?key=x"],
  ["gemini", "/gemini/v1/nothing"],
  ["gemini", "/gemini/nothing"],
  ["gemini", "/upload/v1beta/files"],
  ["ollama", "/api/nothing"],
  ["ollama", "/api"],
  ["ollama", "/api/pull"],
  ["ollama", "/ollama/api/nothing"],
  ["ollama", "/ollama/nothing"],
  ["openai", "/openai/nothing"],
  ["openai", "/openai/deployments/m/nothing"],
  ["openai", "/openai/deployments"],
  ["openai", "/v1/nothing"],
  // Other servers have OpenAI's API there.
  ["openai", "/api/v1/nothing"],
  ["openai", "/api/openai/v1/chat/completions"],
  ["openai", "/api//v1//nothing"],
  ["openai", "/v1beta/openai/nothing"],
  ["openai", "/v1beta//openai/nothing"],
];

/** Paths that there are, by a method that they are not asked for by. */
const WRONG_METHODS: readonly (readonly [Envelope, string, string])[] = [
  ["anthropic", "GET", "/v1/messages"],
  ["anthropic", "GET", "/anthropic/v1/messages"],
  ["anthropic", "DELETE", "/anthropic/v1/messages/count_tokens"],
  ["gemini", "GET", "/v1beta/models/m:generateContent"],
  ["gemini", "PATCH", "/v1beta/models"],
  ["ollama", "GET", "/api/chat"],
  ["ollama", "POST", "/api/tags"],
  ["openai", "DELETE", "/openai/deployments/m/chat/completions"],
  ["openai", "DELETE", "/v1/chat/completions"],
];

const BODIES: readonly (readonly [Envelope, string])[] = [
  ["anthropic", "/v1/messages"],
  ["anthropic", "/anthropic/v1/messages"],
  ["gemini", "/v1beta/models/m:generateContent"],
  ["ollama", "/api/chat"],
  ["ollama", "/ollama/api/generate"],
  ["openai", "/openai/deployments/m/chat/completions"],
  ["openai", "/v1/chat/completions"],
];

/** What a client may send of itself; the path says more. */
const MARKS: readonly Readonly<Record<string, string>>[] = [
  {},
  { "anthropic-version": "2023-06-01" },
  { "x-goog-api-client": "google-genai-sdk/1.0" },
];
/** By its headers alone a client of a path that vendors share is told apart. */
const SHARED = /^\/v1\/(?:nothing|chat\/completions)$|^\/api\/+v1\/|^\/(?:api|v1beta)\/+openai\//;
const isShared = (path: string): boolean => SHARED.test(path);

test("an unknown path, a wrong method and a body too large are told in the words of the path's vendor", async (t) => {
  const endpoint = await fakeFor(t);
  const { port } = await gatewayFor(t, {
    server: { max_body: "1KiB" },
    endpoints: [{ name: "a", base_url: endpoint.url }],
  });
  const wrong: string[] = [];
  const ask = async (expected: Envelope, status: number, path: string, init: RequestInit): Promise<void> => {
    for (const headers of MARKS) {
      if (isShared(path) && Object.keys(headers).length > 0) continue;
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...init,
        headers: { ...headers, ...init.headers },
      });
      const body: unknown = await answer.json();
      const got = [answer.status, envelopeOf(body)].join(" ");
      if (got !== `${status} ${expected}`)
        wrong.push(
          `${init.method ?? "GET"} ${path} ${JSON.stringify(headers)}: ${got}, not ${status} ${expected}`,
        );
    }
  };
  for (const [vendor, path] of UNKNOWN) await ask(vendor, 404, path, { method: "GET" });
  for (const [vendor, method, path] of WRONG_METHODS) await ask(vendor, 405, path, { method });
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content: "x".repeat(2_000) }] });
  for (const [vendor, path] of BODIES)
    await ask(vendor, 413, path, { method: "POST", body, headers: { "content-type": "application/json" } });
  assert.deepEqual(wrong, []);
});

test("what is refused before the path is looked at is told in the same words", async (t) => {
  const endpoint = await fakeFor(t);
  const { port } = await gatewayFor(t, {
    server: { api_keys: ["sk-of-the-test"] },
    endpoints: [{ name: "a", base_url: endpoint.url }],
  });
  for (const [vendor, path] of [...UNKNOWN, ...BODIES])
    for (const [status, headers] of [
      [401, {}],
      [403, { origin: "http://evil.example" }],
    ] as const) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "GET", headers });
      assert.deepEqual(
        [answer.status, envelopeOf(await answer.json())],
        [status, vendor],
        `${path} ${status}`,
      );
    }
});

test("a list of models below a vendor's prefix is told in its words", async (t) => {
  const endpoint = await fakeFor(t);
  const { port } = await gatewayFor(t, { endpoints: [{ name: "a", base_url: endpoint.url, models: ["m"] }] });
  const list = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return (await answer.json()) as Readonly<Record<string, unknown>>;
  };
  assert.equal("has_more" in (await list("/anthropic/v1/models")), true);
  assert.equal((await list("/openai/v1/models"))["object"], "list");
  assert.equal((await list("/v1/models"))["object"], "list");
});
