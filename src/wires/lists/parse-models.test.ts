// Tests of parse-models.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseModelList } from "./parse-models.ts";

function parse(text: string) {
  return parseModelList(Buffer.from(text));
}

function ids(text: string): readonly string[] {
  const parsed = parse(text);
  assert.equal(parsed.kind, "ok", text.slice(0, 80));
  return parsed.kind === "ok" ? parsed.entries.map((entry) => entry.id) : [];
}

function reason(text: string): string {
  const parsed = parse(text);
  return parsed.kind === "bad" ? parsed.found : `read as a list: ${JSON.stringify(parsed)}`;
}

test("every known shape of a list is read", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['{"object":"list","data":[{"id":"gpt-4o","object":"model"},{"id":"o3"}]}', ["gpt-4o", "o3"]],
    ['[{"id":"meta-llama/Llama-3-8b","type":"chat"}]', ["meta-llama/Llama-3-8b"]],
    ['{"models":[{"name":"llama3.2:3b","model":"llama3.2:3b"}]}', ["llama3.2:3b"]],
    ['{"models":[{"slug":"gpt-5-codex","display_name":"x"}]}', ["gpt-5-codex"]],
    ['["a","hf.co/org/repo:Q4_K_M"]', ["a", "hf.co/org/repo:Q4_K_M"]],
    ['{"data":["a","b"]}', ["a", "b"]],
    [
      '{"data":[{"type":"model","id":"claude-x","display_name":"X","created_at":"2026-01-01"}]}',
      ["claude-x"],
    ],
    // llama.cpp sends both; `data` has the ids that its chat path takes.
    ['{"models":[{"name":"m.gguf"}],"object":"list","data":[{"id":"m"}]}', ["m"]],
    ['{"data":[],"models":[{"name":"m"}]}', ["m"]],
    ['\uFEFF {"data":[{"id":"bom"}]}', ["bom"]],
    ['{"error":null,"data":[{"id":"a"}]}', ["a"]],
    // An `error` that says nothing is none.
    ['{"error":false,"data":[{"id":"a"}]}', ["a"]],
    ['{"error":"","data":[{"id":"a"}]}', ["a"]],
    ['{"error":{"message":"","type":"","param":null,"code":0},"data":[{"id":"a"}]}', ["a"]],
    ['{"error":[],"models":["a"]}', ["a"]],
  ];
  for (const [text, expected] of cases) assert.deepEqual(ids(text), expected, text);
});

test("an empty list is a list", () => {
  // Ollama without models: "data": null.
  for (const text of [
    '{"object":"list","data":[]}',
    '{"object":"list","data":null}',
    "[]",
    '{"models":[]}',
  ]) {
    assert.deepEqual(ids(text), [], text);
  }
});

test("what is no list is told apart", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", "empty"],
    [" \n", "empty"],
    ["<!doctype html><title>Login</title>", "page"],
    ['{"data":[', "not_json"],
    ["nope", "not_json"],
    ['{"error":{"message":"sk-secret is wrong"}}', "error"],
    ['{"error":"x","data":[]}', "error"],
    ['{"error":{"code":502},"data":[{"id":"a"}]}', "error"],
    // Deeper than any stack.
    [`{"error":${'{"a":'.repeat(10_000)}0${"}".repeat(10_000)},"data":[]}`, "error"],
    ['{"hello":1}', "other"],
    ['{"data":{"id":"x"}}', "other"],
    ['{"__proto__":{"data":[{"id":"x"}]}}', "other"],
    ["null", "other"],
    ["7", "other"],
    ['"a"', "other"],
  ];
  for (const [text, expected] of cases) {
    assert.equal(reason(text), expected, text);
  }
});

