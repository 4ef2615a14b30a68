// Faults 67 to 78: JSON bodies that lie, break off, nest, repeat or mislead. What is refused reaches no endpoint; what
// is forwarded is forwarded byte for byte.

import assert from "node:assert/strict";
import { test } from "node:test";
import { apiError, json } from "../../support/fakes/behaviours.ts";
import { type Answer, ask as askRaw, requestBytes, wireFor } from "../../support/wire.ts";
import { chat, type ErrorObject, errorOf, type World, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: {} }, routing: { model_overrides: { nick: ["one/m"] } } };
const PATH = "/v1/chat/completions";
const HEAD = `POST ${PATH} HTTP/1.1\r\nhost: a\r\n`;

/** Sends a body and expects it to be refused, without a call to the endpoint. */
async function refused(world: World<"one">, body: string | Buffer, status: number): Promise<ErrorObject> {
  const answer = await world.ask({ method: "POST", path: PATH, body });
  assert.equal(answer.status, status, `${body.toString("latin1").slice(0, 100)}: ${answer.text}`);
  assert.equal(world.fakes.one.requests.length, 0);
  return errorOf(answer);
}

/** Sends a body and gives what the endpoint received. */
async function forwarded(world: World<"one">, body: string | Buffer): Promise<Buffer> {
  assert.equal((await world.ask({ method: "POST", path: PATH, body })).status, 200);
  const request = world.fakes.one.requests.at(-1);
  assert.ok(request !== undefined);
  return request.body;
}

test("fault 67: a body over the limit is 413 that names the setting, declared or not", async (t) => {
  const world = await worldFor(t, { ...ONE, server: { max_body: "64KiB" } });
  const declared = await refused(world, `{"model":"m","a":"${"x".repeat(64 << 10)}"}`, 413);
  assert.equal(declared.code, "request_too_large");
  assert.match(declared.message, /server\.max_body/);
  // Nothing has to come for that, and no absurd length is believed.
  for (const length of ["65537", "18446744073709551615"]) {
    assert.equal((await askRaw(world.port, `${HEAD}content-length: ${length}\r\n\r\n`)).status, 413);
  }
  const wire = await wireFor(t, world.port);
  await wire.send(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
  for (let sent = 0; sent < 80; sent += 1) await wire.send(`400\r\n${"x".repeat(1024)}\r\n`);
  assert.equal((await wire.answer()).status, 413);
  assert.equal(world.fakes.one.requests.length, 0);
});

test("fault 67: a length that is too short is 400 for what it holds, and so is the rest", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const wire = await wireFor(t, port);
  await wire.send(`${HEAD}content-length: 12\r\n\r\n{"model":"m"}`);
  assert.equal(errorOf(await wire.answer()).code, "invalid_json");
  // A lone `}` begins no request.
  assert.equal(errorOf(await wire.answer()).code, "bad_request");
  await wire.closed();
  assert.equal(fakes.one.requests.length, 0);
});

test("fault 67: a length that is too long, and chunks without an end, are 408 and reach no endpoint", async (t) => {
  const { fakes, port } = await worldFor(t, { ...ONE, server: { timeouts: { body_idle: "50ms" } } });
  const bodies = [
    'content-length: 99\r\n\r\n{"model":"m"}',
    'transfer-encoding: chunked\r\n\r\nd\r\n{"model":"m"}\r\n',
  ];
  for (const body of bodies) {
    const answer = await askRaw(port, HEAD + body);
    assert.deepEqual([answer.status, errorOf(answer).code], [408, "request_timeout"]);
  }
  const wire = await wireFor(t, port);
  await wire.send(`${HEAD}content-length: 99\r\n\r\n{"model":"m"}`);
  wire.halfClose();
  await wire.closed();
  assert.equal(fakes.one.requests.length, 0);
});

const NO_JSON: readonly (string | Buffer)[] = [
  "",
  " \r\n",
  '{"model":"m"',
  '{"model":"m","a":"CANARY',
  '{"model":"m"} CANARY',
  '{"model":"m"}{"model":"m"}',
  '["CANARY"]',
  '"m"',
  '{"model":"m","a":NaN}',
  '{"model":"m","a":Infinity}',
  '{"model":"m"/* CANARY */}',
  '{"model":"m"} // CANARY',
  '{"model":"m",}',
  "{'model':'m'}",
  '{model:"m"}',
  '{"model":"m","a":01}',
  '{"model":"m","a":1.}',
  '{"model":"m","a":"\t"}',
  '{"model":"m","a":"\\x41"}',
  '{"model":"m","a":tru}',
  '\ufeff{"model":"m"}',
  Buffer.from('{"model":"m"}', "utf16le"),
  Buffer.from('\ufeff{"model":"m"}', "utf16le"),
];

