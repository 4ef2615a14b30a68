// What client keys, and all clients together, may use and spend: `limits`, `budgets`, and the same blocks in an entry of
// `server.api_keys`; and who is told when something goes wrong: `alerts`.

import type { BudgetSettings, LimitSettings } from "../../accounts/key-rules.ts";
import { isTimeZone } from "../../accounts/time-zone.ts";
import { ALERT_FORMATS, ALERT_KINDS } from "../../alerts/alert.ts";
import { message } from "../../language/messages.ts";
import {
  block,
  blockOf,
  choice,
  converted,
  duration,
  durationOr,
  KEYS,
  later,
  listOf,
  name,
  section,
  text,
  whole,
} from "./fields.ts";

const NANO = 1_000_000_000;
/** Above that, nano-dollars are no whole numbers any more. */
const MOST_DOLLARS = 9_000_000;
const MAX_COUNT = 1_000_000_000_000;

function windows(what: string) {
  const count = (per: string) => whole(`${what} a ${per}.`, { min: 1, max: MAX_COUNT }).optional();
  return block(
    { minute: count("minute"), hour: count("hour"), day: count("day") },
    `${what}, in any minute, hour and day. Each is a bucket that fills evenly: with \`minute: 60\`, one more each second.`,
  );
}

const limitKeys = () => ({
  requests: later(() => windows("Requests")).optional(),
  tokens: later(() => windows("Tokens in and out")).optional(),
  parallel: whole("Requests under way at the same time.", { min: 1, max: 1_000_000 }).optional(),
});

/** `limits` of a key, a model or a tag. */
export function limitsBlock(description: string) {
  return block(limitKeys(), description).transform((raw): LimitSettings => raw);
}

const dollars = () =>
  converted("US dollars, at most 9 million.", message("kind.usd"), (value): number | undefined => {
    if (typeof value === "string" && !/^\d{1,8}(?:\.\d{1,9})?$/.test(value.trim())) return undefined;
    const amount = Number(value);
    if (!(amount > 0) || amount > MOST_DOLLARS) return undefined;
    const nano = Math.round(amount * NANO);
    return nano > 0 ? nano : undefined;
  });

const warnAt = () =>
  converted(
    "The share from which on a warning goes to `alerts`: `80%`, or `80`. Requests go on.",
    message("kind.share"),
    (value): number | undefined => {
      const percent = typeof value === "number" ? value : Number(/^(\d{1,3})\s*%?$/.exec(value.trim())?.[1]);
      return Number.isInteger(percent) && percent >= 1 && percent <= 100 ? percent / 100 : undefined;
    },
  );

const timeZone = () =>
  converted(
    "By whose midnight it begins anew: a name such as `Asia/Taipei`.",
    message("kind.timeZone"),
    (value): string | undefined => (typeof value === "string" && isTimeZone(value) ? value : undefined),
  );

const budgetKeys = () => ({
  usd: dollars(),
  per: choice(
    ["day", "week", "month", "total"],
    "When it begins anew. Weeks begin on Monday. `total`: never.",
  ).prefault("month"),
  warn_at: warnAt().optional(),
  time_zone: timeZone().prefault("UTC"),
  unpriced: choice(
    ["allow", "refuse"],
    "Requests whose price nobody knows: they are let through and counted, and a warning goes to `alerts`; or they are refused.",
  ).prefault("allow"),
});

type RawBudget = {
  readonly usd: number;
  readonly per: BudgetSettings["per"];
  readonly warn_at?: number | undefined;
  readonly time_zone: string;
  readonly unpriced: BudgetSettings["unpriced"];
};

function budgetOf({ usd, per, warn_at: atShare, time_zone: zone, unpriced }: RawBudget): BudgetSettings {
  return { nanoDollars: usd, per, warnAt: atShare, timeZone: zone, unpriced };
}

/** `budget` of a key. */
export function budgetBlock(description: string) {
  return block(budgetKeys(), description).transform(budgetOf);
}

/** `limits`. */
export const limits = section("limits", () =>
  block(
    {
      ...limitKeys(),
      models: blockOf(
        KEYS.names,
        later(() => limitsBlock("All models together that the pattern is about.")),
        message("kind.modelLimits"),
        'Limits of models, by patterns over their public names (`*` any text, `?` one character). All that match hold: `"gpt-*"` is one limit over all such models together.',
      ).optional(),
      tags: blockOf(
        KEYS.names,
        later(() => limitsBlock("All keys together that have the tag.")),
        message("kind.tagLimits"),
        "Limits of tags: over all keys together that have one.",
      ).optional(),
    },
    "How much may be asked for, over all clients; of single keys in `server.api_keys`. Whoever is over it gets 429 with `retry-after`. Counts of tokens, lists of models and questions about stored objects are not counted.",
  ).transform(({ models = {}, tags = {}, ...all }) => ({ all: all as LimitSettings, models, tags })),
);

const budget = later(() =>
  block({
    tag: name("Only what keys with this tag spend; what all spend when left out.").optional(),
    ...budgetKeys(),
  }).transform(({ tag, ...raw }) => ({ tag, ...budgetOf(raw) })),
);

/** `budgets`. */
export const budgets = listOf(
  budget,
  "How much may be spent by the keys of a tag together, or by all clients; by single keys in `server.api_keys`. Before a request its estimate is reserved, after it the true cost is settled; what would go over a budget gets 429.",
).prefault([]);

const webhook = later(() =>
  block(
    {
      url: text("Its address. It lets whoever has it post, and is shown nowhere."),
      name: name("What the gateway calls it where it tells how it fares.").optional(),
      kinds: listOf(
        choice(ALERT_KINDS, "A kind of alerts."),
        "Which alerts it gets; all when left out.",
      ).optional(),
      format: choice(
        ALERT_FORMATS,
        "What is posted: an object of the gateway's own, or what Slack or Discord reads. Found by the host when left out.",
      ).optional(),
      headers: blockOf(
        KEYS.words,
        text("A value."),
        message("kind.headers"),
        "Further headers, such as `Authorization`.",
      ).optional(),
    },
    "A webhook.",
  ),
);

/** `alerts`. */
export const alerts = section("alerts", () =>
  block(
    {
      webhook: text(
        "Address that is told of all alerts by a POST of JSON: the short form of `webhooks`. Addresses of Slack and Discord get what these read.",
      ).optional(),
      webhooks: listOf(webhook, "Who is told, each of what it wants to hear.").prefault([]),
      repeat: durationOr(
        0,
        "The same alert is told at most once in this time; `off`: whenever it begins.",
      ).prefault("1h"),
      down_after: duration(
        "For so long an endpoint has to be ejected or unreachable before anybody is told.",
      ).prefault("1m"),
    },
    "Who is told when an endpoint is down, a key is refused, a budget ends and the like.",
  ).transform(({ down_after, repeat, ...raw }) => ({ ...raw, repeatMs: repeat, downAfterMs: down_after })),
);
