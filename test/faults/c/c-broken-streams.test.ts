// Faults 32 to 36, 43, 45 to 47: streams that break, end too early, go silent or do not end. A client is never told
// that a broken answer is whole.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../../support/condition.ts";
import { behaviour, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { badChunks, type ChunkFault, cutAfter, raw, wrongLength } from "../../support/faults.ts";
import { heldAnswer } from "../../support/held-answer.ts";
import { type Answer, cutShort, requestBytes, sse, wireFor } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const TWO = { endpoints: { one: {}, two: {} } };
const WORD = 'data: {"choices":[{"delta":{"content":"[DONE]"}}]}\n\n';
const FINISH = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';
const DONE = "data: [DONE]\n\n";
const STREAM = chat("m", { stream: true });
const GOOD = json(200, '{"good":true}');

/** The error of the last event; the stream must begin with what the endpoint sent and hold no `[DONE]` event. */
function brokenEnd(answer: Answer, sent: string): Record<string, unknown> {
  assert.ok(answer.text.startsWith(sent), answer.text);
  const found = sse(answer.text);
  assert.ok(!found.some((event) => event.data.startsWith("[DONE]")), answer.text);
  const { error } = JSON.parse(found.at(-1)?.data ?? "");
  assert.equal(typeof error?.message, "string", answer.text);
  return error;
}

test("fault 32: a reset in the middle of a stream gives an error event and a clean end, no second try", async (t) => {
  const { ask, fakes, log } = await worldFor(t, TWO);
  for (const how of ["reset", "fin"] as const) {
    fakes.one.always(cutAfter(stream([WORD, WORD, FINISH]), { of: "pieces", count: 2, how }));
    fakes.two.always(cutAfter(stream([WORD, WORD, FINISH]), { of: "pieces", count: 2, how }));
    const answer = await ask(STREAM);
    assert.equal(brokenEnd(answer, WORD + WORD)["code"], "upstream_cut_off");
    assert.equal(answer.header("x-oai-gateway-attempts"), "1");
    assert.equal((await log.nextSummary()).error, "upstream_cut_off");
  }
  assert.equal(fakes.one.requests.length + fakes.two.requests.length, 2);
});

test("fault 33: an orderly end without an end marker is told as broken; [DONE] is not invented", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const end of ["chunked", "close", "length"] as const) {
    fakes.one.always(stream([WORD, WORD], { end }));
    assert.equal(brokenEnd(await ask(STREAM), WORD + WORD)["code"], "upstream_cut_off");
  }
});

test("fault 34: a stream that ends with a finish_reason and no [DONE] is whole, and gets nothing added", async (t) => {
  const { ask, fakes, log } = await worldFor(t, { endpoints: { one: {} } });
  for (const end of ["chunked", "close", "length"] as const) {
    fakes.one.always(stream([WORD, FINISH], { end }));
    assert.equal((await ask(STREAM)).text, WORD + FINISH);
    assert.equal((await log.nextSummary()).error, undefined);
  }
});

test("fault 35: silence after the first event gives an error event, and the endpoint is let go", async (t) => {
  const config = { timeouts: { idle: "60ms" } };
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config } } });
  fakes.one.always(stream([WORD], { end: "never" }));
  assert.equal(brokenEnd(await ask(STREAM), WORD)["code"], "upstream_idle_timeout");
  const request = await fakes.one.waitForRequest();
  await request.aborted;
});

test("fault 35: a plain answer that goes silent in its middle is cut, so that it does not look whole", async (t) => {
  const config = { timeouts: { idle: "60ms" } };
  const { fakes, port, log } = await worldFor(t, { endpoints: { one: { config } } });
  const headers = { "content-type": "application/json" };
  fakes.one.always(stream(['{"a":'], { end: "never", headers }));
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat()));
  await cutShort(wire.answer());
  assert.equal((await log.nextSummary()).error, "upstream_idle_timeout");
});

test("fault 36: a head without a first event fails over where the head is held back", async (t) => {
  const config = { timeouts: { first_event: "60ms" } };
  const { ask, fakes } = await worldFor(t, {
    endpoints: { one: { config }, two: { config } },
    streams: { hold_first_event: true },
  });
  fakes.one.always(stream([], { end: "never" }));
  fakes.two.always(stream([WORD, FINISH, DONE]));
  const answer = await ask(STREAM);
  assert.equal(answer.text, WORD + FINISH + DONE);
  assert.equal(answer.header("x-oai-gateway-endpoint"), "two");
  const request = await fakes.one.waitForRequest();
  await request.aborted;
});

test("fault 36: a head that was passed on and no first event end in an error event", async (t) => {
  // Where another endpoint could serve the head waits for 250 ms; the limit here is longer.
  for (const names of [["one"], ["one", "two"]]) {
    const config = { timeouts: { first_event: "400ms" } };
    const endpoints: Record<string, object> = Object.fromEntries(names.map((name) => [name, { config }]));
    const { ask, fakes } = await worldFor(t, { endpoints });
    fakes["one"]?.always(stream([], { end: "never" }));
    brokenEnd(await ask(STREAM), "");
    assert.equal(fakes["two"]?.requests.length ?? 0, 0);
  }
});

