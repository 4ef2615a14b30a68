// Tests of pipeline.ts: stages run in their order, and what needs none is not touched.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { KeptReply } from "../../../test/support/fakes/kept-reply.ts";
import { cutAt } from "../../../test/support/sse-text.ts";
import { JsonEnd } from "../../bytes/json-end.ts";
import { SsePosition } from "../../bytes/sse-position.ts";
import { StreamEnd } from "../../wires/stream/stream-end.ts";
import { KeepAlive } from "./keep-alive.ts";
import { AnswerPipeline, type AnswerStages } from "./pipeline.ts";
import type { AnswerTransform, HoldingTransform } from "./stages.ts";

const NO_STAGES: AnswerStages = {
  streamEnd: undefined,
  jsonEnd: undefined,
  keepAlive: undefined,
  taps: [],
  transforms: [],
  holder: undefined,
};
const EVENT = 'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n';

function pipelineOf(stages: Partial<AnswerStages>): AnswerPipeline {
  return new AnswerPipeline({ ...NO_STAGES, ...stages });
}

/** Holds back the last byte of each chunk, and puts `mark` behind the end. */
class Late implements AnswerTransform {
  readonly #mark: string;
  #held: Buffer = Buffer.alloc(0);

  constructor(mark: string) {
    this.#mark = mark;
  }

