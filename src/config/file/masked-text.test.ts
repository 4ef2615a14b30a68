import assert from "node:assert/strict";
import { test } from "node:test";
import { MaskedTexts } from "./masked-text.ts";

const FILE = `# api_key: sk-old-key-0123456789abcdef, kept for later
server:
  port: 8080   # the usual one
  api_keys:
    - name: anna
      key: "sk-anna-0123456789abcdef"
endpoints:
  - name: openai
    base_url: https://user:pass-word@api.example.com/v1?token=abc
    api_key: sk-openai-0123456789abcd
    headers: { x-token: 'it''s secret', x-team: "a b" }
  - name: local
    base_url: http://127.0.0.1:11434/v1
    api_key: \${LOCAL_KEY}
routing:
  model_overrides:
    fast: [openai/gpt-*]
`;
const SECRETS = ["sk-old", "sk-anna", "pass-word", "token=abc", "sk-openai-01", "it''s", "a b"];

test("no secret is shown, all else is, and what comes back is the file again", () => {
  const texts = new MaskedTexts("salt");
  const masked = texts.mask(FILE);
  for (const secret of SECRETS) assert.ok(!masked.includes(secret), secret);
  for (const shown of ["# the usual one", "kept for later", "${LOCAL_KEY}", "openai/gpt-*", "name: anna"])
    assert.ok(masked.includes(shown), shown);
  assert.deepEqual(texts.restore(masked, [FILE]), { text: FILE, unclear: [] });
});

test("a mark stands for its secret wherever it is moved, and edits around it are kept", () => {
  const texts = new MaskedTexts("salt");
  const masked = texts.mask(FILE);
  const lines = masked.split("\n");
  const at = lines.findIndex((line) => line.includes("name: local"));
  const moved = [...lines.slice(0, at), "    weight: 3", ...lines.slice(at)]
    .join("\n")
    .replace("8080", "9090");
  const { text, unclear } = texts.restore(moved, [FILE]);
  assert.deepEqual(unclear, []);
  assert.ok(text.includes("api_key: sk-openai-0123456789abcd\n") && text.includes("    weight: 3"));
  assert.ok(text.includes("port: 9090"));
});

test("a mark that stands for nothing, or that quotes would change, is told with its line", () => {
  const texts = new MaskedTexts("salt");
  const foreign = new MaskedTexts("another").mask(FILE);
  const { unclear } = texts.restore(foreign, [FILE]);
  assert.ok(unclear.length > 5 && unclear.every(({ reason }) => reason === "unknown"));
  const masked = texts.mask(FILE);
  const requoted = masked.replace(/'(<kept [^>]*>)'/, "$1");
  assert.notEqual(requoted, masked);
  assert.deepEqual(texts.restore(requoted, [FILE]).unclear, [{ line: 11, reason: "quotes" }]);
});

test("a file that cannot be read shows no secret either, and comes back as it was", () => {
  const texts = new MaskedTexts("salt");
  const broken = `${FILE}  : : [ sk-broken-0123456789abcdef\n\t"`;
  const masked = texts.mask(broken);
  for (const secret of [...SECRETS, "sk-broken"]) assert.ok(!masked.includes(secret), secret);
  assert.equal(texts.restore(masked, [broken]).text, broken);
});

test("what was turned into a comment is as secret as it was", () => {
  const texts = new MaskedTexts("salt");
  const comments = `# url: https://hooks.slack.com/services/t0/b0/canary-a
#   authorization: Bearer canary-b1
# Authorization: "Basic canary-c1"
# curl -H 'x-team: canary-d' http://127.0.0.1/v1
#   headers: { x-custom: canary-e }
# password: correct canary-f staple
# token: "two canary-g"
# ${"long ".repeat(500)} sk-canary-0123456789abcdef
`;
  const text = `${comments}# The usual port: http://127.0.0.1:8080/v1 is ours
server: { port: 0 }
`;
  const masked = texts.mask(text);
  assert.ok(!masked.includes("canary"), masked);
  assert.ok(masked.includes("# The usual port: http://127.0.0.1:8080/v1 is ours"));
  assert.deepEqual(texts.restore(masked, [text]), { text, unclear: [] });
});
