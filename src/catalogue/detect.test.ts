// Tests of detect.ts, with endpoints played by a script.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FakeOutbound, json, list, refused, type Scripted } from "../../test/support/fakes/fake-outbound.ts";
import { english } from "../language/messages.ts";
import { ForwardProxy } from "../upstream/forward-proxy.ts";
import { type Detection, type DetectRow, detect } from "./detect.ts";

const clock = { nowMs: () => 0, wallMs: () => 0, random: () => 0 };
const KEY = "sk-proj-0123456789abcdefa1b2";

type Looked = Detection & {
  readonly client: FakeOutbound;
  readonly row: (name: string) => DetectRow | undefined;
};

async function look(
  env: Readonly<Record<string, string>>,
  script: Readonly<Record<string, Scripted>>,
  ownPort = 8080,
): Promise<Looked> {
  const client = new FakeOutbound((call) => script[call.origin] ?? refused);
  const detection = await detect({ env, client, clock, ownPort });
  return { ...detection, client, row: (name) => detection.rows.find((row) => row.name === name) };
}

function noteOf(row: DetectRow | undefined): string {
  return row?.note === undefined ? "" : english(row.note);
}

test("nothing there: every local server is reported as not running, nothing is used", async () => {
  const found = await look({}, {});
  assert.deepEqual(found.endpoints, []);
  assert.equal(found.variableCount, 14);
  assert.equal(found.portCount, 9);
  assert.equal(found.rows.length, 8);
  for (const row of found.rows) assert.equal(`${row.kind} ${noteOf(row)}`, "absent not running");
  for (const call of found.client.calls) {
    assert.match(call.origin, /^http:\/\/127\.0\.0\.1:/);
    assert.match(call.path, /^\/(engines\/)?v1\/models$/);
    assert.equal(call.headers["authorization"], undefined);
  }
});

test("keys and local servers are found, and keys are masked", async () => {
  const found = await look(
    { OPENAI_API_KEY: KEY, DEEPSEEK_API_KEY: `${KEY}x`, ANTHROPIC_API_KEY: ` ${KEY}\n`, GROQ_API_KEY: " " },
    {
      "https://api.openai.com": list("gpt-a", "gpt-b"),
      "https://api.anthropic.com": json({ data: [{ type: "model", id: "claude-x" }], has_more: false }),
      "https://api.deepseek.com": json({}, 401),
      "http://127.0.0.1:11434": list("qwen3:8b"),
    },
  );
  assert.deepEqual(
    found.endpoints.map((one) => [one.name, one.baseUrl, one.apiKey, one.entries.length, one.isLocal]),
    [
      ["openai", "https://api.openai.com/v1", KEY, 2, false],
      ["anthropic", "https://api.anthropic.com/v1", KEY, 1, false],
      ["ollama", "http://127.0.0.1:11434/v1", undefined, 1, true],
    ],
  );
  assert.deepEqual(found.row("openai"), {
    kind: "found",
    name: "openai",
    source: "OPENAI_API_KEY",
    maskedKey: "sk-…a1b2",
    modelCount: 2,
    durationMs: 0,
    note: undefined,
  });
  assert.equal(noteOf(found.row("deepseek")), "401 key rejected; skipped");
  assert.equal(found.row("lm-studio")?.source, "127.0.0.1:1234");
  assert.equal(found.row("groq"), undefined);
  assert.deepEqual([...new Set(found.rows.map((row) => row.kind))], ["found", "absent", "skipped"]);
  assert.doesNotMatch(JSON.stringify(found.rows), /0123456789/);
});

test("OPENAI_BASE_URL is respected, and its server is not counted twice", async () => {
  const found = await look(
    { OPENAI_API_KEY: "ollama", OPENAI_BASE_URL: "http://localhost:11434/v1/" },
    { "http://localhost:11434": list("m"), "http://127.0.0.1:11434": list("m") },
  );
  assert.deepEqual(
    found.endpoints.map((one) => `${one.name} ${one.baseUrl}`),
    ["openai http://localhost:11434/v1"],
  );
  assert.equal(
    found.client.calls.some((call) => call.origin === "https://api.openai.com"),
    false,
  );
});

test("ANTHROPIC_BASE_URL has no /v1 of its own", async () => {
  for (const given of ["https://proxy.test", "https://proxy.test/", "https://proxy.test/v1"]) {
    const found = await look(
      { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: given },
      { "https://proxy.test": list("m") },
    );
    assert.equal(found.endpoints[0]?.baseUrl, "https://proxy.test/v1");
  }
});

