// What is left of the budgets of keys, of tags, and of all.

import type { Budget } from "../../accounts/spending/budget.ts";
import { message } from "../../language/messages.ts";
import { notThere } from "../operation/admin-error.ts";
import { dollars } from "../operation/dollars.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import { choice, flag, listOf, object, orNull, text, timestamp, whole } from "../operation/shapes.ts";

const listBudgets = operation({
  id: "listBudgets",
  tag: "usage",
  method: "GET",
  path: "/budgets",
  summary: "Each budget in its period now: what was spent, and what requests under way have reserved.",
  answer: object(
    {
      data: listOf(
        object(
          {
            kind: choice(["key", "tag", "all"], "Whose it is."),
            name: orNull(text("The name of the key, or the tag.")),
            per: choice(["day", "week", "month", "total"], "When it begins anew."),
            from: orNull(timestamp("When this period began.")),
            until: orNull(timestamp("When it is over.")),
            usd: text("How much may be spent, in US dollars."),
            spent_usd: text("What was spent."),
            reserved_usd: text("Reserved by requests under way."),
            unpriced: whole("Requests whose price nobody knew: they are in no sum."),
            is_spent: flag("Whether it refuses requests now."),
          },
          "A budget.",
        ),
        "The budgets.",
      ).max(200_000),
    },
    "The budgets.",
  ),
  run: ({ parts: { serving, clock } }) => {
    if (serving === undefined) throw notThere(message("refused.noGatewayBudgets"));
    const nowMs = clock.wallMs();
    const budgets = [...serving.clients.accounts.bounds.budgets.values()];
    return { value: { data: budgets.map((budget) => shownBudget(budget, nowMs)) } };
  },
});

/** The operations. */
export const BUDGET_OPERATIONS: readonly AdminOperation[] = [listBudgets];

function shownBudget(budget: Budget, nowMs: number) {
  const { name, settings } = budget;
  const { span, spent, reserved, unpriced } = budget.at(nowMs);
  const named = name.kind === "key" ? name.name : name.kind === "tag" ? name.tag : null;
  return {
    kind: name.kind === "key" || name.kind === "tag" ? name.kind : ("all" as const),
    name: named,
    per: settings.per,
    from: timeOrNull(span.startMs),
    until: timeOrNull(span.endMs),
    usd: amountOf(settings.nanoDollars),
    spent_usd: amountOf(spent),
    reserved_usd: amountOf(reserved),
    unpriced,
    is_spent: spent >= settings.nanoDollars,
  };
}

function amountOf(nanoDollars: number): string {
  return dollars(Math.round(nanoDollars)) ?? "0";
}

/** A period that never ends has borders that no calendar has. */
function timeOrNull(ms: number): string | null {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 && ms > 0 ? new Date(ms).toISOString() : null;
}
