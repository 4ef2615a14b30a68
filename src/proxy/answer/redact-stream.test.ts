// Tests of redact-stream.ts: whatever the pieces, keys are masked in what is no content, and nothing else changes.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EndpointSecrets } from "../../routing/endpoint-secrets.ts";
import { StreamEnd } from "../../wires/stream/stream-end.ts";
import { StreamRedactor } from "./redact-stream.ts";

const KEY = "sk-canary/key-0123456789";
const SECRETS = new EndpointSecrets({ credentials: [{ apiKey: KEY }], fixedHeaders: [] });
const ESCAPED = `\\u0073${KEY.slice(1)}`;

/** What comes out when the text goes in, cut at these places. */
function passed(text: string, cuts: readonly number[] = []): string {
  const watch = new StreamEnd("chat");
  const redactor = new StreamRedactor(SECRETS, watch);
  const bytes = Buffer.from(text);
  const out: Buffer[] = [];
  let from = 0;
  for (const to of [...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((a, b) => a - b)) {
    const piece = bytes.subarray(from, to);
    watch.push(piece);
    out.push(redactor.push(piece));
    from = to;
  }
  out.push(redactor.finish());
  return Buffer.concat(out).toString();
}

const content = (text: string): string => `data: {"id":"c","choices":[{"delta":{"content":"${text}"}}]}\n\n`;

/** Events with a place for a key, and whether it is masked there. */
const EVENTS: readonly (readonly [(key: string) => string, boolean])[] = [
  [content, false],
  [
    (key) => `event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"${key}"}}\n\n`,
    false,
  ],
  [(key) => `data: {"type":"response.output_text.delta","delta":"${key}"}\r\n\r\n`, false],
  [(key) => `data: {"error":{"message":"bad ${key}","code":401}}\n\n`, true],
  [(key) => `data: {"message":"bad ${key}","error":{"code":401}}\n\n`, true],
  [(key) => `event: error\ndata: {"type":"error","error":{"message":"${key}"}}\r\n\r\n`, true],
  [(key) => `event: error\ndata: plain ${key}\n\n`, true],
  [(key) => `data: {"choices":[{"delta":{}}],"error":{"message":"${key}"}}\n\n`, true],
  [
    (key) => `data: {"choices":[{"delta":{"content":"${key}"}}],"error":{"message":"","code":null}}\n\n`,
    false,
  ],
  [(key) => `data: {"detail":"Invalid key ${key}"}\n\n`, true],
  [(key) => `data: {"type":"response.failed","response":{"error":{"message":"${key}"}}}\n\n`, true],
  [(key) => `: a comment with ${key}\n\n`, true],
  [(key) => `Unauthorized: ${key}\n\n`, true],
];

test("keys are masked in error events and comments, first, in the middle and last, and never in content", () => {
  for (const [event, isMasked] of EVENTS) {
    for (const [before, after] of [
      ["", ""],
      ["", content("a")],
      [content("a"), content("b")],
      [content(KEY), "data: [DONE]\n\n"],
    ]) {
      const text = `${before}${event(KEY)}${after}`;
      assert.equal(passed(text), isMasked ? `${before}${event("***")}${after}` : text);
    }
  }
});

test("so they are where an event comes in pieces, cut at any byte", () => {
  for (const [event, isMasked] of EVENTS) {
    const text = content("a") + event(KEY) + content("b");
    const expected = isMasked ? content("a") + event("***") + content("b") : text;
    for (let cut = 0; cut < text.length; cut += 1)
      assert.equal(passed(text, [cut]), expected, `${text} at ${cut}`);
    assert.equal(
      passed(
        text,
        [...text].map((_, at) => at),
      ),
      expected,
    );
  }
});

test("and in a spelling of JSON, once the stream is known to have failed", () => {
  const text = `${content("a")}data: {"error":{"message":"bad ${ESCAPED}"}}\n\n`;
  const masked = text.replace(ESCAPED, "***");
  for (let cut = 0; cut < text.length; cut += 1) assert.equal(passed(text, [cut]), masked);
});

test("any stream in any pieces comes out the same", () => {
  const event = fc
    .tuple(fc.constantFrom(...EVENTS), fc.constantFrom(KEY, "error", "sk-can", "x"))
    .map(([[make], word]) => make(word));
  fc.assert(
    fc.property(fc.array(event), fc.array(fc.nat(2_000)), (events, cuts) => {
      const text = events.join("");
      assert.equal(passed(text, cuts), passed(text));
    }),
    { numRuns: 500 },
  );
});

test("a stream that is cut in the middle of a key shows no part of it", () => {
  const text = `data: {"error":{"message":"bad ${KEY.slice(0, -3)}`;
  assert.equal(passed(text), 'data: {"error":{"message":"bad ***');
});

test("content is passed on at once, the same bytes, also without the end of its event", () => {
  const redactor = new StreamRedactor(SECRETS, { hasError: false });
  const whole = Buffer.from(content("hello"));
  assert.equal(redactor.push(whole), whole);
  const half = whole.subarray(0, 20);
  assert.equal(redactor.push(half), half);
  const rest = whole.subarray(20);
  assert.equal(redactor.push(rest), rest);
});

test("an event that is longer than what is held is judged by its beginning", () => {
  const filler = "x".repeat(70_000);
  const error = `data: {"error":{"message":"${KEY} ${filler}"}}\n\n`;
  assert.equal(passed(error, [40, 30_000]), error.replace(KEY, "***"));
  const answer = content(`${KEY} ${filler}`);
  assert.equal(passed(answer, [60, 30_000]), answer);
});

test("an error that nests deeper than any stack is an error all the same", () => {
  const levels = 12_000;
  const error = `data: {"error":${'{"a":'.repeat(levels)}"${KEY}"${"}".repeat(levels)}}\n\n`;
  assert.equal(passed(error), error.replace(KEY, "***"));
});