test("an address that is this gateway, or none at all, is never asked", async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["http://localhost:8080/v1", /this gateway itself; skipped/],
    ["http://127.0.0.1:8080/v1", /this gateway itself; skipped/],
    ["http://[::1]:8080/v1", /this gateway itself; skipped/],
    ["http://2130706433:8080/v1", /this gateway itself; skipped/],
    ["file:///etc/passwd", /no plain http\(s\) address; skipped/],
    ["https://user:secret@x.test/v1", /no plain http\(s\) address; skipped/],
    ["nonsense", /no plain http\(s\) address; skipped/],
  ];
  for (const [given, note] of cases) {
    const found = await look({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: given }, {});
    assert.match(noteOf(found.row("openai")), note, given);
    assert.equal(found.endpoints.length, 0);
    assert.doesNotMatch(JSON.stringify(found.rows), /secret/);
    assert.equal(found.client.calls.length, 8);
  }
});

test("another gateway of our kind on this machine is not taken", async () => {
  const ours = json({ object: "list", data: [{ id: "m" }] }, 200, ["x-oai-gateway-version", "1"]);
  const found = await look(
    { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: "http://127.0.0.1:9000/v1" },
    { "http://127.0.0.1:8080": ours, "http://127.0.0.1:9000": ours },
    8081,
  );
  assert.deepEqual(found.endpoints, []);
  assert.equal(noteOf(found.row("llama-cpp")), "an oai-gateway answers; skipped");
  assert.equal(noteOf(found.row("openai")), "an oai-gateway answers; skipped");
});

test("a port that answers, but not like OpenAI, is not taken", async () => {
  const answers: readonly (readonly [Scripted, string])[] = [
    [{ status: 200, chunks: ["<html>"] }, "something else answers"],
    [json([{ id: "a" }]), "something else answers"],
    [json({ models: ["a"] }), "something else answers"],
    [json({}, 404), "something else answers"],
    [json({}, 403), "something else answers"],
    [json({}, 500), "something else answers"],
    [json({}, 401), "wants a key; skipped"],
  ];
  for (const [answer, note] of answers) {
    const found = await look({}, { "http://127.0.0.1:8000": answer });
    assert.deepEqual(found.endpoints, []);
    assert.equal(noteOf(found.row("vllm")), note);
  }
});

test("two servers share port 8080 and are told apart by what they say", async () => {
  const llama = await look(
    {},
    { "http://127.0.0.1:8080": json({ data: [{ id: "m", owned_by: "llamacpp" }] }) },
    9000,
  );
  assert.equal(llama.endpoints[0]?.name, "llama-cpp");
  const other = await look({}, { "http://127.0.0.1:8080": list("m") }, 9000);
  assert.equal(other.endpoints[0]?.name, "localai");
});

test("a provider that fails now, or has no list, is used all the same", async () => {
  const found = await look(
    { OPENAI_API_KEY: KEY, PERPLEXITY_API_KEY: KEY, XAI_API_KEY: "bad\u0001key" },
    { "https://api.perplexity.ai": json({}, 404) },
  );
  assert.deepEqual(
    found.endpoints.map((one) => one.name),
    ["openai", "perplexity"],
  );
  assert.match(noteOf(found.row("openai")), /ECONNREFUSED.*asked again/);
  assert.match(noteOf(found.row("perplexity")), /perplexity\/MODEL/);
  assert.match(noteOf(found.row("xai")), /no header may carry; skipped/);
});

test("a local server gets one second", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const looking = look({}, { "http://127.0.0.1:1234": "hang" });
    mock.timers.tick(1_000);
    assert.equal(noteOf((await looking).row("lm-studio")), "no answer within 1 s");
  } finally {
    mock.timers.reset();
  }
});

test("a local server is asked where its own variable says", async () => {
  const found = await look({ OLLAMA_HOST: "192.0.2.7" }, { "http://192.0.2.7:11434": list("qwen3:8b") });
  assert.deepEqual(
    found.endpoints.map((one) => [one.name, one.baseUrl, one.isLocal]),
    [["ollama", "http://192.0.2.7:11434/v1", false]],
  );
  assert.ok(found.client.calls.every((call) => call.origin !== "http://127.0.0.1:11434"));
});

test("a server on another machine is used by the proxy that it was reached by", async () => {
  const proxy = new ForwardProxy(new URL("http://192.0.2.9:3128"));
  const client = new FakeOutbound(({ origin }) =>
    origin === "http://192.0.2.7:11434" ? list("qwen3:8b") : refused,
  );
  const proxyFor = (origin: string) => (origin.includes("192.0.2.7") ? proxy : undefined);
  const { endpoints } = await detect({
    env: { OLLAMA_HOST: "192.0.2.7" },
    client,
    clock,
    ownPort: 8080,
    proxyFor,
  });
  assert.equal(endpoints[0]?.proxy, proxy);
});
