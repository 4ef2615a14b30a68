// Tests of entry-line.ts: whatever an entry says is said by its line.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { storeEntry } from "../../test/support/store-entries.ts";
import { CHOICE_REASONS, PASSED_OVER_REASONS } from "../core/summary.ts";
import { entryOfLine, lineOf, timeOfLine } from "./entry-line.ts";
import type { LedgerEntry } from "./store.ts";

const text = fc.string({ unit: "binary", maxLength: 20 });
const count = fc.nat();
const choice = fc.record(
  {
    reason: fc.constantFrom(...CHOICE_REASONS),
    passedOver: fc.array(
      fc.record({ endpoint: text, why: fc.constantFrom(...PASSED_OVER_REASONS) }, { noNullPrototype: true }),
      { maxLength: 3 },
    ),
  },
  { noNullPrototype: true },
);
const attempt = fc.record(
  {
    endpoint: text,
    credential: fc.option(count, { nil: undefined }),
    upstreamModel: text,
    outcome: fc.constantFrom("ok", "refused", "lost", "upstream_cut_off"),
    status: fc.option(count, { nil: undefined }),
    reason: fc.option(text, { nil: undefined }),
    choice: fc.option(choice, { nil: undefined }),
    startedAfterMs: count,
    durationMs: count,
  },
  { noNullPrototype: true },
);
const entry = fc
  .record(
    {
      requestId: text,
      timeMs: count,
      keyId: text,
      keyName: text,
      tags: fc.array(text),
      model: text,
      error: text,
      status: count,
      isStream: fc.boolean(),
      isCached: fc.boolean(),
      usage: fc.option(
        fc.record({
          input: count,
          webSearches: count,
          isEstimate: fc.boolean(),
          serviceTier: fc.constant("flex"),
        }),
        { nil: undefined },
      ),
      cost: fc.record(
        {
          nanoDollars: fc.option(count, { nil: null }),
          source: fc.constantFrom("config", "none", "unpriced"),
          date: fc.option(fc.constant("2026-11-26"), { nil: undefined }),
        },
        { noNullPrototype: true },
      ),
      request: fc.record(
        {
          method: text,
          path: text,
          clientAddress: text,
          attempts: fc.array(attempt, { maxLength: 3 }),
          durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }).map((ms) => ms + 0),
          firstByteMs: fc.option(count, { nil: undefined }),
          bytesIn: count,
          bytesOut: count,
        },
        { noNullPrototype: true },
      ),
    },
    { noNullPrototype: true },
  )
  .map((parts): LedgerEntry => storeEntry(parts as Parameters<typeof storeEntry>[0]));

test("an entry is the same behind its line", () => {
  fc.assert(
    fc.property(entry, (one) => {
      const line = lineOf(one);
      assert.ok(!line.includes("\n"));
      assert.deepEqual(entryOfLine(line), one);
      assert.equal(timeOfLine(line), one.timeMs);
    }),
  );
});

test("a line as it was written before is read, without the choices that it does not know", () => {
  const line =
    '{"r":"r1","t":5,"k":"k1","n":"phone","m":"m","e":"b","u":"m-1","o":"chat","s":200,"f":1,"w":{"input":3},"c":7,"p":"table","d":"2026-11-01","q":["POST","/v1","127.0.0.1",9,null,1,2],"a":[["a",null,"m","ok",200,1,5],["b",2,"m","ok",502,1,5,"EPIPE"]]}';
  const { request, ...entry } = entryOfLine(line);
  assert.equal(timeOfLine(line), 5);
  assert.deepEqual(
    [entry.requestId, entry.timeMs, entry.keyName, entry.upstreamModel],
    ["r1", 5, "phone", "m-1"],
  );
  assert.deepEqual(
    [entry.isStream, entry.usage?.input, entry.cost.nanoDollars, entry.tags],
    [true, 3, 7, []],
  );
  assert.deepEqual([request.durationMs, request.firstByteMs, request.bytesOut], [9, undefined, 2]);
  assert.deepEqual(
    request.attempts.map(({ endpoint, reason, choice }) => [endpoint, reason, choice]),
    [
      ["a", undefined, undefined],
      ["b", "EPIPE", undefined],
    ],
  );
});

test("one that is for the log of requests alone stays so", () => {
  assert.equal(entryOfLine(lineOf(storeEntry({ isLedgered: false }))).isLedgered, false);
});

test("a line is short: nothing is said twice", () => {
  assert.ok(lineOf(storeEntry()).length < 230);
});
