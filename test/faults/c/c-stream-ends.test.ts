// Fault 210: what is the end of a stream, and what is none.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stream } from "../../support/fakes/behaviours.ts";
import { cutAfter } from "../../support/faults.ts";
import { heldAnswer } from "../../support/held-answer.ts";
import { HeldClock } from "../../support/held-clock.ts";
import { sse, type WireRequest } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const STREAM = chat("m", { stream: true, stream_options: { include_usage: true } });
const HEAD = ["content-type", "text/event-stream"];
const WORD = 'data: {"model":"m","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}\n\n';
const FINISH = 'data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const USAGE = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';

const ANTHROPIC: WireRequest = { path: "/v1/messages", body: { model: "m", messages: [], stream: true } };
const STOP_REASON =
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n';
const PING = 'event: ping\ndata: {"type":"ping"}\n\n';
const SPEECH: WireRequest = { path: "/v1/audio/speech", body: { model: "m", input: "x", stream: true } };
const SPEECH_END = 'data: {"type":"speech.audio.done"}\n\n';
const CALLED = FINISH.replace('"delta":{}', '"delta":{"tool_calls":[{"index":0},{"index":1}]}');
const BOTH = FINISH + FINISH.replace('"index":0', '"index":1');

/** Ends without `[DONE]`, and what endpoints send behind them. */
const ENDS: Readonly<Record<string, readonly [WireRequest, readonly string[], string]>> = {
  "a finish_reason, then comments": [STREAM, [WORD, FINISH], ": ping\n\n"],
  "a finish_reason and usage, then comments": [STREAM, [WORD, FINISH, USAGE], ": ping\n"],
  "a finish_reason, then silence": [STREAM, [WORD, FINISH], ""],
  "a finish_reason without a blank line, then silence": [STREAM, [WORD, FINISH.slice(0, -1)], ""],
  "calls of two tools": [STREAM, [WORD, CALLED], ": ping\n\n"],
  "both of two choices": [STREAM, [WORD, BOTH], ": ping\n\n"],
  "an error event, then comments": [STREAM, [WORD, 'data: {"error":{"message":"x"}}\n\n'], ": ping\n\n"],
  "a stop_reason": [ANTHROPIC, [STOP_REASON], ""],
  "the end of speech": [SPEECH, [SPEECH_END], ": ping\n\n"],
};

for (const [what, [request, pieces, then]] of Object.entries(ENDS)) {
  test(`fault 210: ${what}: the answer ends although the endpoint does not end it`, async (t) => {
    const clock = new HeldClock();
    const endpoints = { one: { config: { timeouts: { idle: "300ms" } } } };
    const { fakes, port, log } = await worldFor(t, { endpoints }, { clock });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { wire, exchange } = await heldAnswer(t, port, fakes.one, request);
    await exchange.head(200, HEAD);
    for (const piece of pieces) await exchange.piece(piece);
    await wire.head();
    let text = await wire.readUntil(pieces.join(""));
    let isOver = false;
    // Often enough that silence alone would never end it.
    for (let sent = 0; sent < 3; sent += 1) {
      if (then !== "" && !isOver) {
        await exchange.piece(then);
        const piece = await wire.piece();
        text += piece?.toString() ?? "";
        isOver = piece === undefined;
      }
      clock.advance(100);
      t.mock.timers.tick(100);
    }
    if (!isOver) text += (await wire.body()).toString();
    assert.equal(text.replaceAll(/: ping\n+/g, ""), pieces.join(""));
    const expected = pieces.join("").includes("error") ? "upstream_server_error" : undefined;
    assert.equal((await log.nextSummary()).error, expected);
    // Behind a last event of all, the end of the endpoint's answer is waited for a moment more.
    t.mock.timers.tick(1_000);
    await exchange.request.aborted;
  });
}

test("fault 210: one of two choices is no end, nor is more of the answer behind a finish_reason", async (t) => {
  const second = WORD.replace('"index":0', '"index":1');
  for (const pieces of [
    [WORD, second, FINISH],
    [WORD, FINISH, WORD, WORD.slice(0, 30)],
  ]) {
    const { ask, fakes } = await worldFor(t, {
      endpoints: { one: { config: { timeouts: { idle: "100ms" } } } },
    });
    fakes.one.always(stream(pieces, { end: "never" }));
    const { text } = await ask(STREAM);
    assert.equal(JSON.parse(sse(text).at(-1)?.data ?? "").error.code, "upstream_idle_timeout");
  }
});

test("fault 210: a reset behind more of the answer breaks it, although a finish_reason came before", async (t) => {
  for (const how of ["reset", "fin"] as const) {
    const { ask, fakes, log } = await worldFor(t, { endpoints: { one: {} } });
    fakes.one.always(cutAfter(stream([FINISH, WORD, PING]), { of: "pieces", count: 2, how }));
    const { text } = await ask(STREAM);
    assert.equal(JSON.parse(sse(text).at(-1)?.data ?? "").error.code, "upstream_cut_off");
    assert.equal((await log.nextSummary()).error, "upstream_cut_off");
  }
});

test("fault 210: a reset behind a finish_reason breaks nothing", async (t) => {
  for (const [request, end] of [
    [STREAM, FINISH],
    [STREAM, FINISH + USAGE],
    [ANTHROPIC, STOP_REASON],
    [SPEECH, SPEECH_END],
  ] as const) {
    for (const how of ["reset", "fin"] as const) {
      const { ask, fakes, log } = await worldFor(t, { endpoints: { one: {} } });
      fakes.one.always(cutAfter(stream([end, PING]), { of: "pieces", count: 1, how }));
      assert.equal((await ask(request)).text, end);
      assert.equal((await log.nextSummary()).error, undefined);
    }
  }
});