test("fault 68: a body that is no JSON object is 400 with a position, and nothing of it is repeated", async (t) => {
  const world = await worldFor(t, ONE);
  for (const body of NO_JSON) {
    const error = await refused(world, body, 400);
    assert.deepEqual([error.code, error.type], ["invalid_json", "invalid_request_error"], String(body));
    assert.ok(!error.message.includes("CANARY"));
    if (body.length > 13 && !body.toString("latin1").includes("\u0000")) assert.match(error.message, /\d/);
  }
});

test("fault 69: bytes that are no UTF-8 in a prompt are forwarded as they are", async (t) => {
  const world = await worldFor(t, ONE);
  const bodyOf = (name: string): Buffer =>
    Buffer.from(`{"a":"\xff\xc3(\xed\xa0\x80","model":"${name}"}`, "latin1");
  for (const name of ["m", "nick"]) assert.deepEqual(await forwarded(world, bodyOf(name)), bodyOf("m"));
});

test("fault 69: bytes that are no UTF-8 in the name of the model are refused", async (t) => {
  const world = await worldFor(t, ONE);
  await refused(world, Buffer.from('{"model":"m\xff"}', "latin1"), 400);
});

test("fault 70: a hundred thousand levels are 400 before anything walks down, 200 are served", async (t) => {
  const world = await worldFor(t, ONE);
  const deep = (open: string, close: string, depth: number): string =>
    `{"model":"m","a":${open.repeat(depth)}1${close.repeat(depth)}}`;
  for (const depth of [201, 100_000, 1_000_000]) {
    assert.equal((await refused(world, deep("[", "]", depth), 400)).code, "json_too_deep");
    assert.equal((await refused(world, deep('{"a":', "}", depth), 400)).code, "json_too_deep");
    // Never closed: the depth is refused, not the missing end.
    assert.equal((await refused(world, `{"a":${"[".repeat(depth)}`, 400)).code, "json_too_deep");
  }
  const fitting = deep("[", "]", 199);
  assert.equal((await forwarded(world, fitting)).toString(), fitting);
});

test("fault 71: a model given twice, however it is spelt, is 400", async (t) => {
  const world = await worldFor(t, ONE);
  const bodies = [
    '{"model":"m","model":"other"}',
    '{"model":"m","model":"m"}',
    '{"model":"m","mod\\u0065l":"other"}',
    '{"model":"m","a":{"model":"x"},"model":null}',
  ];
  for (const body of bodies) {
    const error = await refused(world, body, 400);
    assert.deepEqual([error.code, error.param], ["duplicate_model", "model"], body);
  }
  const inQuery = await world.ask({ path: `${PATH}?model=other`, body: '{"model":"m"}' });
  assert.deepEqual([inQuery.status, errorOf(inQuery).code], [400, "duplicate_model"]);
  assert.equal(world.fakes.one.requests.length, 0);
});

test("fault 72: only the top level's model counts: escaped, after decoys, after 10 MB", async (t) => {
  const world = await worldFor(t, ONE);
  const bodies: readonly string[] = [
    '{"m\\u006fdel":"\\u006eick"}',
    '{"messages":[{"model":"other"}],"a":{"model":"x"},"model":"nick"}',
    '{"a":"\\"model\\":\\"other\\"","b":"}","model":"nick"}',
    '{"a":{"Model":"x"," model":"y"},"xmodel":"z","model":"nick","modelx":"w"}',
    `{"a":"${"\\\\".repeat(5 << 20)}","model":"nick"}`,
  ];
  for (const body of bodies) {
    const received = (await forwarded(world, body)).toString();
    assert.equal(received, body.replace(/"(?:nick|\\u006eick)"/, '"m"'));
  }
});

test("fault 73: a model that names nothing is 400 or 404, whatever it is", async (t) => {
  const world = await worldFor(t, ONE);
  const values: Readonly<Record<string, number>> = {
    null: 400,
    "1": 400,
    true: 400,
    '["m"]': 400,
    '{"id":"m"}': 400,
    '""': 400,
    '"a\\nb"': 400,
    '"a\\u0000"': 400,
    '"\\ud800"': 400,
    [`"${"x".repeat(1 << 20)}"`]: 400,
    '"__proto__"': 404,
    '"constructor"': 404,
    '"toString"': 404,
    '"../x"': 404,
    '"one/../../x"': 404,
    '"M"': 404,
  };
  for (const [value, status] of Object.entries(values)) {
    const error = await refused(world, `{"model":${value}}`, status);
    assert.equal(error.param, "model");
    assert.ok(error.message.length < 500);
  }
  assert.equal((await refused(world, "{}", 400)).code, "missing_model");
});