  push(chunk: Buffer): Buffer {
    const all = Buffer.concat([this.#held, chunk]);
    this.#held = all.subarray(-1);
    return all.subarray(0, -1);
  }

  finish(): Buffer {
    return Buffer.concat([this.#held, Buffer.from(this.#mark)]);
  }
}

/** Passes everything on as it is. */
const UNTOUCHED: AnswerTransform = { push: (chunk) => chunk, finish: () => Buffer.alloc(0) };

/** Makes the first letter that it meets a large one. */
function capital(): AnswerTransform {
  let isDone = false;
  return {
    push: (chunk) => {
      if (isDone) return chunk;
      isDone = true;
      return Buffer.from(chunk.toString().replace("a", "A"));
    },
    finish: () => Buffer.alloc(0),
  };
}

/** Leaves chunks alone until one has a `b`, of which it takes all that follows. */
function untilB(): AnswerTransform {
  let isDone = false;
  return {
    push: (chunk) => {
      const at = isDone ? 0 : chunk.indexOf("b");
      isDone ||= at !== -1;
      return isDone ? chunk.subarray(0, at) : chunk;
    },
    finish: () => Buffer.alloc(0),
  };
}

describe("AnswerPipeline", () => {
  it("gives chunks back as they are where nothing changes them", () => {
    const chunk = Buffer.from(EVENT);
    for (const pipeline of [
      pipelineOf({ streamEnd: new StreamEnd("chat") }),
      pipelineOf({ jsonEnd: new JsonEnd() }),
      pipelineOf({ transforms: [undefined, UNTOUCHED] }),
      pipelineOf({ streamEnd: new StreamEnd("chat"), transforms: [UNTOUCHED, UNTOUCHED] }),
    ]) {
      assert.equal(pipeline.push(chunk), chunk);
      assert.equal(pipeline.finish().length, 0);
    }
  });

  it("is byte-exact and chunk-exact without a transform, for any chunks", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (pieces) => {
        const pipeline = pipelineOf({ streamEnd: new StreamEnd("chat"), jsonEnd: new JsonEnd() });
        for (const piece of pieces.map((bytes) => Buffer.from(bytes)))
          assert.equal(pipeline.push(piece), piece);
        assert.equal(pipeline.finish().length, 0);
      }),
    );
  });

  it("shows taps each chunk as the endpoint sent it, before it passes through", () => {
    const seen: string[] = [];
    const tap = (name: string) => ({ push: (chunk: Buffer) => void seen.push(`${name}:${chunk}`) });
    const transform: AnswerTransform = {
      push: (chunk) => {
        seen.push("transform");
        return Buffer.from(chunk.toString().toUpperCase());
      },
      finish: () => Buffer.alloc(0),
    };
    const pipeline = pipelineOf({ taps: [tap("one"), undefined, tap("two")], transforms: [transform] });
    assert.equal(pipeline.push(Buffer.from("a")).toString(), "A");
    assert.deepEqual(seen, ["one:a", "two:a", "transform"]);
  });

  it("has bytes pass through transforms in their order, and what one held through those behind it", () => {
    const pipeline = pipelineOf({ transforms: [new Late("a"), capital(), new Late(".")] });
    const out = ["xy", "z"].map((text) => pipeline.push(Buffer.from(text)).toString());
    assert.equal(out.join("") + pipeline.finish().toString(), "xyza.");
    const other = pipelineOf({ transforms: [new Late("a"), capital()] });
    assert.equal(other.push(Buffer.from("b")).length, 0);
    assert.equal(other.finish().toString(), "bA");
  });

  it("holds the head while its holder does, and takes the headers from it", () => {
    let isHolding = true;
    const holder: HoldingTransform = {
      get isHolding() {
        return isHolding;
      },
      push: () => Buffer.alloc(0),
      finish: () => {
        isHolding = false;
        return Buffer.from("whole");
      },
      headers: () => ["content-length", "5"],
    };
    const pipeline = pipelineOf({ holder });
    pipeline.push(Buffer.from("x"));
    assert.equal(pipeline.isHolding, true);
    assert.equal(pipeline.finish().toString(), "whole");
    assert.equal(pipeline.isHolding, false);
    assert.equal(pipeline.isLengthOpen, false);
    assert.deepEqual(pipeline.headers(["content-length", "9"]), ["content-length", "5"]);
  });

  it("leaves the length open where the body may become another, or an event may follow", () => {
    assert.equal(pipelineOf({ jsonEnd: new JsonEnd() }).isLengthOpen, false);
    assert.equal(pipelineOf({ streamEnd: new StreamEnd("chat") }).isLengthOpen, true);
    assert.equal(pipelineOf({ transforms: [UNTOUCHED] }).isLengthOpen, true);
  });

  it("stands where the client's stream does, not where the endpoint's does", () => {
    const pipeline = pipelineOf({ streamEnd: new StreamEnd("chat"), transforms: [new Late("")] });
    assert.equal(pipeline.isAtBoundary, true);
    pipeline.push(Buffer.from(EVENT));
    // The blank line is held.
    assert.equal(pipeline.streamEnd?.position.isAtBoundary, true);
    assert.equal(pipeline.isAtBoundary, false);
    assert.equal(pipeline.frameEnd().toString(), "\n");
    pipeline.finish();
    assert.equal(pipeline.isAtBoundary, true);
  });

  it("stands where what was sent stands, whatever is changed and wherever chunks are cut", () => {
    const unit = fc.constantFrom("\r", "\n", ":", "data:", "a", "b", "event: a");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 30 }), fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
        const lists = [[UNTOUCHED], [untilB()], [capital()], [UNTOUCHED, new Late("data: b")]];
        for (const transforms of lists) {
          const pipeline = pipelineOf({ streamEnd: new StreamEnd("chat"), transforms });
          const sent = new SsePosition();
          const check = (out: Buffer): void => {
            sent.push(out);
            assert.equal(pipeline.isAtBoundary, sent.isAtBoundary);
            assert.deepEqual(pipeline.frameEnd(), sent.frameEnd());
          };
          for (const chunk of cutAt(Buffer.from(text), cuts)) check(pipeline.push(chunk));
          check(pipeline.finish());
        }
      }),
    );
  });

  it("knows no place in what is no stream", () => {
    const pipeline = pipelineOf({ jsonEnd: new JsonEnd() });
    assert.equal(pipeline.isAtBoundary, false);
    assert.equal(pipeline.frameEnd().length, 0);
    pipeline.push(Buffer.from('{"a":'));
    assert.equal(pipeline.isJsonCut, true);
    pipeline.push(Buffer.from("1}"));
    assert.equal(pipeline.isJsonCut, false);
  });
});

describe("KeepAlive", () => {
  it("puts comments between the client's events from the start to the stop", (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const reply = new KeptReply();
    const stages = { streamEnd: new StreamEnd("chat"), transforms: [new Late("")] };
    const pipeline = pipelineOf({ ...stages, keepAlive: new KeepAlive(1_000) });
    t.mock.timers.tick(5_000);
    assert.deepEqual(reply.kinds, []);
    pipeline.start(reply);
    t.mock.timers.tick(1_000);
    assert.equal(reply.text, ": keep-alive\n");
    // The endpoint's event is whole, but the client has not got its end.
    pipeline.push(Buffer.from(EVENT));
    t.mock.timers.tick(5_000);
    assert.equal(reply.pieces.length, 1);
    pipeline.finish();
    t.mock.timers.tick(1_000);
    assert.equal(reply.pieces.length, 2);
    pipeline.stop();
    t.mock.timers.tick(5_000);
    assert.equal(reply.pieces.length, 2);
  });
});
