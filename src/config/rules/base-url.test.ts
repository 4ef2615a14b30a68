// Table tests of `base_url`: what is forgiven, what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { englishOf } from "../../../test/support/config/english.ts";
import { readBaseUrl } from "./base-url.ts";

type Good = readonly [input: string, baseUrl: string, corrections?: number];

const GOOD: readonly Good[] = [
  ["https://api.example.com/v1", "https://api.example.com/v1"],
  ["https://api.example.com/v1/", "https://api.example.com/v1"],
  ["  https://api.example.com/v1\n", "https://api.example.com/v1"],
  ["HTTPS://API.Example.com:443/v1///", "https://api.example.com/v1"],
  ["http://127.0.0.1:11434", "http://127.0.0.1:11434"],
  ["http://[::1]:8000/v1", "http://[::1]:8000/v1"],
  ["http://10.0.0.7:8000/deep/path/v1", "http://10.0.0.7:8000/deep/path/v1"],
  ["http://my_host:1/v1", "http://my_host:1/v1"],
  // A pasted API path is what people copy out of a curl example.
  ["https://h.io/v1/chat/completions", "https://h.io/v1", 1],
  ["https://h.io/v1/chat/completions/", "https://h.io/v1", 1],
  ["https://h.io/v1/completions", "https://h.io/v1", 1],
  ["https://h.io/v1/models", "https://h.io/v1", 1],
  ["https://h.io/v1/embeddings", "https://h.io/v1", 1],
  ["https://h.io/v1/responses", "https://h.io/v1", 1],
  ["https://h.io/openai/v1/chat/completions", "https://h.io/openai/v1", 1],
  // Azure's inference API lives below /models.
  ["https://x.services.ai.azure.com/models", "https://x.services.ai.azure.com/models"],
  // Azure's, as portals and older programs have it.
  ["https://x.openai.azure.com", "https://x.openai.azure.com/openai/v1", 1],
  ["https://x.openai.azure.com/openai/", "https://x.openai.azure.com/openai/v1", 1],
  ["https://x.openai.azure.com/openai/v1/", "https://x.openai.azure.com/openai/v1"],
  ["https://x.openai.azure.com/openai/v1/responses", "https://x.openai.azure.com/openai/v1", 1],
  ["https://x.openai.azure.com/openai/deployments/gpt/", "https://x.openai.azure.com/openai/v1", 1],
  ["https://x.services.ai.azure.com/", "https://x.services.ai.azure.com/openai/v1", 1],
  ["https://x.cognitiveservices.azure.us", "https://x.cognitiveservices.azure.us/openai/v1", 1],
  [
    "https://x.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2025-01-01-preview",
    "https://x.openai.azure.com/openai/v1",
    1,
  ],
  ["https://x.openai.azure.com/?api-version=preview", "https://x.openai.azure.com/openai/v1", 1],
  ["https://x.services.ai.azure.com/anthropic/v1", "https://x.services.ai.azure.com/anthropic/v1"],
  ["https://h.io/v1/v1", "https://h.io/v1", 1],
  // Left over from JSON.
  ["https://h.io/v1,", "https://h.io/v1", 1],
  ["https://h.io/v1/;", "https://h.io/v1", 1],
  ["https://h.io/v1/models,", "https://h.io/v1", 2],
  ["https://h.io//v1", "https://h.io/v1", 1],
  ["http://0.0.0.0:8000/v1", "http://127.0.0.1:8000/v1", 1],
  ["http://[::]:8000/v1", "http://[::1]:8000/v1", 1],
];

for (const [input, baseUrl, corrections = 0] of GOOD) {
  test(`uses ${JSON.stringify(input)} as ${baseUrl}`, () => {
    const result = readBaseUrl(input);
    assert.ok(result.kind === "ok");
    assert.equal(result.url.baseUrl, baseUrl);
    assert.equal(result.url.origin + result.url.basePath, baseUrl);
    assert.equal(result.corrections.length, corrections);
  });
}

type Bad = readonly [input: string, code: string, fix?: RegExp];

