// Fault 356: keys in the query, where the clients of one vendor may send them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError } from "../../support/fakes/behaviours.ts";
import { generate, googleErrorOf, methodOf } from "../../support/gemini-world.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const KEY = "canary-key-123456";

test("fault 356: a key in the query of Gemini's paths counts there, and is nowhere else to be seen", async (t) => {
  const world = await worldFor(t, {
    endpoints: { one: { config: { api: "gemini", api_key: "own-key" } }, two: {} },
    server: { api_keys: [KEY] },
    retries: { attempts: 1 },
  });
  const { ask, fakes, log } = world;
  for (const fake of [fakes.one, fakes.two]) fake.always(apiError(500, "server_error"));
  const path = methodOf("generateContent");
  const good = [`key=${KEY}`, `alt=json&key=${KEY}`, `key=canary%2Dkey%2D123456`, `key=${KEY}&key=other`];
  for (const query of good) assert.equal((await ask(generate({}, `${path}?${query}`))).status, 500, query);
  const beside = await ask({ ...generate({}, `${path}?key=${KEY}`), headers: { "x-goog-api-key": "wrong" } });
  assert.equal(beside.status, 500);
  for (const query of ["key=", "key", "Key=x", `keys=${KEY}`, `key=other&key=${KEY}`]) {
    const refused = await ask(generate({}, `${path}?${query}`));
    assert.deepEqual([refused.status, googleErrorOf(refused).status], [401, "UNAUTHENTICATED"], query);
    assert.doesNotMatch(refused.text, /canary/);
  }
  const elsewhere = await ask({ ...chat(), path: `/v1/chat/completions?key=${KEY}` });
  assert.equal(errorOf(elsewhere).code, "invalid_api_key");
  const sent = [fakes.one, fakes.two].flatMap(({ requests }) =>
    requests.map((request) => [request.path, request.headers, request.body.toString()]),
  );
  assert.ok(sent.length >= good.length);
  assert.doesNotMatch(JSON.stringify([sent, log.lines, log.summaries]), /canary/);
});
