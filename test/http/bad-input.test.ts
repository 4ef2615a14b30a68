// Bodies that cannot be served: each is refused in OpenAI's envelope, nothing of it is forwarded, and the gateway
// serves on. Broken HTTP is in `bad-http.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { systemClock } from "../../src/core/clock.ts";
import { ask, openWire, type Wire, type WireRequest, wireFor } from "../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../support/world.ts";

const ONE = { endpoints: { one: {} } };
const PATH = "/v1/chat/completions";

/** Bodies that are no JSON object, and what is said of them. */
const NO_JSON: Readonly<Record<string, string | Buffer>> = {
  empty: "",
  "white space": " \r\n\t",
  truncated: '{"model":"m"',
  "truncated in a string": '{"model":"m","a":"CANARY',
  "trailing garbage": '{"model":"m"} x',
  "two documents": '{"model":"m"}{"model":"m"}',
  array: '[{"model":"m"}]',
  string: '"m"',
  number: "1",
  null: "null",
  NaN: '{"model":"m","a":NaN}',
  "a comment": '{"model":"m"/* */}',
  "single quotes": "{'model':'m'}",
  "a trailing comma": '{"model":"m",}',
  "a bare key": '{model:"m"}',
  "a leading zero": '{"model":"m","a":01}',
  "a plus": '{"model":"m","a":+1}',
  "a control character": '{"model":"m","a":"\n"}',
  "a bad escape": '{"model":"m","a":"\\x41"}',
  "a short escape": '{"model":"m","a":"\\u12"}',
  "a byte order mark": '\ufeff{"model":"m"}',
  "UTF-16": Buffer.from('{"model":"m"}', "utf16le"),
  "a NUL": '{"model":"m"}\u0000',
  "a form": "model=m&a=b",
};

/** Values of `model` that name none, as JSON, with the code. */
const NO_MODEL: readonly (readonly [string, string])[] = [
  ["null", "invalid_model"],
  ["1", "invalid_model"],
  ["true", "invalid_model"],
  ['["m"]', "invalid_model"],
  ['{"id":"m"}', "invalid_model"],
  ['""', "invalid_model"],
  ['"a\\nb"', "invalid_model"],
  ['"a\\u0000"', "invalid_model"],
  ['"\\ud800"', "invalid_model"],
  [`"${"x".repeat(1 << 20)}"`, "invalid_model"],
  [`"${"\\u006d".repeat(600)}"`, "invalid_model"],
  ['"__proto__"', "model_not_found"],
  ['"constructor"', "model_not_found"],
  ['"../x"', "model_not_found"],
  ['"M"', "model_not_found"],
  ['" m"', "model_not_found"],
  ['"one/"', "model_not_found"],
  ['"<script>"', "model_not_found"],
];

test("a body that is no JSON object is 400 with the place, without its content", async (t) => {
  const world = await worldFor(t, ONE);
  for (const [what, body] of Object.entries(NO_JSON)) {
    const error = await refusal(world, { path: PATH, body }, 400);
    assert.equal(error.code, "invalid_json", what);
    assert.ok(!error.message.includes("CANARY"));
  }
  await servesOn(world);
});

test("a model that names none is 400 or 404, and says so of `model`", async (t) => {
  const world = await worldFor(t, ONE);
  for (const [value, code] of NO_MODEL) {
    const body = `{"messages":[],"model":${value}}`;
    const error = await refusal(world, { path: PATH, body }, code === "invalid_model" ? 400 : 404);
    assert.deepEqual([error.code, error.param], [code, "model"], value.slice(0, 40));
    assert.ok(error.message.length < 400);
  }
  await servesOn(world);
});

test("a model that is missing, or there twice however it is spelt, is 400", async (t) => {
  const world = await worldFor(t, ONE);
  const bodies: Readonly<Record<string, string>> = {
    '{"messages":[{"model":"m"}]}': "missing_model",
    '{"Models":"m","a model":"m"}': "missing_model",
    '{"Model":"m"}': "ambiguous_model",
    '{"model":"m","model":"m"}': "duplicate_model",
    '{"model":"m","m\\u006fdel":"n"}': "duplicate_model",
    '{"model":null,"model":"m"}': "duplicate_model",
  };
  for (const [body, code] of Object.entries(bodies)) {
    const error = await refusal(world, { path: PATH, body }, 400);
    assert.deepEqual([error.code, error.param], [code, "model"], body);
  }
  const inQuery = await refusal(world, { path: `${PATH}?model=n`, body: '{"model":"m"}' }, 400);
  assert.equal(inQuery.code, "duplicate_model");
  assert.equal(
    (await refusal(world, { path: `${PATH}?model=m&model=n`, body: "{}" }, 400)).code,
    "duplicate_model",
  );
  await servesOn(world);
});

