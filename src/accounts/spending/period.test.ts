// Tests of period.ts: borders of days, weeks and months, in zones whose clocks are put forward and back.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Periods } from "./period.ts";

const at = (text: string): number => Date.parse(text);
const span = (zone: string, per: "day" | "week" | "month", text: string): readonly string[] => {
  const { startMs, endMs } = new Periods(zone).spanOf(per, at(text));
  return [new Date(startMs).toISOString(), new Date(endMs).toISOString()];
};

test("days, weeks and months begin at local midnight, weeks on Monday", () => {
  assert.deepEqual(span("UTC", "day", "2027-03-10T12:00:00Z"), [
    "2027-03-10T00:00:00.000Z",
    "2027-03-11T00:00:00.000Z",
  ]);
  assert.deepEqual(span("Asia/Taipei", "day", "2027-03-10T17:00:00Z"), [
    "2027-03-10T16:00:00.000Z",
    "2027-03-11T16:00:00.000Z",
  ]);
  // 2027-03-14 is a Sunday.
  assert.deepEqual(span("UTC", "week", "2027-03-14T23:59:59Z"), [
    "2027-03-08T00:00:00.000Z",
    "2027-03-15T00:00:00.000Z",
  ]);
  assert.deepEqual(span("Asia/Taipei", "month", "2027-12-31T16:00:00Z"), [
    "2027-12-31T16:00:00.000Z",
    "2028-01-31T16:00:00.000Z",
  ]);
  const { startMs, endMs } = new Periods("UTC").spanOf("total", at("2027-01-01T00:00:00Z"));
  assert.deepEqual([startMs, endMs], [0, Number.POSITIVE_INFINITY]);
});

test("a day on which clocks are put forward has 23 hours, and one on which they are put back has 25", () => {
  assert.deepEqual(span("America/New_York", "day", "2027-03-14T12:00:00Z"), [
    "2027-03-14T05:00:00.000Z",
    "2027-03-15T04:00:00.000Z",
  ]);
  assert.deepEqual(span("America/New_York", "day", "2027-11-07T12:00:00Z"), [
    "2027-11-07T04:00:00.000Z",
    "2027-11-08T05:00:00.000Z",
  ]);
});

test("where clocks are put forward at midnight, a day begins at one o'clock", () => {
  // São Paulo had no midnight on 2018-11-04; Beirut goes by the same rule.
  assert.deepEqual(span("America/Sao_Paulo", "day", "2018-11-04T12:00:00Z"), [
    "2018-11-04T03:00:00.000Z",
    "2018-11-05T02:00:00.000Z",
  ]);
});

test("a day that a zone has left out on the date line is nobody's", () => {
  // Samoa had no 2011-12-30.
  assert.deepEqual(span("Pacific/Apia", "day", "2011-12-30T12:00:00Z"), [
    "2011-12-30T10:00:00.000Z",
    "2011-12-31T10:00:00.000Z",
  ]);
});

test("every moment is in its period, periods follow each other without a gap, and they are as long as they can be", () => {
  const zones = [
    "UTC",
    "Asia/Taipei",
    "America/New_York",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
  ];
  const property = fc.property(
    fc.constantFrom(...zones),
    fc.constantFrom("day" as const, "week" as const, "month" as const),
    fc.integer({ min: at("2005-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") }),
    (zone, per, moment) => {
      const periods = new Periods(zone);
      const { startMs, endMs } = periods.spanOf(per, moment);
      assert.ok(startMs <= moment && moment < endMs);
      assert.equal(periods.spanOf(per, startMs).startMs, startMs);
      assert.equal(periods.spanOf(per, endMs - 1).startMs, startMs);
      assert.equal(periods.spanOf(per, endMs).startMs, endMs);
      const days = (endMs - startMs) / 86_400_000;
      const [least, most] = { day: [0.9, 2.1], week: [5.9, 8.1], month: [26.9, 31.2] }[per] as [
        number,
        number,
      ];
      assert.ok(days > least && days < most, `${days} days`);
    },
  );
  fc.assert(property, { numRuns: 200 });
});