test("fault 74: keys called __proto__ and constructor change no prototype and are forwarded", async (t) => {
  const world = await worldFor(t, ONE);
  const text =
    '{"__proto__":{"model":"x","polluted":1},"constructor":{"prototype":{"polluted":1}},"model":"m"}';
  assert.equal((await forwarded(world, text)).toString(), text);
  assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  assert.equal((await refusedAfter(world, '{"__proto__":{"model":"m"}}')).status, 400);
});

/** Asks for something that must be refused although requests were forwarded before. */
async function refusedAfter(world: World<"one">, body: string): Promise<Answer> {
  const before = world.fakes.one.requests.length;
  const answer = await world.ask({ path: PATH, body });
  assert.equal(world.fakes.one.requests.length, before);
  return answer;
}

/** Sends an array of values before and after the model, under both of its names. */
async function untouched(world: World<"one">, values: readonly string[]): Promise<void> {
  for (const value of values) {
    const sent = (model: string): string =>
      `{"unknown":[${value}] ,"model" :\n"${model}","after": [ ${value}]}`;
    for (const name of ["m", "nick"])
      assert.equal((await forwarded(world, sent(name))).toString(), sent("m"));
  }
}

test("fault 75: lone surrogates, emoji, separators and NUL are forwarded byte for byte", async (t) => {
  const escaped = ["\\ud800", "\\udc00\\ud800", "\\u0000", "\\u2028", "\\/", "\\uD83D\\uDE00"];
  const raw = ["\u{1F600}", "\u2028\u2029", "\ufffe\uffff", "e\u0301", "\u007f"];
  await untouched(
    await worldFor(t, ONE),
    [...escaped, ...raw].map((text) => `"${text}"`),
  );
});

test("fault 76: numbers, white space, the order of keys and unknown fields are forwarded byte for byte", async (t) => {
  await untouched(await worldFor(t, ONE), [
    "9007199254740993,18446744073709551615,123456789012345678901234567890",
    "1.0,1e400,-0,1E+2,0.1e-7,-1.50",
    '{"b":1,"a":2,"10":3,"9":4,"b":5}',
    ' [ 1 ,\r\n\t2 ] ,{ } , [ ] ,"" ,null',
  ]);
});

test("fault 77: of a million keys that are integers no value is built; a million messages pass", async (t) => {
  // No table of prices is read meanwhile.
  const world = await worldFor(t, { endpoints: { one: { config: { price: "free" } } } });
  world.fakes.one.always(json(200, "{}"));
  const keys = Array.from({ length: 1e6 }, (_, index) => `"1${index}":0`).join();
  const parse = t.mock.method(JSON, "parse");
  assert.equal((await world.ask({ path: "/v1/embeddings", body: `{${keys},"model":"m"}` })).status, 200);
  // An object with such keys takes seconds to build and hundreds of megabytes.
  const longest = Math.max(0, ...parse.mock.calls.map((call) => String(call.arguments[0]).length));
  assert.ok(longest < 1_000, `${longest} characters were parsed`);
  parse.mock.restore();
  const messages = `{"messages":[${"{},".repeat(1e6)}{}],"model":"m"}`;
  assert.equal((await forwarded(world, messages)).length, messages.length);
});

test("fault 78: stream is a boolean; stream_options are the client's and the endpoint's business", async (t) => {
  const world = await worldFor(t, { ...ONE, usage: { ask_in_streams: false } });
  for (const value of ['"true"', "1", "0", "[]", "{}", '""']) {
    const error = await refused(world, `{"model":"m","stream":${value}}`, 400);
    assert.deepEqual([error.code, error.param], ["invalid_field", "stream"]);
  }
  const bare = '{"model":"m","messages":[],"stream":true}';
  assert.equal((await forwarded(world, bare)).toString(), bare);
  world.fakes.one.always(apiError(400, "unknown_parameter"));
  const answer = await world.ask(
    requestBytes(chat("m", { stream: true, stream_options: { include_usage: true } })),
  );
  assert.equal(answer.status, 400);
  assert.equal(world.fakes.one.requests.length, 2);
});
