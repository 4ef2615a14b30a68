import assert from "node:assert/strict";
import { test } from "node:test";
import { StreamBeginning } from "./stream-beginning.ts";

const TEXT = "The quick brown fox jumps over the lazy dog, again and again. ";
const EVENT = Buffer.from(`data: ${JSON.stringify({ choices: [{ delta: { content: TEXT } }] })}\n\n`);

test("the estimate is the same wherever a stream was cut, and whatever is open at its end", () => {
  const stream = Buffer.concat(Array.from({ length: 30 }, () => EVENT));
  const whole = new StreamBeginning();
  for (let at = 0; at < stream.length; at += EVENT.length) whole.push(EVENT);
  const tokens = whole.tokensIn(stream.length);
  assert.ok(tokens > 400 && tokens < 600, `${tokens}`);
  for (const size of [1, 7, EVENT.length - 1, EVENT.length + 1, 2 * EVENT.length]) {
    const cut = new StreamBeginning();
    for (let at = 0; at < stream.length; at += size) cut.push(stream.subarray(at, at + size));
    assert.ok(Math.abs(cut.tokensIn(stream.length) - tokens) < tokens / 10, `pieces of ${size}`);
  }
  const short = new StreamBeginning();
  short.push(EVENT.subarray(0, EVENT.length - 1));
  assert.equal(short.tokensIn(EVENT.length), 17);
});

test("of nothing there are no tokens", () => {
  assert.equal(new StreamBeginning().tokensIn(0), 0);
});
