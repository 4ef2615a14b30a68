// Fault 103: an endpoint that repeats the key it was sent. The caller must not see it, and nothing else may change.

import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { apiError, behaviour, body, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { type Answer, requestBytes, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const KEY = "sk-CANARY/with+odd=chars-0123456789";
const SECOND = "sk-CANARY-second-key-abcdef";
const KEYED = {
  api_keys: [KEY, SECOND],
  headers: { "x-vendor-token": "CANARY-vendor-token", "x-region": "region-one-two" },
};
const ONE = { endpoints: { a: { config: KEYED } }, retries: { attempts: 1 } };
const JSON_TYPE = { "content-type": "application/json" };

const errorText = (secret: string): string =>
  `{"error":{"message":"Bad thing with ${secret} and ${secret}: caf\u00e9","code":null}}`;

function assertClean(answer: Answer): void {
  assert.ok(!(answer.text + answer.headers.join("\n")).includes("CANARY"), answer.text);
}

test("fault 103: a key in an error of any status is masked, and the length fits", async (t) => {
  for (const status of [400, 404, 409, 413, 422, 429, 500, 503]) {
    for (const secret of [KEY, SECOND, KEY.replaceAll("/", "\\/"), "CANARY-vendor-token"]) {
      const { ask, fakes } = await worldFor(t, ONE);
      fakes.a.always(body(status, errorText(secret), JSON_TYPE));
      const answer = await ask(chat());
      assert.deepEqual([answer.status, answer.text], [status, errorText("***")]);
      assert.equal(answer.header("content-length"), String(Buffer.byteLength(errorText("***"))));
      assertClean(answer);
    }
  }
});

test("fault 103: so is one that comes in pieces, or cut in two at any byte", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const text = errorText(KEY);
  const start = text.indexOf(KEY);
  for (let at = start - 1; at <= start + KEY.length; at += 1) {
    fakes.a.always(stream([text.slice(0, at), text.slice(at)], { status: 422, headers: JSON_TYPE }));
    const answer = await ask(chat());
    assert.deepEqual([answer.status, answer.text], [422, errorText("***")], `cut at ${at}`);
  }
});

test("fault 103: and one deep in an error that is too long to be held", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const filler = "x".repeat(100_000);
  const text = `{"error":{"message":"${filler}${KEY}${filler}${SECOND}"}}`;
  const masked = text.replace(KEY, "***").replace(SECOND, "***");
  const from = text.indexOf(KEY);
  const wire = await wireFor(t, port);
  for (const cut of [1, from + 3, from + KEY.length, text.length - 5]) {
    fakes.a.always(stream([text.slice(0, cut), text.slice(cut)], { status: 400, headers: JSON_TYPE }));
    await wire.send(requestBytes(chat()));
    const answer = await wire.answer();
    assert.equal(answer.status, 400);
    assert.ok(answer.text === masked, `cut at ${cut}`);
  }
});

const PACKERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

for (const [encoding, pack] of Object.entries(PACKERS)) {
  test(`fault 103: an error packed by ${encoding} is looked into, and passed on unpacked`, async (t) => {
    const { ask, fakes } = await worldFor(t, ONE);
    const headers = { ...JSON_TYPE, "content-encoding": encoding };
    fakes.a.always(body(422, pack(errorText(KEY)), headers));
    const masked = await ask(chat());
    assert.equal(masked.text, errorText("***"));
    assert.equal(masked.header("content-encoding"), undefined);
    fakes.a.always(body(422, pack(errorText("nothing")), headers));
    const clean = await ask(chat());
    assert.equal(clean.text, errorText("nothing"));
    assert.equal(clean.header("content-encoding"), undefined);
  });
}

test("fault 103: headers are looked through too, those of good answers among them", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE);
  for (const status of [200, 400, 500]) {
    const headers = { "x-echo": `Bearer ${KEY}`, "x-request-id": KEY, "x-region": "region-one-two" };
    fakes.a.always(json(status, status === 200 ? { choices: [] } : { error: { message: "x" } }, headers));
    const answer = await ask(chat());
    assert.equal(answer.header("x-echo"), "Bearer ***");
    assert.equal(answer.header("x-region"), "region-one-two");
    assertClean(answer);
  }
  assert.ok(!JSON.stringify([log.summaries, log.lines]).includes("CANARY"));
});

test("fault 103: the body of a good answer is never touched, nor an error without a key in it", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const text = `{"choices":[{"message":{"content":"${KEY}"}}]}`;
  fakes.a.always(json(200, text));
  assert.equal((await ask(chat())).text, text);
  const etag = { ...JSON_TYPE, etag: '"1"', "content-md5": "x" };
  fakes.a.always(body(400, errorText("nothing"), etag));
  const answer = await ask(chat());
  assert.equal(answer.text, errorText("nothing"));
  assert.deepEqual([answer.header("etag"), answer.header("content-md5")], ['"1"', "x"]);
});

test("fault 103: a stand-in for a key, as local servers want it, is no secret", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: { config: { api_key: "ollama" } } } });
  fakes.a.always(apiError(400, "ollama"));
  assert.match((await ask(chat())).text, /"code":"ollama"/);
});

test("fault 103: an error under the client's name for the model is masked as well", async (t) => {
  const { ask, fakes } = await worldFor(t, {
    ...ONE,
    routing: { model_overrides: { nick: ["a/m"] } },
  });
  fakes.a.always(body(400, `{"model":"m","error":{"message":"${KEY}"}}`, JSON_TYPE));
  const answer = await ask(chat("nick"));
  assert.equal(answer.text, '{"model":"nick","error":{"message":"***"}}');
});

test("fault 103: an error that breaks off is not passed on half; the caller is told of it", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const half: Behaviour = behaviour(async (exchange) => {
    await exchange.head(422, ["content-type", "application/json", "content-length", "1000"]);
    await exchange.piece(`{"error":{"message":"${KEY}`);
    exchange.reset();
  });
  fakes.a.always(half);
  const answer = await ask(chat());
  assert.equal(answer.status, 502);
  assertClean(answer);
});

test("fault 103: when several endpoints fail none of their words are passed on", async (t) => {
  const { ask, fakes, log } = await worldFor(t, {
    endpoints: { a: { config: KEYED }, b: { config: KEYED } },
  });
  for (const status of [401, 403, 429, 500, 503]) {
    for (const fake of Object.values(fakes)) fake.always(body(status, errorText(KEY), JSON_TYPE));
    assertClean(await ask(chat()));
  }
  assert.ok(!JSON.stringify([log.summaries, log.lines]).includes("CANARY"));
});
