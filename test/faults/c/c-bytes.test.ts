// Faults 38 to 42, 44, 48 to 50: what an endpoint may send in the body of an answer, however odd, reaches the client
// as it is and when it comes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Gate } from "../../support/condition.ts";
import { body, json, stream } from "../../support/fakes/behaviours.ts";
import { requestBytes, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: {} }, routing: { model_overrides: { nick: ["one/m"] } } };
const STREAM = chat("m", { stream: true });
/** Wants to know what it uses: where the gateway has to ask for that, an event near the end waits until it is whole. */
const ASKING = chat("m", { stream: true, stream_options: { include_usage: true } });
const FINISH = 'data: {"model":"m","choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';
const DONE = "data: [DONE]\n\n";

/** Characters of two to four bytes, CRLF, a comment, a name to rename, and both ends. */
const MIXED = `: é\r\n\r\ndata: {"model":"m","c":"\u{1F600}中"}\r\n\r\n${FINISH}${DONE}`;

test("fault 38: a stream cut at any offset comes out with the same bytes, each half at once", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const wire = await wireFor(t, port);
  const whole = Buffer.from(MIXED);
  for (let at = 1; at < whole.length; at += 1) {
    const gate = new Gate();
    fakes.one.script([stream([whole.subarray(0, at), whole.subarray(at)], { gate })]);
    await wire.send(requestBytes(ASKING));
    await wire.head();
    gate.open();
    const first = await wire.piece();
    assert.deepEqual(first, whole.subarray(0, at), `cut at ${at}`);
    gate.open(2);
    assert.deepEqual(await wire.body(), whole.subarray(at), `cut at ${at}`);
  }
});

test("fault 38: a renamed stream cut at any offset, or into bytes, has the same bytes but for the name", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const whole = Buffer.from(MIXED);
  const expected = MIXED.replaceAll('"model":"m"', '"model":"nick"');
  for (let at = 1; at < whole.length; at += 1) {
    fakes.one.always(stream([whole.subarray(0, at), whole.subarray(at)]));
    assert.equal((await ask(chat("nick", { stream: true }))).text, expected, `cut at ${at}`);
  }
  fakes.one.always(stream([...whole].map((byte) => Buffer.from([byte]))));
  assert.equal((await ask(chat("nick", { stream: true }))).text, expected);
});

test("fault 39: a thousand events in one segment come out as they are", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const many = `${'data: {"choices":[{"delta":{"content":"x"}}]}\n\n'.repeat(1000)}${FINISH}${DONE}`;
  fakes.one.always(stream([many]));
  assert.equal((await ask(STREAM)).text, many);
});

test("fault 39: the first part of an event of a megabyte does not wait for its end", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const gate = new Gate();
  const first = `data: {"a":"${"x".repeat(1 << 20)}`;
  fakes.one.always(stream([first, `"}\n\n${DONE}`], { gate }));
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(STREAM));
  await wire.head();
  gate.open();
  let received = 0;
  while (received < first.length) received += (await wire.piece())?.length ?? 0;
  assert.equal(received, first.length);
  gate.open(2);
  assert.equal((await wire.body()).toString(), `"}\n\n${DONE}`);
});

/** Lawful spellings of a stream (WHATWG HTML §9.2), each with its end. */
const SPELLINGS: Readonly<Record<string, string>> = {
  LF: `data: {"model":"m"}\n\n${DONE}`,
  CRLF: 'data: {"model":"m"}\r\n\r\ndata: [DONE]\r\n\r\n',
  CR: 'data: {"model":"m"}\r\rdata: [DONE]\r\r',
  mixed: 'data: {"model":"m"}\r\n\ndata: [DONE]\n\r\n',
  "no space": 'data:{"model":"m"}\n\ndata:[DONE]\n\n',
  "a byte order mark": `\ufeffdata: {"model":"m"}\n\n${DONE}`,
  "id, event and retry": `id: 7\nevent: chunk\nretry: 10\ndata: {"model":"m"}\n\nid\n${DONE}`,
  "an unknown field": `x-field: 1\ndata: {"model":"m"}\n\n${DONE}`,
};

test("fault 40: every lawful spelling of a stream comes out as it is, and its end is understood", async (t) => {
  const { ask, fakes, log } = await worldFor(t, ONE);
  const spellings = { ...SPELLINGS, "many lines": `data: {\ndata: "model":"m"\ndata: }\n\n${DONE}` };
  for (const [what, text] of Object.entries(spellings)) {
    fakes.one.always(stream([text]));
    assert.equal((await ask(STREAM)).text, text, what);
    assert.equal((await log.nextSummary()).error, undefined, what);
  }
});

test("fault 40: in every spelling the client's name of the model is shown", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  for (const [what, text] of Object.entries(SPELLINGS)) {
    fakes.one.always(stream([text]));
    const answer = await ask(chat("nick", { stream: true }));
    assert.equal(answer.text, text.replaceAll('"m"', '"nick"'), what);
  }
});