const BAD: readonly Bad[] = [
  ["", "OG122"],
  ["api.example.com/v1", "OG122", /"https:\/\/api\.example\.com\/v1"/],
  // A URL parser takes "localhost:" for a scheme.
  ["localhost:11434/v1", "OG122", /"http:\/\/localhost:11434\/v1"/],
  ["192.168.1.2:8000", "OG122", /"http:\/\/192/],
  ["//api.example.com/v1", "OG122", /"https:/],
  ["http:/api.example.com", "OG122"],
  ["http:///v1", "OG122"],
  ["https://", "OG122"],
  ["https://h.io:99999/v1", "OG122"],
  ["https://h.io:0/v1", "OG122"],
  ["https://h .io/v1", "OG122"],
  ["https://h.io\\@evil.example/v1", "OG122"],
  ["file:///etc/passwd", "OG122"],
  ["file:/etc/passwd", "OG122"],
  ["gopher://h.io/1", "OG122"],
  ["javascript:alert(1)", "OG122"],
  ["https://user:pass@h.io/v1", "OG122", /"https:\/\/h\.io\/v1"/],
  ["https://h.io/v1?api-version=1", "OG122", /"https:\/\/h\.io\/v1"/],
  [
    "https://x.openai.azure.com/openai?api-version=1&api-key=k",
    "OG122",
    /"https:\/\/x\.openai\.azure\.com\/openai\/v1"/,
  ],
  ["https://h.io/v1?", "OG122"],
  ["https://h.io/v1#x", "OG122"],
  ["https://h.io./v1", "OG122", /"https:\/\/h\.io\/v1"/],
  // 127.0.0.1 in disguise.
  ["http://2130706433/v1", "OG122", /127\.0\.0\.1/],
  ["http://0x7f.1/v1", "OG122"],
  ["http://0177.0.0.1/v1", "OG122"],
  ["http://127.1/v1", "OG122"],
  // The metadata service, plainly and in every disguise of fault 83.
  ["http://169.254.169.254/latest", "OG123"],
  ["http://169.254.169.254./latest", "OG123"],
  ["http://[::ffff:169.254.169.254]/v1", "OG123"],
  ["http://[::ffff:a9fe:a9fe]/v1", "OG123"],
  ["http://[::169.254.169.254]/v1", "OG123"],
  ["http://[64:ff9b::a9fe:a9fe]/v1", "OG123"],
  ["http://[2002:a9fe:a9fe::]/v1", "OG123"],
  ["http://2852039166/v1", "OG123"],
  ["http://0xa9fea9fe/v1", "OG123"],
  ["http://0251.0376.0251.0376/v1", "OG123"],
  ["http://169.254.43518/v1", "OG123"],
  ["http://[fe80::1]/v1", "OG123"],
  ["http://[febf::1]/v1", "OG123"],
  ["http://[fd00:ec2::254]/v1", "OG123"],
  ["http://metadata.google.internal/v1", "OG123"],
  ["http://user@169.254.169.254/v1", "OG123"],
];

for (const [input, code, fix] of BAD) {
  test(`refuses ${JSON.stringify(input)}`, () => {
    const result = readBaseUrl(input);
    assert.ok(result.kind === "bad");
    assert.equal(result.code, code);
    if (fix !== undefined) assert.match(englishOf(result.fix), fix);
    assert.doesNotMatch(englishOf(result.message) + englishOf(result.fix), /pass@|api-version/);
  });
}

test("repeats no text that can be no address", () => {
  for (const input of [
    "correct-horse-battery-staple",
    "/correct-horse/x",
    "correct-horse-battery-staple://h",
  ]) {
    const result = readBaseUrl(input);
    assert.ok(result.kind === "bad");
    assert.doesNotMatch(englishOf(result.message) + englishOf(result.fix), /correct/);
  }
});

const ROOTS: readonly (readonly [input: string, rootPath: string])[] = [
  ["https://h.io/v1", ""],
  ["https://h.io/a/v1", "/a"],
  ["https://h.io/v2", ""],
  ["https://h.io/api/v3/", "/api"],
  ["https://h.io/v1beta", "/v1beta"],
  ["https://h.io/rev2", "/rev2"],
  ["https://h.io/a", "/a"],
  ["https://h.io", ""],
];

for (const [input, rootPath] of ROOTS) {
  test(`the root path of ${input} has no version: "${rootPath}"`, () => {
    const result = readBaseUrl(input);
    assert.ok(result.kind === "ok");
    assert.equal(result.url.rootPath, rootPath);
  });
}

test("advises /v1 for well-known servers only", () => {
  const adviceFor = (input: string) => {
    const result = readBaseUrl(input);
    return result.kind === "ok" ? result.advice : "bad";
  };
  assert.equal(adviceFor("https://api.openai.com"), "https://api.openai.com/v1");
  assert.equal(adviceFor("https://api.groq.com/"), "https://api.groq.com/openai/v1");
  assert.equal(adviceFor("http://localhost:11434"), "http://localhost:11434/v1");
  assert.equal(adviceFor("https://api.openai.com/v1"), undefined);
  assert.equal(adviceFor("https://example.com"), undefined);
});

test("any text is either used or refused", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true, withFragments: true })),
      (input) => {
        const result = readBaseUrl(input);
        if (result.kind === "ok")
          assert.deepEqual(readBaseUrl(result.url.baseUrl), { ...result, corrections: [] });
      },
    ),
  );
});