test("fault 43: an error as an event in the middle is passed on, and nothing is added", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const error = 'data: {"error":{"message":"overloaded","type":"server_error","code":null}}\n\n';
  for (const rest of ["", DONE]) {
    fakes.one.always(stream([WORD, error + rest]));
    assert.equal((await ask(STREAM)).text, WORD + error + rest);
  }
});

test("fault 43: an error in the middle of a stream counts against the endpoint", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...TWO, health: { consecutive_failures: 1 } });
  fakes.one.always(stream([WORD, 'data: {"error":{"message":"overloaded"}}\n\n']));
  fakes.two.always(stream([WORD, FINISH, DONE]));
  await ask(STREAM);
  assert.equal(fakes.one.requests.length, 1);
  for (let time = 0; time < 4; time += 1) await ask(STREAM);
  assert.deepEqual([fakes.one.requests.length, fakes.two.requests.length], [1, 4]);
});

test("fault 45: [DONE] ends the stream for the client although the connection stays open", async (t) => {
  const { fakes, port } = await worldFor(t, { endpoints: { one: {} } });
  const { wire, exchange } = await heldAnswer(t, port, fakes.one, STREAM);
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await exchange.piece(WORD + DONE);
  assert.equal((await wire.answer()).text, WORD + DONE);
  await exchange.request.aborted;
});

test("fault 45: events after [DONE] do not keep the stream open", async (t) => {
  const { fakes, port } = await worldFor(t, { endpoints: { one: {} } });
  const gate = new Gate();
  gate.open(2);
  // More than a thousand events, each when it can be written: only a close ends them.
  const late = behaviour(async (exchange) => {
    await exchange.head(200, ["content-type", "text/event-stream"]);
    await exchange.piece(WORD);
    await exchange.piece(DONE);
    await gate.pass();
    while (!exchange.isClosed) {
      await exchange.piece(WORD);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  fakes.one.script([late]);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(STREAM));
  const text = (await wire.answer()).text;
  assert.ok(text.startsWith(WORD + DONE), text);
  const request = await fakes.one.waitForRequest();
  await request.aborted;
});

const CHUNK_FAULTS: readonly ChunkFault[] = ["bad-size", "missing-crlf", "early-zero"];

test("fault 46: broken chunks after the first event give an error event", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const fault of CHUNK_FAULTS) {
    fakes.one.script([badChunks(fault, WORD)]);
    assert.equal(brokenEnd(await ask(STREAM), WORD)["code"], "upstream_cut_off");
  }
});

test("fault 46: an extension of 100 KB in a chunk does no harm", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  fakes.one.script([badChunks("giant-extension", WORD)]);
  const { text } = await ask(STREAM);
  // Refused or skipped: either way it is no part of the answer.
  assert.ok(text.startsWith(WORD) && !text.includes("eeee"), text.slice(0, 300));
});

test("fault 46: broken chunks before the first byte of body go to the next endpoint", async (t) => {
  const { ask, fakes } = await worldFor(t, TWO);
  const head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
  for (const chunk of ["zz\r\n{}", "-1\r\n{}", "0x2\r\n{}", "\r\n\r\n"]) {
    fakes.one.always(raw(head + chunk));
    fakes.two.always(raw(head + chunk));
    // Whichever is first in the rotation fails; then all do.
    const all = await ask(chat());
    assert.equal(all.status, 502, chunk);
    fakes.two.always(GOOD);
    assert.equal((await ask(chat())).text, '{"good":true}', chunk);
    assert.equal((await ask(chat())).text, '{"good":true}', chunk);
  }
});

test("fault 46: trailers are dropped", async (t) => {
  const { fakes, port } = await worldFor(t, { endpoints: { one: {} } });
  fakes.one.always(badChunks("trailers", WORD + FINISH));
  const wire = await wireFor(t, port);
  await wire.send(requestBytes({ ...STREAM, headers: { connection: "close", te: "trailers" } }));
  const bytes = (await wire.toEnd()).toString();
  assert.ok(bytes.includes(FINISH) && !bytes.includes("trailer:"), bytes);
});

test("fault 47: an answer shorter than its length is seen to be cut", async (t) => {
  const { fakes, port, log } = await worldFor(t, { endpoints: { one: {} } });
  fakes.one.script([wrongLength('{"a":1}', 100)]);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(chat()));
  assert.equal((await cutShort(wire.answer())).toString(), '{"a":1}');
  assert.equal((await log.nextSummary()).error, "upstream_cut_off");
});

test("fault 47: what comes beyond the length reaches nobody, and the connection is not used again", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  const smuggled = 'HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":9}';
  const excess: Behaviour = behaviour(async (exchange) => {
    await exchange.head(200, ["content-type", "application/json", "content-length", "7"]);
    await exchange.raw(`{"a":1}${smuggled}`);
    exchange.done();
  });
  fakes.one.script([excess]);
  assert.equal((await ask(chat())).text, '{"a":1}');
  fakes.one.always(GOOD);
  assert.equal((await ask(chat())).text, '{"good":true}');
  assert.notEqual(fakes.one.requests[0]?.connection, fakes.one.requests[1]?.connection);
});