test("fault 41: comments stay comments, whatever is in them", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const comments = [
    ": ping\n",
    ":\n",
    ": ping\n\n",
    ': data: {"model":"m"}\n\n',
    ": OPENROUTER PROCESSING\n\n",
  ];
  for (const name of ["m", "nick"]) {
    for (const comment of comments) {
      fakes.one.always(stream([comment, comment, DONE]));
      assert.equal((await ask(chat(name, { stream: true }))).text, comment + comment + DONE);
    }
  }
});

test("fault 42: an event that is no JSON is passed on", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const odd = 'data: {"model":"m",\n\ndata: oops\n\ndata: {"a":NaN}\n\ndata: \n\ndata\n\n';
  fakes.one.always(stream([odd, FINISH, DONE]));
  assert.equal((await ask(STREAM)).text, odd + FINISH + DONE);
  const renamed = await ask(chat("nick", { stream: true }));
  assert.ok(renamed.text.includes("data: oops\n\n"));
  assert.ok(renamed.text.endsWith(FINISH.replace('"m"', '"nick"') + DONE), renamed.text);
});

test("fault 44: usage of any kind is passed on as it is: nothing is added up, nothing put right", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const usages = [
    "null",
    "{}",
    '{"total_tokens":-1}',
    '{"total_tokens":1.5}',
    '{"total_tokens":1e400}',
    '"7"',
  ];
  for (const usage of usages) {
    const events = `data: {"choices":[],"usage":${usage}}\n\n`.repeat(3) + DONE;
    fakes.one.always(stream([events]));
    assert.equal((await ask(ASKING)).text, events);
    const plain = `{"choices":[],"usage":${usage}}`;
    fakes.one.always(json(200, plain));
    assert.equal((await ask(chat())).text, plain);
  }
});

test("fault 48: identity is asked for where the answer is looked into, else what the client accepts", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const headers = { "accept-encoding": "gzip, br" };
  for (const request of [STREAM, chat("nick"), chat("nick", { stream: true })])
    await ask({ ...request, headers });
  for (const request of fakes.one.requests) assert.equal(request.header("accept-encoding"), "identity");
  // What a chat has used is read from its answer, and nothing from what is not counted.
  await ask({ ...chat(), headers });
  assert.equal(fakes.one.requests.at(-1)?.header("accept-encoding"), "identity");
  const uncounted = { path: "/v1/moderations", body: { model: "m", input: "x" } };
  await ask({ ...uncounted, headers });
  assert.equal(fakes.one.requests.at(-1)?.header("accept-encoding"), "gzip, br");
  await ask(uncounted);
  assert.match(fakes.one.requests.at(-1)?.header("accept-encoding") ?? "identity", /^identity$/);
});

test("fault 48: compression of any kind, bombs included, is passed on untouched", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const text = '{"model":"m"}';
  const codings: Readonly<Record<string, Buffer>> = {
    gzip: gzipSync(text),
    br: brotliCompressSync(text),
    "x-own": Buffer.from([0, 1, 2, 255]),
    [Array(1000).fill("gzip").join(", ")]: gzipSync(text),
    // 64 MiB of zeros: 64 KiB on the wire.
    "gzip ": gzipSync(Buffer.alloc(64 << 20)),
  };
  for (const name of ["m", "nick"]) {
    for (const [coding, bytes] of Object.entries(codings)) {
      for (const type of ["application/json", "text/event-stream"]) {
        const headers = { "content-type": type, "content-encoding": coding.trim() };
        fakes.one.always(body(200, bytes, headers));
        const answer = await ask(chat(name, { stream: type !== "application/json" }));
        assert.equal(answer.header("content-encoding"), coding.trim());
        assert.deepEqual(answer.body, bytes);
      }
    }
  }
});

test("fault 49: bytes that are no UTF-8 are untouched, in streams and plain answers", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const latin = Buffer.from('{"model":"m","a":"caf\xe9 \xff\xfe\xc3"}', "latin1");
  const events = Buffer.concat([Buffer.from("data: "), latin, Buffer.from(`\n\n${DONE}`)]);
  for (const charset of ["", "; charset=iso-8859-1", "; charset=utf-16"]) {
    fakes.one.always(body(200, latin, { "content-type": `application/json${charset}` }));
    assert.deepEqual((await ask(chat())).body, latin);
    const renamed = latin.toString("latin1").replace('"m"', '"nick"');
    assert.equal((await ask(chat("nick"))).body.toString("latin1"), renamed);
    fakes.one.always(stream([events], { headers: { "content-type": `text/event-stream${charset}` } }));
    assert.deepEqual((await ask(STREAM)).body, events);
  }
});

test("fault 50: the arguments of a tool call in 500 deltas come out byte for byte", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const pieces = Array.from({ length: 500 }, (_, index) => {
    const call = { index: 0, function: { arguments: `{"a":"\\u${index.toString(16).padStart(4, "0")}` } };
    return `data: {"model":"m","choices":[{"delta":{"tool_calls":[${JSON.stringify(call)}]}}]}\n\n`;
  });
  fakes.one.always(stream([...pieces, FINISH, DONE]));
  const text = pieces.join("") + FINISH + DONE;
  assert.equal((await ask(STREAM)).text, text);
  const renamed = await ask(chat("nick", { stream: true }));
  assert.equal(renamed.text, text.replaceAll('"model":"m"', '"model":"nick"'));
});
