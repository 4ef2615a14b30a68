// Keys of endpoints in what they send back: packed in every way, in events of good streams, from configured headers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { body, events, json, stream } from "../../support/fakes/behaviours.ts";
import { chat, worldFor } from "../../support/world.ts";

const KEY = "sk-CANARY-0123456789abcdef";
const ERROR = JSON.stringify({ error: { message: `What was sent is wrong: ${KEY}.`, code: "x" } });
const LONG = JSON.stringify({ error: { message: `${"no ".repeat(200_000)} ${KEY}`, code: "x" } });
const ONE = { endpoints: { a: { config: { api_key: KEY } } }, retries: { attempts: 1 } };

const PACKED: Readonly<Record<string, readonly [string, Buffer]>> = {
  "raw deflate": ["deflate", deflateRawSync(ERROR)],
  deflate: ["deflate", deflateSync(ERROR)],
  "two layers of gzip": ["gzip, gzip", gzipSync(gzipSync(ERROR))],
  zstd: ["zstd", zstdCompressSync(ERROR)],
  br: ["br", brotliCompressSync(ERROR)],
  "gzip that is long unpacked": ["gzip", gzipSync(LONG)],
  "an unknown coding": ["x-own", Buffer.from(ERROR)],
  "broken gzip": ["gzip", Buffer.from(ERROR)],
};

for (const [what, [encoding, bytes]] of Object.entries(PACKED)) {
  test(`fault 160: a key in an error packed as ${what} reaches no client`, async (t) => {
    const world = await worldFor(t, ONE);
    for (const status of [400, 422, 500]) {
      world.fakes.a.always(
        body(status, bytes, { "content-type": "application/json", "content-encoding": encoding }),
      );
      const answer = await world.ask({
        ...chat(),
        headers: { "accept-encoding": "gzip, br, zstd, deflate" },
      });
      assert.equal(answer.status, status);
      assert.equal(answer.header("content-encoding"), undefined);
      assert.ok(!answer.text.includes("CANARY"), answer.text.slice(0, 200));
      // The endpoint's own error where it can be read, else one of ours.
      assert.ok("error" in answer.json());
      assert.equal(answer.header("content-length"), String(answer.body.length));
    }
  });
}

test("fault 161: a key in an error event of a good stream is masked, in the middle and renamed too", async (t) => {
  for (const alias of [undefined, "other"]) {
    const world = await worldFor(t, {
      ...ONE,
      ...(alias === undefined ? {} : { routing: { model_overrides: { [alias]: ["a/m"] } } }),
    });
    const good = { model: "m", choices: [{ index: 0, delta: { content: "hi" }, finish_reason: null }] };
    const failed = { error: { message: `Incorrect API key provided: ${KEY}`, code: 401 } };
    world.fakes.a.always(stream([...events([good]), ...events([failed])]));
    const answer = await world.ask(chat(alias ?? "m", { stream: true }));
    assert.match(answer.text, /Incorrect API key provided: \*\*\*/);
    assert.ok(!answer.text.includes("CANARY"));
  }
});

test("fault 160: a credential of `headers` is masked in an endpoint's headers and errors", async (t) => {
  const headers = { "X-Own-Token": KEY, Authorization: `Bearer ${KEY}` };
  const world = await worldFor(t, { endpoints: { a: { config: { headers } } }, retries: { attempts: 1 } });
  for (const status of [200, 400]) {
    const told = status === 200 ? { choices: [] } : { error: { message: KEY } };
    world.fakes.a.always(json(status, told, { "x-echo": `you sent ${KEY}` }));
    const answer = await world.ask(chat());
    assert.equal(answer.header("x-echo"), "you sent ***");
    assert.ok(!answer.text.includes("CANARY"));
  }
});
