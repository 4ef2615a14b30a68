// What is asked and answered, kept for keys that ask for it: bounded, without credentials, told of one request alone.

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runCli, startCli } from "../support/cli.ts";
import { body, json, stream } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const CLIENT_KEY = "client-key-of-the-file-0123456789";
const ENDPOINT_KEY = "endpoint-key-0123456789abcdef";
const ADMIN_TOKEN = "admin-token-0123456789";
const ADMIN = { authorization: `Bearer ${ADMIN_TOKEN}` };
const OTHER_KEY = "another-client-key-0123456789";

async function running(t: TestContext, bodies = "max_size: 1KiB") {
  const fake = await fakeFor(t, { models: ["m"] });
  const config = `server:
  port: 0
  api_keys:
    - {name: told, key: ${CLIENT_KEY}, log_bodies: true}
    - {name: quiet, key: ${OTHER_KEY}}
store: {bodies: {${bodies}}}
endpoints:
  - {name: a, base_url: "${fake.url}", api_key: ${ENDPOINT_KEY}}
`;
  const gateway = await startCli(t, [], {
    files: { "config.yaml": config },
    env: { OAI_GATEWAY_ADMIN_TOKEN: ADMIN_TOKEN },
  });
  const port = await gateway.port();
  await gateway.ready();
  const at = [
    "--config",
    join(gateway.folder, "config.yaml"),
    "--data-dir",
    join(gateway.folder, "xdg-data", "oai-gateway"),
  ];
  const run = (...args: readonly string[]) => runCli(t, [...args, ...at]);
  const send = (key: string, more: Record<string, unknown> = {}) =>
    ask(port, { ...chat("m", more), headers: { authorization: `Bearer ${key}` } });
  const bodiesOf = async (requestId: string) => {
    // Whoever reads what was written before has it flushed.
    const told = await ask(port, { path: `/admin/v1/requests/${requestId}`, headers: ADMIN });
    return Object(told.json()).bodies;
  };
  return { fake, port, run, send, bodiesOf };
}

test("what a key asks and gets is kept without credentials, and told of one request alone", async (t) => {
  const { fake, run, send, bodiesOf } = await running(t);
  const said = `{"choices":[{"message":{"content":"your key is ${ENDPOINT_KEY}"}}],"usage":{}}`;
  fake.always(json(200, said));
  const user = `${CLIENT_KEY} and sk-proj-0123456789abcdefghij and Bearer abcdefgh12345678`;
  const told = await send(CLIENT_KEY, { user, api_key: "hidden by its name" });
  await send(OTHER_KEY, { user: "never kept" });
  const id = String(told.header("x-request-id"));
  const { asked, answered } = await bodiesOf(id);
  assert.deepEqual([asked.type, asked.is_cut], ["application/json", false]);
  assert.match(asked.text, /"user":"\*\*\* and \*\*\* and Bearer \*\*\*"/);
  assert.match(asked.text, /"api_key":"\*\*\*"/);
  assert.deepEqual([answered.bytes, answered.is_cut], [told.body.length, false]);
  assert.match(answered.text, /your key is \*\*\*/);
  const list = (await run("logs", "--json")).stdout;
  assert.ok(JSON.parse(list).data.every((one: { bodies: unknown }) => one.bodies === null));
  const quiet = JSON.parse(list).data.find((one: { key: string }) => one.key === "quiet");
  assert.equal(await bodiesOf(quiet.id), null);
});

test("a stream is kept as the client got it, up to the bound; places and patterns are left out", async (t) => {
  const { fake, send, bodiesOf } = await running(
    t,
    'max_size: 1KiB, hide: ["messages.*.content"], hide_patterns: ["[0-9]{4}"]',
  );
  const event = `data: {"choices":[{"index":0,"delta":{"content":"pin 1234 ${"x".repeat(200)}"}}]}\n\n`;
  fake.always(stream([...Array.from({ length: 10 }, () => event), "data: [DONE]\n\n"]));
  const told = await send(CLIENT_KEY, { stream: true });
  const { asked, answered } = await bodiesOf(String(told.header("x-request-id")));
  assert.match(asked.text, /"content":"\*\*\*"/);
  assert.deepEqual([answered.type, answered.is_cut], ["text/event-stream", true]);
  assert.equal(answered.bytes, told.body.length);
  assert.ok(answered.text.startsWith('data: {"choices":[{"index":0,"delta":{"content":"pin *** xxx'));
  assert.ok(answered.text.length <= 1_024);
});

test("errors are kept too, and what is no text by its type and size alone", async (t) => {
  const { fake, send, port, bodiesOf } = await running(t);
  fake.always(body(200, Buffer.from([0xff, 0xfb, 1, 2]), { "content-type": "audio/mpeg" }));
  const speech = await ask(port, {
    ...chat("m", { input: "x", voice: "y" }),
    path: "/v1/audio/speech",
    headers: { authorization: `Bearer ${CLIENT_KEY}` },
  });
  assert.equal(speech.status, 200);
  const { answered } = await bodiesOf(String(speech.header("x-request-id")));
  assert.deepEqual(answered, { type: "audio/mpeg", bytes: 4, text: null, is_cut: true });
  const refused = await send(CLIENT_KEY, { model: "nobody-has-it" });
  assert.equal(refused.status, 404);
  const error = await bodiesOf(String(refused.header("x-request-id")));
  assert.match(error.asked.text, /nobody-has-it/);
  assert.match(error.answered.text, /model_not_found/);
});

test("keys of the store are told by the command, and off is off for all", async (t) => {
  const { send, run, bodiesOf } = await running(t, 'max_size: "off"');
  const off = await send(CLIENT_KEY);
  assert.equal(await bodiesOf(String(off.header("x-request-id"))), null);
  const made = JSON.parse((await run("keys", "create", "--name", "made", "--log-bodies", "--json")).stdout);
  assert.equal(made.log_bodies, true);
  const changed = await run("keys", "update", "made", "--no-log-bodies", "--rpm", "5", "--json");
  assert.equal(changed.code, 0, changed.stderr);
  const { log_bodies: logBodies, limits } = JSON.parse(changed.stdout);
  assert.deepEqual([logBodies, limits.requests.minute], [false, 5]);
  assert.equal((await run("keys", "update", "made")).code, 2);
});

test("a credential that stands across the bound is not kept in part", async (t) => {
  const { send, bodiesOf } = await running(t);
  for (const length of [800, 900, 950, 990]) {
    const told = await send(CLIENT_KEY, { user: `${"x".repeat(length)}${CLIENT_KEY}${"y".repeat(2_000)}` });
    const { asked } = await bodiesOf(String(told.header("x-request-id")));
    assert.equal(asked.is_cut, true);
    assert.ok(!asked.text.includes(CLIENT_KEY.slice(0, 6)), asked.text.slice(-60));
  }
});