test("`stream` is a boolean", async (t) => {
  const world = await worldFor(t, ONE);
  for (const value of ['"true"', "1", "[]", "{}"]) {
    const error = await refusal(world, { path: PATH, body: `{"model":"m","stream":${value}}` }, 400);
    assert.deepEqual([error.code, error.param], ["invalid_field", "stream"]);
  }
  await servesOn(world);
});

test("a body that is too deep is refused before anything walks down into it", async (t) => {
  const world = await worldFor(t, ONE);
  for (const depth of [201, 100_000, 3_000_000]) {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ]) {
      const body = `{"model":"m","a":${open?.repeat(depth)}1${close?.repeat(depth)}}`;
      assert.equal((await refusal(world, { path: PATH, body }, 400)).code, "json_too_deep");
    }
  }
  await servesOn(world);
});

test("a body of a million keys or messages is served", async (t) => {
  const world = await worldFor(t, ONE);
  const keys = Array.from({ length: 1e6 }, (_, index) => `"${index * 7}":0`).join();
  const messages = `[${"{},".repeat(1e6)}{}]`;
  for (const body of [`{${keys},"model":"m"}`, `{"messages":${messages},"model":"m"}`]) {
    assert.equal((await world.ask({ path: "/v1/embeddings", body })).status, 200);
  }
});

const FORM = { "content-type": "multipart/form-data; boundary=b" };
const PART = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n';

test("a broken form is 400 that says how", async (t) => {
  const world = await worldFor(t, ONE);
  const type = (value: string): Readonly<Record<string, string>> => ({ "content-type": value });
  const forms: readonly (readonly [Readonly<Record<string, string>>, string, string])[] = [
    [type("multipart/form-data"), `${PART}--b--`, "invalid_multipart"],
    [type(`multipart/form-data; boundary=${"b".repeat(100_0)}`), `${PART}--b--`, "invalid_multipart"],
    [type("multipart/form-data; boundary=other"), `${PART}--b--`, "invalid_multipart"],
    [FORM, "", "invalid_multipart"],
    [FORM, PART, "invalid_multipart"],
    [FORM, "--b\r\nno header end", "invalid_multipart"],
    [FORM, `${PART.replace("\r\n\r\nm", "\r\n\r\n")}--b--`, "invalid_model"],
    [FORM, `${PART}${PART}--b--`, "duplicate_model"],
    [
      FORM,
      `${'--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(1001)}${PART}--b--`,
      "invalid_multipart",
    ],
    [FORM, `${PART.replace("name=", "filename=x; name=")}--b--`, "ambiguous_model"],
    [FORM, '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n{"model":"m"}\r\n--b--', "missing_model"],
  ];
  for (const [headers, body, code] of forms) {
    const error = await refusal(world, { path: "/v1/audio/transcriptions", headers, body }, 400);
    assert.equal(error.code, code, body.slice(0, 80));
  }
  await servesOn(world);
});

test("a body in a coding that nobody knows, or in several, is 415; one that is not in its coding is 400", async (t) => {
  const world = await worldFor(t, ONE);
  const body = gzipSync('{"model":"m"}');
  for (const encoding of ["gzip, gzip", "identity, gzip", "compress", "x"]) {
    const headers = { "content-encoding": encoding };
    const error = await refusal(world, { path: PATH, headers, body }, 415);
    assert.equal(error.code, "unsupported_content_encoding");
  }
  for (const encoding of ["br", "zstd", "deflate"]) {
    const headers = { "content-encoding": encoding };
    const error = await refusal(world, { path: PATH, headers, body }, 400);
    assert.equal(error.code, "invalid_content_encoding");
  }
  const headers = { "content-encoding": "identity" };
  assert.equal((await world.ask({ ...chat(), headers })).status, 200);
});

