// Tests of budget.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BudgetSettings } from "../key-rules.ts";
import { Budget } from "./budget.ts";
import { CountNews } from "./count-news.ts";
import { Periods } from "./period.ts";

const SETTINGS: BudgetSettings = {
  nanoDollars: 1_000,
  per: "day",
  warnAt: undefined,
  timeZone: "UTC",
  unpriced: "allow",
};
const NOON = Date.parse("2027-03-10T12:00:00Z");
const DAY_MS = 86_400_000;

function budgetOf(settings: Partial<BudgetSettings> = {}, news?: CountNews): Budget {
  const periodsOf = (zone: string): Periods => new Periods(zone);
  return new Budget({ kind: "tag", tag: "family" }, { ...SETTINGS, ...settings }, { news, periodsOf });
}

test("a clock that jumps over a border and back finds what was spent before", () => {
  const budget = budgetOf();
  const today = budget.at(NOON);
  budget.settle(today, 0, 900);
  const tomorrow = budget.at(NOON + DAY_MS);
  assert.equal(tomorrow.spent, 0);
  assert.equal(budget.at(NOON), today);
  assert.equal(budget.at(NOON).spent, 900);
  assert.equal(budget.at(NOON + 10 * 365 * DAY_MS).spent, 0);
  assert.equal(budget.at(NOON).spent, 900);
});

test("what was begun before a border is settled where it was begun", () => {
  const budget = budgetOf();
  const today = budget.at(NOON);
  budget.reserve(today, 400);
  const tomorrow = budget.at(NOON + DAY_MS);
  budget.settle(today, 400, 300);
  assert.deepEqual([today.spent, today.reserved, tomorrow.spent, tomorrow.reserved], [300, 0, 0, 0]);
});

test("another amount keeps what was spent; other borders begin anew", () => {
  const budget = budgetOf();
  budget.settle(budget.at(NOON), 0, 900);
  budget.configure({ ...SETTINGS, nanoDollars: 500 });
  assert.equal(budget.answer(budget.at(NOON), 1), "spent");
  budget.configure({ ...SETTINGS, per: "month" });
  assert.equal(budget.at(NOON).spent, 0);
  assert.equal(budget.at(NOON).isRestored, false);
});

test("two processes that tell one another what they count have the same figures", () => {
  const news = new CountNews();
  const one = budgetOf({}, news);
  const other = budgetOf();
  const period = one.at(NOON);
  one.reserve(period, 300);
  one.settle(period, 300, 250);
  one.reserve(period, 100);
  one.settle(period, 0, undefined);
  for (const [, field, amount] of news.take()) other.apply(field, amount);
  const { spent, reserved, unpriced } = other.at(NOON);
  assert.deepEqual([spent, reserved, unpriced], [250, 100, 1]);
  const third = budgetOf();
  for (const [, field, amount] of other.changes()) third.apply(field, amount);
  assert.deepEqual([third.at(NOON).spent, third.at(NOON).reserved], [250, 100]);
});

test("whatever comes in whatever order, no more is spent than the budget and what requests under way cost above their estimates", () => {
  const request = fc.record({ estimate: fc.nat(300), cost: fc.nat(600), ends: fc.nat(5) });
  const property = fc.property(fc.array(request), (requests) => {
    const budget = budgetOf();
    const period = budget.at(NOON);
    const open: { estimate: number; cost: number; ends: number; wasAlone: boolean }[] = [];
    let above = 0;
    let alone = 0;
    for (const one of requests) {
      for (const [index, other] of open.entries()) {
        if (other.ends > 0) {
          other.ends -= 1;
          continue;
        }
        budget.settle(period, other.estimate, other.cost);
        open.splice(index, 1);
      }
      if (budget.answer(period, one.estimate) !== "open") continue;
      if (period.reserved === 0) alone = Math.max(alone, one.estimate);
      above += Math.max(0, one.cost - one.estimate);
      budget.reserve(period, one.estimate);
      open.push({ ...one, wasAlone: false });
    }
    for (const { estimate, cost } of open) budget.settle(period, estimate, cost);
    assert.equal(period.reserved, 0);
    assert.ok(period.spent <= SETTINGS.nanoDollars + above + alone);
  });
  fc.assert(property);
});
