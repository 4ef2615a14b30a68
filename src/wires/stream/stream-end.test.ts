// Table tests of the watcher of stream ends.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StreamDialect } from "../paths/operation.ts";
import { StreamEnd } from "./stream-end.ts";

const CHUNK = 'data: {"choices":[{"delta":{"content":"hi"},"finish_reason":null}]}\n\n';
const LAST = CHUNK.replace("null", '"stop"');
const TWO = 'data: {"choices":[{"index":0,"delta":{}},{"index":1,"delta":{}}]}\n\n';

function watch(dialect: StreamDialect, ...chunks: readonly (string | Buffer)[]): StreamEnd {
  const end = new StreamEnd(dialect);
  for (const chunk of chunks) end.push(Buffer.from(chunk));
  return end;
}

describe("StreamEnd", () => {
  const rows: readonly (readonly [string, StreamDialect, string, boolean, boolean])[] = [
    ["nothing", "chat", "", false, false],
    ["a delta", "chat", CHUNK, false, false],
    ["finish_reason", "chat", CHUNK + LAST, true, false],
    ["finish_reason with a space", "chat", LAST.replace(':"stop', ': "stop'), true, false],
    ["finish_reason that a line end cuts", "chat", 'data: {"finish_reason":"\n\n', false, false],
    ["stop_reason that a line end cuts", "anthropic", 'data: {"stop_reason":"\r\n\r\n', false, false],
    ["finish_reason that is empty", "chat", LAST.replace("stop", ""), false, false],
    [
      "finish_reason within an answer",
      "chat",
      CHUNK.replace("hi", '\\"finish_reason\\":\\"stop\\"'),
      false,
      false,
    ],
    ["finish_reason cut at its quote", "chat", `${CHUNK}data: {"finish_reason":"\n\n`, false, false],
    ["the same by a CR", "chat", `${CHUNK}data: {"finish_reason":"\r`, false, false],
    ["stop_reason cut so", "anthropic", 'data: {"delta":{"stop_reason":"\n\n', false, false],
    ["a usage chunk cut after finish_reason", "chat", `${LAST}data: {"us`, false, false],
    ["[DONE]", "chat", `${CHUNK}data: [DONE]\n\n`, true, false],
    ["[DONE] without space and line end", "chat", `${CHUNK}data:[DONE]`, true, false],
    ["[DONE] after CRLF", "chat", `${CHUNK.replaceAll("\n", "\r\n")}data: [DONE]\r\n\r\n`, true, false],
    ["[DONE] after CR", "chat", `${CHUNK.replaceAll("\n", "\r")}data: [DONE]\r\r`, true, false],
    ["[DONE] alone after a mark", "chat", "\ufeffdata: [DONE]\n\n", true, false],
    ["a mark that is not at the beginning", "chat", "data: {}\n\n\ufeffdata: [DONE]\n\n", false, false],
    ["[DONE] within an answer", "chat", CHUNK.replace("hi", "data: [DONE]"), false, false],
    ["[DONE] in a comment", "chat", ": data: [DONE]\n\n", false, false],
    ["an error", "chat", `${CHUNK}data: {"error":{"message":"x"}}\n\n`, true, true],
    ["an error of null", "chat", CHUNK.replace('{"c', '{"error":null,"c'), false, false],
    ["an error within an answer", "chat", CHUNK.replace("hi", '\\"error\\":{'), false, false],
    [
      "response.completed",
      "responses",
      'event: response.completed\ndata: {"type":"response.completed","response":{"error":null}}\n\n',
      true,
      false,
    ],
    ["response.failed", "responses", 'data: {"type": "response.failed"}\n\n', true, false],
    ["response.incomplete", "responses", 'data: {"type":"response.incomplete"}\n\n', true, false],
    ["a final event cut after its name", "responses", "event: response.completed\n", false, false],
    ["a final event cut in its data", "responses", 'data: {"type":"response.completed","resp', false, false],
    [
      "other response events",
      "responses",
      'data: {"type":"response.output_text.done","text":"response.completed","error":null}\n\n',
      false,
      false,
    ],
    [
      "a tool that failed",
      "responses",
      'data: {"type":"response.output_item.done","item":{"error":{"a":1}}}\n\n',
      false,
      false,
    ],
    [
      "an error event of Responses",
      "responses",
      'event: error\ndata: {"type":"error","code":"x"}\n\n',
      true,
      true,
    ],
    ["a bare error in Responses", "responses", 'data: {"error":{"code":"x"}}\n\n', true, true],
    ["message_stop", "anthropic", 'event: message_stop\ndata: {"type":"message_stop"}\n\n', true, false],
    [
      "stop_reason",
      "anthropic",
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n',
      true,
      false,
    ],
    ["no stop_reason yet", "anthropic", 'data: {"message":{"stop_reason":null}}\n\n', false, false],
    ...[
      "false",
      '""',
      "{}",
      "[]",
      "0",
      '{"message":"","type":"","param":"","code":null}',
      `{"a":[${'"",'.repeat(90)}""]}`,
    ].flatMap((nothing): (readonly [string, StreamDialect, string, boolean, boolean])[] => [
      [
        `an error of ${nothing.slice(0, 50)}`,
        "chat",
        CHUNK.replace('{"c', `{"error":${nothing},"c`),
        false,
        false,
      ],
      [`the same at the end`, "chat", CHUNK.replace("]}\n", `],"error": ${nothing}}\n`), false, false],
      [
        `the same, first in Responses`,
        "responses",
        `data: {"error":${nothing},"type":"x"}\n\n`,
        false,
        false,
      ],
    ]),
    [
      "an error behind one that says nothing",
      "chat",
      `data: {"error":{}}\n\ndata: {"error":{"code":502}}\n\n`,
      true,
      true,
    ],
    [
      "an error whose first text is late",
      "chat",
      `data: {"error":{"param":"","a":[${'"",'.repeat(90)}""],"message":"x"}}\n\n`,
      true,
      true,
    ],
    ["an error beside choices", "chat", CHUNK.replace('{"c', '{"error":{"code":502},"c'), true, true],
    [
      "a filter that did not run",
      "chat",
      CHUNK.replace('"fin', '"content_filter_results":{"error":{"code":"content_filter_error"}},"fin'),
      false,
      false,
    ],
    ["the first of two choices finished", "chat", TWO + LAST.replace('{"d', '{"index":0,"d'), false, false],
    [
      "both of two choices finished",
      "chat",
      TWO + LAST.replace('{"d', '{"index":0,"d') + LAST.replace('{"d', '{"index":1,"d'),
      true,
      false,
    ],
    [
      "both finished before the second was counted",
      "chat",
      LAST + LAST.replace('{"d', '{"index":1,"d'),
      true,
      false,
    ],
    [
      "a second call of a tool",
      "chat",
      `data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1}]}}]}\n\n${LAST.replace('{"d', '{"index":0,"d')}`,
      true,
      false,
    ],
    [
      "an error event of Anthropic",
      "anthropic",
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n',
      true,
      true,
    ],
    ["a typed end: images", "typed", 'data: {"type":"image_generation.completed"}\n\n', true, false],
    ["a typed end: speech", "typed", 'data: {"type":"speech.audio.done"}\n\n', true, false],
    ["a typed delta", "typed", 'data: {"type":"transcript.text.delta","delta":"done"}\n\n', false, false],
    ["an unknown stream between events", "unknown", "data: 1\n\n", true, false],
    ["an unknown stream within an event", "unknown", "data: 1\n", false, false],
  ];
  for (const [title, dialect, text, isComplete, hasError] of rows) {
    it(`${dialect}: ${title}`, () => {
      const whole = watch(dialect, text);
      if (text !== "" || dialect !== "unknown") assert.equal(whole.isComplete, isComplete);
      assert.equal(whole.hasError, hasError);
      // Row 38: the same wherever the bytes are split.
      const bytes = Buffer.from(text);
      for (let at = 0; at <= bytes.length; at++) {
        const split = watch(dialect, bytes.subarray(0, at), bytes.subarray(at));
        assert.deepEqual([split.isComplete, split.hasError], [isComplete, hasError], `split at ${at}`);
        assert.equal(split.position.isAtBoundary, whole.position.isAtBoundary, `split at ${at}`);
      }
      const single = watch(dialect, ...Array.from(bytes, (byte) => Buffer.from([byte])));
      assert.deepEqual([single.isComplete, single.hasError], [isComplete, hasError], "byte by byte");
    });
  }

  it("does not take the middle of a line for its beginning", () => {
    for (let after = 100; after < 200; after++) {
      const end = watch("chat", `data: {"a":"${"x".repeat(300)}data: [DONE]${"x".repeat(after)}`, "x", "x");
      assert.equal(end.isComplete, false);
    }
  });

  it("finds a mark after a long event in many chunks", () => {
    const event = `data: {"type":"response.output_text.done","text":"${"x".repeat(5000)}"}\n\ndata: {"type":"response.completed"}\n\n`;
    const bytes = Buffer.from(event);
    const end = new StreamEnd("responses");
    for (let at = 0; at < bytes.length; at += 7) end.push(bytes.subarray(at, at + 7));
    assert.equal(end.isComplete, true);
  });
});

describe("what one read brings together", () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ["an end behind a delta", CHUNK + LAST, true],
    ["a delta behind an end", LAST + CHUNK, false],
    ["an end, a delta and another end", LAST + CHUNK + LAST, true],
    ["usage behind an end", `${LAST}data: {"choices":[],"usage":{"total_tokens":3}}\n\n`, true],
  ];
  for (const [what, text, isOver] of rows) {
    it(`is at its own end or not, as if it had come in pieces: ${what}`, () => {
      assert.equal(watch("chat", text).isOver, isOver);
      const pieces = text.split(/(?<=\n\n)/);
      assert.equal(watch("chat", ...pieces).isOver, isOver);
    });
  }
});
