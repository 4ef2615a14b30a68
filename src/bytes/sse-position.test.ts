// Tests of sse-position.ts: what is put in where it says so arrives whole, wherever the bytes are split.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cutText, eventsIn } from "../../test/support/sse-text.ts";
import { SsePosition } from "./sse-position.ts";

function positionBehind(...chunks: readonly Buffer[]): SsePosition {
  const position = new SsePosition();
  for (const chunk of chunks) position.push(chunk);
  return position;
}

function stateOf(position: SsePosition): readonly unknown[] {
  return [position.isAtBoundary, position.isMidLine, position.isAfterCr, position.frameEnd().toString()];
}

describe("SsePosition", () => {
  const frames: readonly (readonly [string, string])[] = [
    ["", ""],
    ["data: x\n\n", ""],
    ["data: x\r\n\r\n", ""],
    ["data: x\r\r", ""],
    ["data: x\n\r\n", ""],
    ["data: x\n", "\n"],
    ["data: x\r\n", "\n"],
    ["data: x\r", "\n\n"],
    ["data\n", "\n"],
    ["data: x", "\n\n"],
    ["data:", "\n\n"],
    ["dat", "\n\n"],
    ["data: x\n\n: comment", "\n\n"],
    // No blank line where there is no data: it would deliver an empty event to some parsers.
    ["data: x\n\n: comment\n", ""],
    ["data: x\n\nevent: a\n", ""],
    ["id: 1\nretry: 5\n", ""],
    ["\ufeff", ""],
    ["\ufeffdata: x\n", "\n"],
    ["event: a\ndata: x\nid: 3\n", "\n"],
    ["datax: y\n", ""],
  ];
  for (const [text, close] of frames) {
    it(`closes ${JSON.stringify(text)} with ${JSON.stringify(close)}`, () => {
      const position = positionBehind(Buffer.from(text));
      assert.equal(position.frameEnd().toString(), close);
      assert.equal(position.isAtBoundary, close === "");
      assert.equal(position.isMidLine, close === "\n\n" && !text.endsWith("\r"));
    });
  }

  it("is the same wherever the bytes are split, and closes what is open", () => {
    fc.assert(
      fc.property(cutText(), ({ text, chunks }) => {
        const position = positionBehind(...chunks);
        assert.deepEqual(stateOf(position), stateOf(positionBehind(Buffer.from(text))));
        const closed = [...chunks, position.frameEnd(), Buffer.from("event: error\ndata: E\n\n")];
        assert.equal(eventsIn(Buffer.concat(closed).toString()).at(-1), "E");
      }),
      { numRuns: 3000 },
    );
  });

  it("goes its own way from where another one stands", () => {
    fc.assert(
      fc.property(cutText(), cutText(), (before, behind) => {
        const first = positionBehind(...before.chunks);
        const second = positionBehind(Buffer.from("data: other"));
        second.become(first);
        const stood = stateOf(first);
        assert.deepEqual(stateOf(second), stood);
        for (const chunk of behind.chunks) second.push(chunk);
        assert.deepEqual(stateOf(second), stateOf(positionBehind(...before.chunks, ...behind.chunks)));
        assert.deepEqual(stateOf(first), stood);
      }),
    );
  });
});
