// What the kinds of values decode to, and that no bad value becomes one that counts.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { englishOf } from "../../../test/support/config/english.ts";
import {
  block,
  decodedOf,
  decodeWith,
  duration,
  durationOr,
  jsonSchemaOf,
  limit,
  percent,
  sizeOr,
} from "./fields.ts";
import { decodeNothing } from "./schema.ts";

const keys = {
  wait: duration("How long.").prefault("5s"),
  pause: durationOr(undefined, "How long, or off.").prefault("off"),
  rate: sizeOr(0, "How fast.").prefault("1KiB"),
  most: limit("How many.", 0),
  share: percent("How much.", { min: 0, fallback: 20 }),
};
const sample = block({ inner: block(keys, "A block.").prefault({}) });

test("what is left out decodes to its default, in the units of the gateway", () => {
  const usual = { wait: 5_000, pause: undefined, rate: 1_024, most: Number.POSITIVE_INFINITY, share: 0.2 };
  for (const value of [{}, { inner: {} }, { inner: { wait: undefined } }])
    assert.deepEqual(decodeWith(sample, value).value, { inner: usual });
});

test("what is given is decoded", () => {
  const inner = { wait: "2m", pause: 1.5, rate: "off", most: 7, share: 100 };
  assert.deepEqual(decodeWith(sample, { inner }).value, {
    inner: { wait: 120_000, pause: 1_500, rate: 0, most: 7, share: 1 },
  });
});

test("a bad value is an issue with the code of its kind, never a number", () => {
  const { value, issues } = decodeWith(sample, {
    inner: { wait: "5 parsecs", rate: "1GB/s", pause: "never" },
  });
  assert.equal(value, undefined);
  assert.deepEqual(
    issues.map(({ path, code, message }) => [path.join("."), code, englishOf(message)]),
    [
      ["inner.wait", "OG114", "is no duration"],
      ["inner.pause", "OG114", "is no duration"],
      ["inner.rate", "OG115", "is no size"],
    ],
  );
});

test("a field alone gives its default for nothing and nothing for a bad value", () => {
  assert.equal(decodedOf(keys.wait, undefined), 5_000);
  assert.equal(decodedOf(keys.wait, "x"), undefined);
  assert.equal(decodedOf(keys.most, 0), Number.POSITIVE_INFINITY);
});

test("durations are whole milliseconds from one to a day, or an issue", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.double(), fc.constantFrom("0", "0ms", "1ms", "24h", "25h")),
      (value) => {
        const ms = decodedOf(keys.wait, value);
        assert.ok(ms === undefined || (Number.isInteger(ms) && ms >= 1 && ms <= 86_400_000), String(ms));
      },
    ),
  );
});

test("the JSON Schema describes what is written: defaults as a person would write them, none for a block", () => {
  const node = JSON.stringify(jsonSchemaOf(sample));
  assert.match(node, /"description":"How long\.",[^}]*"default":"5s"/);
  assert.doesNotMatch(node, /"default":\{/);
});

test("an empty file decodes whole", () => {
  const file = decodeNothing();
  assert.equal(file.endpoints, undefined);
  assert.equal(file.server.maxBodyBytes, 67_108_864);
  assert.equal(file.retries.attempts, 3);
});