test("a body over the limit is 413 that names the setting and can be read by who is still sending", async (t) => {
  const world = await worldFor(t, { ...ONE, server: { max_body: "1MiB" } });
  const body = Buffer.from(`{"model":"m","a":"${"x".repeat(20 << 20)}"}`);
  const declared = await refusal(world, { path: PATH, body }, 413);
  assert.equal(declared.code, "request_too_large");
  assert.match(declared.message, /server\.max_body/);
  const wire = await openWire(world.port);
  await wire.send(`POST ${PATH} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n`);
  await wire.send(`${body.length.toString(16)}\r\n`);
  await wire.send(body);
  const chunked = await wire.answer();
  assert.deepEqual([chunked.status, errorOf(chunked).code], [413, "request_too_large"]);
  wire.close();
  // Nothing of the body needs to come for a length that is declared, and none that is absurd is believed.
  for (const length of ["1048577", "9007199254740993", "18446744073709551615"]) {
    const head = `POST ${PATH} HTTP/1.1\r\nhost: a\r\ncontent-length: ${length}\r\n\r\n`;
    const answer = await ask(world.port, head);
    assert.equal(answer.status, 413, length);
    errorOf(answer);
  }
  assert.equal(world.fakes.one.requests.length, 0);
  const fitting = `{"model":"m","a":"${"x".repeat((1 << 20) - 20)}"}`;
  assert.equal(fitting.length, 1 << 20);
  assert.equal((await world.ask({ path: PATH, body: fitting })).status, 200);
});

test("a body that stops coming is 408, and its connection is not waited for without end", async (t) => {
  const timeouts = { body_idle: "150ms", body_rate: "off" };
  const world = await worldFor(t, { ...ONE, server: { timeouts } });
  const heads = ["content-length: 100", "transfer-encoding: chunked"];
  const refused: Wire[] = [];
  for (const head of heads) {
    const wire = await openWire(world.port);
    await wire.send(`POST ${PATH} HTTP/1.1\r\nhost: a\r\n${head}\r\n\r\n`);
    const answer = await wire.answer();
    assert.deepEqual([answer.status, errorOf(answer).code], [408, "request_timeout"]);
    refused.push(wire);
  }
  assert.equal(world.fakes.one.requests.length, 0);
  await Promise.all(refused.map((one) => one.closed()));
});

test("a body that comes slowly is served where it may, however long all of it takes", async (t) => {
  const timeouts = { body_idle: "150ms", body_rate: "off" };
  const world = await worldFor(t, { ...ONE, server: { timeouts } });
  const wire = await wireFor(t, world.port);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  // Bodies go by the system's clock, whatever the gateway was given.
  let nowMs = systemClock.nowMs();
  t.mock.method(systemClock, "nowMs", () => nowMs);
  await wire.send(`POST ${PATH} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n`);
  for (const byte of '{"model":"m"}') {
    await wire.send(`1\r\n${byte}\r\n`);
    // Served in between: the byte has been read.
    assert.equal((await world.ask({ path: "/v1/models" })).status, 200);
    nowMs += 100;
    t.mock.timers.tick(100);
  }
  await wire.send("0\r\n\r\n");
  assert.equal((await wire.answer()).status, 200);
});

test("fields and headers that name another host change nothing", async (t) => {
  const world = await worldFor(t, ONE);
  const fields = {
    api_base: "http://169.254.169.254",
    base_url: "http://x",
    api_key: "k",
    endpoint: "http://y",
  };
  const headers = { "x-portkey-custom-host": "http://z", "x-forwarded-host": "z" };
  assert.equal((await world.ask({ ...chat("m", fields), headers })).status, 200);
  assert.equal(world.fakes.one.requests.length, 1);
});

async function refusal(world: World<"one">, request: WireRequest, status: number) {
  const answer = await world.ask({ method: "POST", ...request });
  const error = errorOf(answer);
  assert.equal(answer.status, status, `${JSON.stringify(request).slice(0, 200)}: ${answer.text}`);
  assert.equal(error.type, "invalid_request_error");
  assert.ok(answer.header("x-request-id"));
  assert.equal(world.fakes.one.requests.length, 0);
  return error;
}

async function servesOn(world: World<"one">): Promise<void> {
  assert.equal((await world.ask(chat())).status, 200);
}
