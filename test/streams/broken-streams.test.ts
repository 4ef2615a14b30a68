// Answers that break off: a stream says so in an event and never says [DONE], any other answer is seen to be cut.
// A broken answer never looks whole.

import assert from "node:assert/strict";
import { test } from "node:test";
import { behaviour, json, stream } from "../support/fakes/behaviours.ts";
import type { Behaviour } from "../support/fakes/fake-connection.ts";
import { badChunks, cutAfter, raw, wrongLength } from "../support/faults.ts";
import { cutShort, requestBytes, sse, wireFor } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const CHUNK = 'data: {"choices":[{"delta":{"content":"[DONE] "}}]}\n\n';
const ONE = { endpoints: { one: {}, two: {} } };

/** How a chat stream of two events is broken after the first. */
const BROKEN: Readonly<Record<string, Behaviour>> = {
  "a reset": cutAfter(stream([CHUNK, CHUNK]), { of: "pieces", count: 1, how: "reset" }),
  "an end within chunked framing": cutAfter(stream([CHUNK, CHUNK]), { of: "pieces", count: 1, how: "fin" }),
  "an end within a chunk": cutAfter(stream([CHUNK, CHUNK]), {
    of: "body",
    count: CHUNK.length + 9,
    how: "fin",
  }),
  "the end of a body without framing": stream([CHUNK], { end: "close" }),
  "a clean end without an end marker": stream([CHUNK, CHUNK]),
  "a clean end within a line": stream([CHUNK, CHUNK.slice(0, 20)]),
  "a clean end within [DONE]": stream([CHUNK, "data: [DON"]),
  "a length that is too long": behaviour(async (exchange) => {
    await exchange.head(200, ["content-type", "text/event-stream", "content-length", "5000"]);
    await exchange.raw(CHUNK);
    exchange.fin();
  }),
  "a length without an end marker": stream([CHUNK], { end: "length" }),
  "a bad chunk size": badChunks("bad-size", CHUNK),
  "a missing line end after a chunk": badChunks("missing-crlf", CHUNK),
  "a zero chunk too early": badChunks("early-zero", CHUNK),
};

for (const [how, answer] of Object.entries(BROKEN)) {
  test(`a stream broken by ${how} ends with an error event, without [DONE]`, async (t) => {
    const { fakes, port, log } = await worldFor(t, ONE);
    fakes.one.always(answer);
    const wire = await wireFor(t, port);
    await wire.send(requestBytes(chat("m", { stream: true })));
    assert.equal((await wire.head()).header("transfer-encoding"), "chunked");
    const text = (await wire.body()).toString();
    assert.ok(text.startsWith(CHUNK), text);
    const found = sse(text);
    const error = JSON.parse(found.at(-1)?.data ?? "").error;
    assert.deepEqual(Object.keys(error).sort(), ["code", "message", "param", "type"]);
    assert.equal(error.code, "upstream_cut_off");
    assert.ok(!found.some((event) => event.data.startsWith("[DONE]")));
    const summary = await log.nextSummary();
    assert.deepEqual([summary.status, summary.error], [200, "upstream_cut_off"]);
    assert.equal(fakes.two.requests.length, 0);
    // The connection is in order: the next request on it is answered.
    fakes.one.behave();
    await wire.send(requestBytes(chat()));
    assert.equal((await wire.answer()).status, 200);
  });
}

test("each wire is told in its own words", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const first: Readonly<Record<string, string>> = {
    "/responses": 'event: response.created\ndata: {"type":"response.created"}\n\n',
    "/messages": 'event: message_start\ndata: {"type":"message_start","message":{"model":"m"}}\n\n',
    "/audio/speech": 'data: {"type":"speech.audio.delta"}\n\n',
  };
  const told: Record<string, unknown> = {};
  for (const [path, event] of Object.entries(first)) {
    fakes.one.always(stream([event]));
    fakes.two.always(stream([event]));
    const last = sse((await ask({ path, body: { model: "m", stream: true } })).text).at(-1);
    told[path] = [last?.event, JSON.parse(last?.data ?? "")];
  }
  const text = JSON.stringify(told);
  assert.match(text, /"\/responses":\["error",\{"type":"error","code":"upstream_cut_off","message":/);
  assert.match(text, /"\/messages":\["error",\{"type":"error","error":\{"type":"api_error","message":/);
  assert.match(text, /"\/audio\/speech":\[null,\{"error":\{"message":/);
});

/** Streams that are whole although one thing about them is unusual. */
const WHOLE: Readonly<Record<string, string>> = {
  "only a finish_reason": 'data: {"choices":[{"finish_reason":"stop"}]}\n\n',
  "[DONE] without its blank line": "data: [DONE]",
  "only an error of the endpoint's own": 'data: {"error":{"message":"overloaded"}}\n\n',
  "things after [DONE]": "data:[DONE]\r\n\r\n: bye\r\n",
};

test("a stream that is whole gets nothing added, however it ends", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  for (const [what, end] of Object.entries(WHOLE)) {
    for (const framing of ["chunked", "close", "length"] as const) {
      fakes.one.always(stream([CHUNK, end], { end: framing }));
      fakes.two.always(stream([CHUNK, end], { end: framing }));
      assert.equal((await ask(chat("m", { stream: true }))).text, CHUNK + end, what);
    }
  }
});

/** Plain answers that break off in their body. */
const CUT: Readonly<Record<string, Behaviour>> = {
  "a reset within its length": cutAfter(json(200, { a: "x".repeat(500) }), {
    of: "body",
    count: 99,
    how: "reset",
  }),
  "an end within its length": wrongLength('{"a":1', 500),
  "an end within chunked framing": cutAfter(
    stream(['{"a":', "1}"], { headers: { "content-type": "application/json" } }),
    { of: "pieces", count: 1, how: "fin" },
  ),
  "broken chunked framing": raw(
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n',
    "zz\r\n",
  ),
};

for (const [how, answer] of Object.entries(CUT)) {
  test(`a plain answer broken by ${how} is cut, so that no client takes it for whole`, async (t) => {
    for (const name of ["m", "nick"]) {
      const { fakes, port, log } = await worldFor(t, {
        ...ONE,
        routing: { model_overrides: { nick: ["one/m"] } },
      });
      fakes.one.always(answer);
      const wire = await wireFor(t, port);
      await wire.send(requestBytes(chat(name)));
      await cutShort(wire.answer());
      assert.equal((await log.nextSummary()).error, "upstream_cut_off");
      assert.equal(fakes.two.requests.length, 0);
    }
  });
}

test("a client of HTTP/1.0, to whom the end of the connection is the end of the body, sees a broken one", async (t) => {
  const { fakes, port } = await worldFor(t, ONE);
  const cut = stream(['{"a":', "1}"], { headers: { "content-type": "application/json" } });
  fakes.one.always(cutAfter(cut, { of: "pieces", count: 1, how: "reset" }));
  const wire = await wireFor(t, port);
  const request = requestBytes(chat()).toString().replace("HTTP/1.1", "HTTP/1.0");
  await wire.send(request);
  await wire.closed();
  assert.ok(wire.error !== undefined, "the connection ended in order");
});

test("silence in the middle of a stream ends it with an error event", async (t) => {
  const config = { timeouts: { idle: "50ms" } };
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config } } });
  fakes.one.always(stream([CHUNK], { end: "never" }));
  const answer = await ask(chat("m", { stream: true }));
  assert.equal(JSON.parse(sse(answer.text).at(-1)?.data ?? "").error.code, "upstream_idle_timeout");
  await fakes.one.requests[0]?.aborted;
});
