// Tests of ask.ts and get.ts.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { gzipSync } from "node:zlib";
import { FakeOutbound, json, list, refused, type Scripted } from "../../test/support/fakes/fake-outbound.ts";
import type { Clock } from "../core/clock.ts";
import { english } from "../language/messages.ts";
import { EndpointSecrets } from "../routing/endpoint-secrets.ts";
import type { Credential } from "../routing/model.ts";
import { endpointWire } from "../wires/registry/wires.ts";
import { askModels, type ListAnswer } from "./ask.ts";
import type { Askable } from "./own-request.ts";

const clock: Clock = { nowMs: () => 0, wallMs: () => 0, random: () => 0 };
const KEY = "sk-very-secret-0123456789";

function endpoint(origin = "http://127.0.0.1:9", keys: readonly string[] = [KEY]): Askable {
  const all: Credential[] = keys.map((apiKey, at) => ({ id: at + 1, apiKey }));
  const [first = { id: 1, apiKey: undefined }, ...others] = all;
  return {
    origin,
    basePath: "/v1",
    rootPath: "",
    wire: endpointWire(undefined, origin),
    credentials: [first, ...others],
    fixedHeaders: [],
    secrets: new EndpointSecrets({ credentials: all, fixedHeaders: [] }),
    timeouts: { connectMs: 1000 },
  };
}

function ask(client: FakeOutbound, asked: Askable = endpoint(), signal?: AbortSignal): Promise<ListAnswer> {
  return askModels({ client, clock, endpoint: asked, timeoutMs: 5000, limitBytes: 1_048_576, signal });
}

function ids(answer: ListAnswer): readonly string[] {
  assert.equal(answer.kind, "listed", JSON.stringify(answer));
  return answer.kind === "listed" ? answer.entries.map((entry) => entry.id) : [];
}

test("asks {base_url}/models with the key, uncompressed", async () => {
  const client = new FakeOutbound(() => list("a", "b/c"));
  assert.deepEqual(ids(await ask(client)), ["a", "b/c"]);
  assert.equal(client.calls.length, 1);
  const call = client.calls[0];
  assert.equal(call?.path, "/v1/models");
  assert.equal(call?.headers["authorization"], `Bearer ${KEY}`);
  assert.equal(call?.headers["accept-encoding"], "identity");
  assert.equal(call?.headers["x-api-key"], undefined);
});

test("an endpoint without a key gets no Authorization", async () => {
  const client = new FakeOutbound(() => list("a"));
  await ask(client, endpoint("http://127.0.0.1:9", []));
  assert.equal(client.calls[0]?.headers["authorization"], undefined);
});

test("configured headers are sent and win over ours", async () => {
  const client = new FakeOutbound(() => list("a"));
  const fixedHeaders = ["authorization", "Basic eA==", "openai-organization", "org-1"];
  await ask(client, { ...endpoint(), fixedHeaders });
  assert.equal(client.calls[0]?.headers["authorization"], "Basic eA==");
  assert.equal(client.calls[0]?.headers["openai-organization"], "org-1");
});

test("anthropic gets its own headers, and its pages are followed", async () => {
  const client = new FakeOutbound((call) =>
    call.path.includes("after_id=m2")
      ? json({ data: [{ id: "m3", type: "model" }], has_more: false, last_id: "m3" })
      : json({ data: [{ id: "m1" }, { id: "m2" }], has_more: true, last_id: "m2" }),
  );
  assert.deepEqual(ids(await ask(client, endpoint("https://api.anthropic.com"))), ["m1", "m2", "m3"]);
  assert.deepEqual(
    client.calls.map((call) => call.path),
    ["/v1/models?limit=1000", "/v1/models?limit=1000&after_id=m2"],
  );
  assert.equal(client.calls[0]?.headers["x-api-key"], KEY);
  assert.equal(client.calls[0]?.headers["anthropic-version"], "2023-06-01");
  assert.equal(client.calls[0]?.headers["authorization"], undefined);
});

test("a host that only ends like anthropic.com gets no x-api-key", async () => {
  const client = new FakeOutbound(() => list("a"));
  await ask(client, endpoint("https://evilanthropic.com"));
  assert.equal(client.calls[0]?.headers["x-api-key"], undefined);
});

test("pages end: when nothing new comes, and after a bounded number", async () => {
  const same = new FakeOutbound(() => json({ data: [{ id: "a" }], has_more: true, last_id: "a" }));
  assert.deepEqual(ids(await ask(same)), ["a"]);
  assert.equal(same.calls.length, 2);

  const endless: FakeOutbound = new FakeOutbound(() =>
    json({ data: [{ id: `m${endless.calls.length}` }], has_more: true, last_id: "x" }),
  );
  assert.equal(ids(await ask(endless)).length, 50);
});

test("statuses are told apart, and nothing of the answer is repeated", async () => {
  const cases: readonly (readonly [Scripted, string, RegExp])[] = [
    [json({ error: KEY }, 404), "no_list", /404/],
    [json({ error: KEY }, 405), "no_list", /405/],
    [json({ error: KEY }, 501), "no_list", /501/],
    [json({ error: KEY }, 401), "rejected_key", /401 key rejected/],
    [json({ error: KEY }, 403), "rejected_key", /403 key rejected/],
    [json({}, 302, ["location", `http://x/${KEY}`]), "redirect", /302: redirects are not followed/],
    [json({}, 429), "rate_limited", /429/],
    [json({}, 500), "server_error", /500/],
    [json({}, 418), "bad_status", /418/],
    [json({ error: { message: KEY } }), "bad_list", /200 with an error object/],
    [{ status: 200, chunks: ["<html>"] }, "bad_list", /web page/],
    [{ status: 204, chunks: [] }, "bad_list", /204 with an empty body/],
    [refused, "connect_failed", /no connection \(ECONNREFUSED\)/],
  ];
  for (const [scripted, kind, reason] of cases) {
    const answer = await ask(new FakeOutbound(() => scripted));
    assert.equal(answer.kind === "failed" ? answer.cause : answer.kind, kind);
    assert.match(answer.kind === "listed" ? "" : english(answer.reason), reason);
    assert.doesNotMatch(JSON.stringify(answer), /secret/);
  }
});

