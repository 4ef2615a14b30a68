// How much is looked at until the first bytes of an answer are judged: the same for many small pieces as for one, and
// a few times their number at most. Counted in bytes that are handed to scanners, patterns, decoders and copies.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { SseScanner } from "../../bytes/sse-lines.ts";
import { USUAL_WIRE } from "../../wires/registry/wires.ts";
import { FirstBytes } from "./first-bytes.ts";
import type { LookRules } from "./look-rules.ts";

const KIB_64 = 64 * 1024;

/** Counts from now on what goes into whatever reads or copies bytes. */
function counted(t: TestContext): () => number {
  let steps = 0;
  const add = (amount: number): void => {
    steps += amount;
  };
  // `exec` is left alone: with another one in its place a split goes on character by character.
  const { test: matches } = RegExp.prototype;
  t.mock.method(RegExp.prototype, "test", function (this: RegExp, text: string) {
    add(text.length);
    return matches.call(this, text);
  });
  const { toString: decode } = Buffer.prototype;
  t.mock.method(Buffer.prototype, "toString", function (this: Buffer, ...rest: Parameters<typeof decode>) {
    const text = decode.apply(this, rest);
    add(text.length);
    return text;
  });
  const { concat } = Buffer;
  t.mock.method(Buffer, "concat", (list: readonly Buffer[], size?: number) => {
    const joined = concat(list, size);
    add(joined.length);
    return joined;
  });
  const { push } = SseScanner.prototype;
  t.mock.method(SseScanner.prototype, "push", function (this: SseScanner, chunk: Buffer) {
    add(chunk.length);
    push.call(this, chunk);
  });
  return () => steps;
}

const BASE: LookRules = {
  status: 200,
  contentType: "text/event-stream",
  contentEncoding: "",
  isEventStream: true,
  mayBeStream: false,
  wantsContent: false,
  keepsErrors: false,
  model: "m",
  wire: USUAL_WIRE,
  isUnseen: false,
};
const PLAIN: LookRules = { ...BASE, contentType: "application/json", isEventStream: false };

/** Answers that stay undecided for long, or that patterns could run over again and again. */
const SHAPES: Readonly<Record<string, readonly [LookRules, string]>> = {
  "data lines without an end": [BASE, "data:\n".repeat(KIB_64 / 6)],
  "event lines without an end": [BASE, "event:\n".repeat(KIB_64 / 7)],
  "one line of data without an end": [BASE, `data: ${"x".repeat(KIB_64)}`],
  "carriage returns in data": [BASE, `data: ${"x\rdata: ".repeat(KIB_64 / 8)}`],
  comments: [BASE, ": x\n\n".repeat(KIB_64 / 5)],
  "blank lines": [BASE, "\n".repeat(KIB_64)],
  "events without content": [{ ...BASE, wantsContent: true }, 'data: {"delta":""}\n\n'.repeat(KIB_64 / 20)],
  "lists that may be parts of text": [{ ...BASE, wantsContent: true }, '"content":[ '.repeat(KIB_64 / 12)],
  "names that may be calls": [{ ...BASE, wantsContent: true }, '"type":"aaaaaaaaaaaaaaa'.repeat(KIB_64 / 24)],
  "spaces in content": [{ ...BASE, wantsContent: true }, `data: {"content":${" ".repeat(KIB_64)}`],
  "an object that may be an error": [PLAIN, `{"id":"${"x".repeat(KIB_64)}`],
  spaces: [PLAIN, " ".repeat(KIB_64)],
  braces: [PLAIN, `{"error":${"{}".repeat(KIB_64 / 2)}`],
  "an empty answer": [{ ...PLAIN, wantsContent: true }, `{"id":1}${"\n{}".repeat(KIB_64 / 3)}`],
  "what may be a stream": [{ ...PLAIN, mayBeStream: true }, `:${" ".repeat(KIB_64)}`],
  "lines that may be a stream": [{ ...PLAIN, mayBeStream: true }, ":\n".repeat(KIB_64 / 2)],
  "an error": [{ ...PLAIN, status: 400, keepsErrors: true }, `{"error":"${"x".repeat(KIB_64)}`],
};

for (const [what, [options, text]] of Object.entries(SHAPES)) {
  for (const size of [5, 100, KIB_64]) {
    test(`${what} in pieces of ${size}: each byte is looked at a few times at most`, (t) => {
      const bytes = Buffer.from(text);
      const first = new FirstBytes(options);
      const steps = counted(t);
      let isDecided = false;
      for (let at = 0; at < bytes.length && !isDecided; at += size)
        isDecided = first.push(bytes.subarray(at, at + size)) !== "more";
      if (!isDecided) first.end(true);
      // A piece is looked at together with the end of the one before, which counts for pieces of a byte.
      const overlap = options.wantsContent ? 400 * Math.ceil(bytes.length / size) : 0;
      const taken = steps();
      assert.ok(taken <= 12 * bytes.length + overlap + 100_000, `${taken} for ${bytes.length} bytes`);
    });
  }
}
