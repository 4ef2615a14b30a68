// Tests of `trace-context.ts`: what W3C Trace Context takes, and what it refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readTraceParent, readTraceState } from "./trace-context.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

function parentOf(...values: readonly string[]) {
  return readTraceParent(values.flatMap((value) => ["traceparent", value]));
}

test("a parent is read by the letter of the specification", () => {
  const good = `00-${TRACE}-${SPAN}-01`;
  assert.deepEqual(parentOf(good), { traceId: TRACE, spanId: SPAN, flags: 1, text: good });
  assert.equal(parentOf(`00-${TRACE}-${SPAN}-03`)?.flags, 3);
  assert.equal(parentOf(`00-${TRACE}-${SPAN}-ff`)?.flags, 3, "bits that nobody knows are not passed on");
  assert.equal(parentOf(`cc-${TRACE}-${SPAN}-00-more`)?.traceId, TRACE, "a further version may say more");
});

const BAD: readonly (readonly [string, readonly string[]])[] = [
  ["none", []],
  ["two", [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]],
  ["empty", [""]],
  ["version ff", [`ff-${TRACE}-${SPAN}-01`]],
  ["version 00 with more", [`00-${TRACE}-${SPAN}-01-more`]],
  ["a further version that is glued", [`cc-${TRACE}-${SPAN}-01more`]],
  ["no trace", [`00-${"0".repeat(32)}-${SPAN}-01`]],
  ["no span", [`00-${TRACE}-${"0".repeat(16)}-01`]],
  ["upper case", [`00-${TRACE.toUpperCase()}-${SPAN}-01`]],
  ["short", [`00-${TRACE.slice(1)}-${SPAN}-01`]],
  ["spaces", [` 00-${TRACE}-${SPAN}-01`]],
  ["control characters", [`00-${TRACE}-${SPAN}-01\u0007`]],
  ["10 KB", [`cc-${TRACE}-${SPAN}-01-${"x".repeat(10_240)}`]],
  ["HTML", ["<script>"]],
];

for (const [name, values] of BAD)
  test(`no parent: ${name}`, () => {
    assert.equal(parentOf(...values), undefined);
  });

function stateOf(...values: readonly string[]) {
  return readTraceState(values.flatMap((value) => ["tracestate", value]));
}

test("states of several headers are one, in their order", () => {
  assert.equal(stateOf("a=1, b=2", "c@d=3,,\te/f=4 5 "), "a=1,b=2,c@d=3,e/f=4 5");
  assert.equal(stateOf(), undefined);
  assert.equal(stateOf(" , "), undefined);
});

test("a bad state is none at all", () => {
  for (const bad of [
    "a",
    "=1",
    "A=1",
    "a=1,a=2",
    "a=\u0007",
    "a=é",
    "a=1=2",
    `${"k".repeat(257)}=1`,
    `a=${"v".repeat(257)}`,
  ])
    assert.equal(stateOf(bad), undefined, bad);
  assert.equal(stateOf(Array.from({ length: 33 }, (_, at) => `k${at}=1`).join(",")), undefined);
  assert.equal(stateOf(`a=1,${" ".repeat(10_000)}`), undefined);
});

test("a state that is too long loses long entries first, then the last ones", () => {
  const long = `long=${"v".repeat(200)}`;
  const short = Array.from({ length: 20 }, (_, at) => `key${at}=${"v".repeat(20)}`);
  const kept = stateOf([...short.slice(0, 2), long, ...short.slice(2)].join(",")) ?? "";
  assert.ok(kept.length <= 512);
  assert.ok(kept.startsWith(short.slice(0, 3).join(",")));
  assert.doesNotMatch(kept, /long/);
});

test("whatever is sent, what is passed on is a state again", () => {
  const header = fc.string({ unit: fc.constantFrom(..."ab1=,@ *é\t"), maxLength: 60 });
  fc.assert(
    fc.property(fc.array(header), (values) => {
      const state = stateOf(...values);
      assert.ok(state === undefined || stateOf(state) === state);
    }),
  );
});