test("an empty list is listed", async () => {
  assert.deepEqual(ids(await ask(new FakeOutbound(() => list()))), []);
});

test("with several keys the first that is accepted counts", async () => {
  const client = new FakeOutbound((call) =>
    call.headers["authorization"] === "Bearer good" ? list("a") : json({}, 401),
  );
  assert.deepEqual(ids(await ask(client, endpoint("http://127.0.0.1:9", ["bad", "good", "never"]))), ["a"]);
  assert.equal(client.calls.length, 2);
});

test("a stale pooled connection gets one more try, a fresh reset none", async () => {
  const stale = new FakeOutbound((call) =>
    call.isFresh ? list("a") : { failure: { kind: "reset", reason: "ECONNRESET", isStale: true } },
  );
  assert.deepEqual(ids(await ask(stale)), ["a"]);
  const reset = new FakeOutbound(() => ({
    failure: { kind: "reset", reason: "ECONNRESET", isStale: false },
  }));
  assert.equal((await ask(reset)).kind, "failed");
  assert.equal(reset.calls.length, 1);
});

test("a list over the limit is cut off, and the reason names the setting", async () => {
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  const client = new FakeOutbound(() => ({ status: 200, chunks: Array(3).fill(chunk) }));
  const answer = await ask(client);
  assert.equal(answer.kind === "failed" && answer.cause, "too_large");
  assert.match(
    answer.kind === "failed" ? english(answer.reason) : "",
    /larger than discovery\.max_list \(1,024 KiB\)$/,
  );
  assert.equal(client.cancelled, 1);
});

test("an answer that is compressed all the same is read, a bomb is not", async () => {
  const body = gzipSync(JSON.stringify({ data: [{ id: "a" }] }));
  const headers = ["content-encoding", "gzip"];
  const client = new FakeOutbound(() => ({ status: 200, headers, chunks: [body] }));
  assert.deepEqual(ids(await ask(client)), ["a"]);

  const bomb = gzipSync(Buffer.alloc(51 * 1024 * 1024, 0x20));
  const cut = await ask(new FakeOutbound(() => ({ status: 200, headers, chunks: [bomb] })));
  assert.equal(cut.kind === "failed" && cut.cause, "too_large");

  const broken = await ask(new FakeOutbound(() => ({ status: 200, headers, chunks: ["no gzip"] })));
  assert.equal(broken.kind === "failed" && broken.cause, "bad_encoding");
});

test("a gateway of our kind is recognised", async () => {
  const client = new FakeOutbound(() => json({ data: [] }, 200, ["X-OAI-Gateway-Version", "1"]));
  const answer = await ask(client);
  assert.equal(answer.kind === "listed" && answer.isGateway, true);
});

test("an endpoint that never answers is given up after the time limit", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const client = new FakeOutbound(() => "hang");
    const asking = ask(client);
    mock.timers.tick(5000);
    const answer = await asking;
    assert.equal(answer.kind === "failed" && answer.cause, "timeout");
    assert.match(answer.kind === "failed" ? english(answer.reason) : "", /no answer within 5 s/);
    assert.equal(client.cancelled, 1);
  } finally {
    mock.timers.reset();
  }
});

test("the caller may cancel, before and during", async () => {
  const client = new FakeOutbound(() => "hang");
  const abort = new AbortController();
  const asking = ask(client, endpoint(), abort.signal);
  abort.abort();
  const answer = await asking;
  assert.equal(answer.kind === "failed" && answer.cause, "cancelled");
  assert.equal(client.cancelled, 1);
  const late = await ask(client, endpoint(), abort.signal);
  assert.equal(late.kind === "failed" && late.cause, "cancelled");
  assert.equal(client.calls.length, 1);
});

test("an engine that refuses the request at once is a failure, not a crash", async () => {
  const client = new FakeOutbound(() => {
    throw new TypeError("invalid header value");
  });
  const answer = await ask(client);
  assert.equal(answer.kind === "failed" && answer.cause, "unsendable");
});

test("a list has ten thousand names at most, over all its pages", async () => {
  const many = Array.from({ length: 10_001 }, (_, index) => `m${index}`);
  const answer = await ask(new FakeOutbound(() => list(...many)));
  assert.deepEqual(ids(answer), many.slice(0, 10_000));
  assert.equal(answer.kind === "listed" && answer.isCut, true);
  let page = 0;
  const pages = new FakeOutbound(() => {
    page += 1;
    const data = Array.from({ length: 4_000 }, (_, index) => ({ id: `p${page}-${index}` }));
    return json({ data, has_more: true, last_id: `p${page}-3999` });
  });
  assert.equal(ids(await ask(pages)).length, 10_000);
  assert.equal(page, 3);
});

test("an entry with the key in its name is left out, and of one with the key beside it the name is kept", async () => {
  const data = [
    { id: "a", owned_by: "x" },
    { id: `b-${KEY}` },
    { id: "c", owned_by: `bearer ${KEY}`, created: 1 },
    { id: "d", deep: { list: [btoa(`Bearer ${KEY}`)] } },
  ];
  const answer = await ask(new FakeOutbound(() => json({ data })));
  assert.deepEqual(answer.kind === "listed" && answer.entries, [
    { id: "a", owned_by: "x" },
    { id: "c" },
    { id: "d" },
  ]);
});
