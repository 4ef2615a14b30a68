// Tests of event-transforms.ts with two transforms as they will be wanted: one that takes an event out, one that puts others
// beside it. Whatever the chunks, the same goes on.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { cutAt, cutText } from "../../../test/support/sse-text.ts";
import { StreamEnd } from "../../wires/stream/stream-end.ts";
import { type EventTransform, EventTransforms } from "./event-transforms.ts";
import { AnswerPipeline } from "./pipeline.ts";

const CONTENT = 'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n';
const USAGE = 'data: {"choices":[],"usage":{"total_tokens":3}}\n\n';
const DONE = "data: [DONE]\n\n";

/** Takes the event out that says how much was used, as for a client that has not asked for it. */
const WITHOUT_USAGE: EventTransform = {
  onEvent: (event) => (event.includes('"choices":[]') ? [] : undefined),
  onEnd: () => [],
};

/** Puts a comment before each event that has an `x`, and an event behind all. */
const MARKED: EventTransform = {
  onEvent: (event) => (event.includes("x") ? [Buffer.from(": marked\n"), event] : undefined),
  onEnd: () => [Buffer.from("data: end\n\n")],
};

/** Makes each `x` an `y`. */
const CHANGED: EventTransform = {
  onEvent: (event) =>
    event.includes("x") ? [Buffer.from(event.toString().replaceAll("x", "y"))] : undefined,
  onEnd: () => [],
};

/** Leaves every event as it is. */
const LOOK: EventTransform = { onEvent: () => undefined, onEnd: () => [] };

function passed(list: readonly EventTransform[], chunks: readonly Buffer[]): string {
  const transforms = new EventTransforms(list);
  const out = chunks.map((chunk) => Buffer.from(transforms.push(chunk)));
  return Buffer.concat([...out, transforms.finish()]).toString();
}

describe("EventTransforms", () => {
  it("takes an event out, and leaves the others as they are", () => {
    assert.equal(passed([WITHOUT_USAGE], [Buffer.from(CONTENT + USAGE + DONE)]), CONTENT + DONE);
  });

  it("puts events beside one and at the end", () => {
    const text = "data: a\n\ndata: x\n\n";
    assert.equal(passed([MARKED], [Buffer.from(text)]), "data: a\n\n: marked\ndata: x\n\ndata: end\n\n");
  });

  it("has what one gives pass through those behind it, event by event", () => {
    const doubled: EventTransform = {
      onEvent: (event) => [event, event],
      onEnd: () => [Buffer.from("data: x\n\n")],
    };
    assert.equal(passed([doubled, CHANGED], [Buffer.from("data: x\n\n")]), "data: y\n\n".repeat(3));
  });

  it("is the same wherever the chunks are cut", () => {
    const event = fc.constantFrom(
      CONTENT,
      USAGE,
      DONE,
      ": x\n\n",
      "data: x\r\n\r\n",
      "data: 1\r\r",
      "\ufeff",
      "event: x\n",
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 8 }), (events, cuts) => {
        const bytes = Buffer.from(events.join(""));
        for (const list of [[WITHOUT_USAGE], [MARKED], [CHANGED, WITHOUT_USAGE, MARKED]])
          assert.equal(passed(list, cutAt(bytes, cuts)), passed(list, [bytes]));
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps every byte of any text where no event is changed, and chunks of whole events as they are", () => {
    fc.assert(
      fc.property(cutText(), ({ text, chunks }) => assert.equal(passed([LOOK, LOOK], chunks), text)),
      { numRuns: 1000 },
    );
    const transforms = new EventTransforms([LOOK]);
    for (const text of [CONTENT, USAGE + DONE, ": hi\n", ": h", "i\n\n"]) {
      const chunk = Buffer.from(text);
      assert.equal(transforms.push(chunk), chunk);
    }
  });

  it("holds an event until it is whole, and a comment not at all", () => {
    const transforms = new EventTransforms([WITHOUT_USAGE]);
    assert.equal(transforms.push(Buffer.from(`${CONTENT}data: {"cho`)).toString(), CONTENT);
    assert.equal(transforms.push(Buffer.from('ices":[]}\n')).length, 0);
    assert.equal(transforms.push(Buffer.from("\n: wait")).toString(), ": wait");
    assert.equal(transforms.push(Buffer.from("ing\n\n")).toString(), "ing\n\n");
    assert.equal(transforms.finish().length, 0);
  });

  it("gives the last event on although its blank line is missing", () => {
    assert.equal(passed([LOOK], [Buffer.from("data: 1\n")]), "data: 1\n");
    assert.equal(passed([WITHOUT_USAGE], [Buffer.from(CONTENT + USAGE.slice(0, -1))]), CONTENT);
  });

  it("passes a very long event unseen, in whatever pieces, and sees the next one", () => {
    const long = Buffer.from(`data: x${"a".repeat(300 * 1024)}\n\n`);
    const text = `${long.toString()}data: x\n\n`;
    const expected = `${long.toString()}data: y\n\n`;
    assert.equal(passed([CHANGED], [Buffer.from(text)]), expected);
    assert.equal(passed([CHANGED], cutAt(Buffer.from(text), [10, 5_000, 200_000, 270_000])), expected);
    const transforms = new EventTransforms([CHANGED]);
    transforms.push(long.subarray(0, 280_000));
    const rest = long.subarray(280_000);
    assert.equal(transforms.push(rest), rest);
  });

  it("is one transform of a pipeline, which stands where the client's stream stands", () => {
    const pipeline = new AnswerPipeline({
      streamEnd: new StreamEnd("chat"),
      jsonEnd: undefined,
      keepAlive: undefined,
      taps: [],
      transforms: [new EventTransforms([WITHOUT_USAGE])],
      holder: undefined,
    });
    const chunk = Buffer.from(CONTENT);
    assert.equal(pipeline.push(chunk), chunk);
    assert.equal(pipeline.push(Buffer.from("data: 1\n")).length, 0);
    // What is held has not been sent: there may be a comment before it.
    assert.equal(pipeline.isAtBoundary, true);
    assert.equal(pipeline.streamEnd?.position.isAtBoundary, false);
    assert.equal(pipeline.finish().toString(), "data: 1\n");
    assert.equal(pipeline.frameEnd().toString(), "\n");
  });
});