test("unusable entries are skipped, duplicates collapse, the first wins", () => {
  const long = "x".repeat(513);
  const text = JSON.stringify({
    data: [
      { id: "a", owned_by: "first" },
      { id: "a", owned_by: "second" },
      null,
      7,
      [],
      ["b"],
      {},
      { id: 3 },
      { id: "" },
      { id: "  " },
      { id: "new\nline" },
      { id: long },
      { id: "\ud800" },
      { id: "x".repeat(512) },
      { id: 9, name: "n" },
    ],
  });
  assert.deepEqual(ids(text), ["a", "x".repeat(512), "n"]);
  const parsed = parse(text);
  assert.equal(parsed.kind === "ok" && parsed.entries[0]?.["owned_by"], "first");
});

test("unknown fields are kept, hostile ones are harmless", () => {
  const parsed = parse('{"data":[{"id":"a","shutdown_date":"2027","__proto__":{"evil":1},"constructor":1}]}');
  assert.equal(parsed.kind, "ok");
  const entry = parsed.kind === "ok" ? parsed.entries[0] : undefined;
  assert.equal(entry?.["shutdown_date"], "2027");
  assert.equal(entry?.["evil"], undefined);
  assert.equal(Object.hasOwn({}, "evil"), false);
});

test("an entry too deep to be written out again keeps only its id", () => {
  const depth = 100_000;
  const parsed = parse(`[{"id":"deep","x":${"[".repeat(depth)}${"]".repeat(depth)}}]`);
  assert.deepEqual(parsed.kind === "ok" && parsed.entries, [{ id: "deep" }]);
});

test("pages say after which id the next one begins", () => {
  const page = parse('{"data":[{"id":"a"}],"has_more":true,"first_id":"a","last_id":"a"}');
  assert.equal(page.kind === "ok" && page.nextAfter, "a");
  const last = parse('{"data":[{"id":"b"}],"has_more":false,"last_id":"b"}');
  assert.equal(last.kind === "ok" ? last.nextAfter : "bad", undefined);
});

test("random and mutated bytes never throw, and never yield an unusable id", () => {
  const sample = '{"object":"list","data":[{"id":"gpt-4o","owned_by":"x"},"b",{"name":"c"}],"models":null}';
  const mutated = fc
    .array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 6 })
    .map((edits) => {
      const bytes = Buffer.from(sample);
      for (const [at, byte] of edits) bytes[at] = byte;
      return bytes;
    });
  const anyBytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc.json().map((text) => Buffer.from(text)),
    mutated,
  );
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      const parsed = parseModelList(bytes);
      if (parsed.kind === "bad") return;
      assert.equal(new Set(parsed.entries.map((entry) => entry.id)).size, parsed.entries.length);
      for (const entry of parsed.entries) encodeURIComponent(entry.id);
    }),
    { numRuns: 1000 },
  );
});

test("fields that readers need have the type that they expect, or are left out", () => {
  const rows: readonly (readonly [Record<string, unknown>, Record<string, unknown>])[] = [
    [{ object: null, created: null, owned_by: null }, {}],
    [{ created: "2024-01-01T00:00:00Z", owned_by: 7 }, { created: 1_704_067_200 }],
    [{ created: "1704067200" }, { created: 1_704_067_200 }],
    [{ created: 1_704_067_200.75 }, { created: 1_704_067_200 }],
    [{ created: -5 }, {}],
    [{ created: 1e300 }, {}],
    [{ created: [1] }, {}],
    [{ created: true, owned_by: { name: "x" } }, {}],
    [{ display_name: null, created_at: 5, type: [] }, {}],
    [
      { created: 0, owned_by: "", object: "model" },
      { created: 0, owned_by: "", object: "model" },
    ],
    [
      { context_length: null, pricing: { prompt: "0" } },
      { context_length: null, pricing: { prompt: "0" } },
    ],
  ];
  for (const [given, expected] of rows) {
    const parsed = parse(JSON.stringify({ data: [{ id: "a", ...given }] }));
    assert.deepEqual(
      parsed.kind === "ok" && parsed.entries,
      [{ id: "a", ...expected }],
      JSON.stringify(given),
    );
  }
});
