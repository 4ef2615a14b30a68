// What was used, by whom, and what it cost; the log of requests; the log of changes.

import type { KeyBook } from "../../accounts/key-book.ts";
import { message } from "../../language/messages.ts";
import type { UsageGroup, UsageRow } from "../../store/store.ts";
import { notThere } from "../operation/admin-error.ts";
import { csvOf } from "../operation/csv.ts";
import { dollars } from "../operation/dollars.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import { requestOf, requestShape } from "../operation/request-shape.ts";
import {
  anything,
  choice,
  listOf,
  mapOf,
  moment,
  name,
  object,
  offsetInQuery,
  orNull,
  PAGE_QUERY,
  pageOf,
  text,
  timestamp,
  type ValueOf,
  whole,
  wholeInQuery,
  wordsInQuery,
} from "../operation/shapes.ts";
import { storeOf } from "../operation/store-of.ts";

const GROUPS = ["key", "model", "endpoint", "tag", "minute", "hour", "day"] as const;
const TIMES: ReadonlySet<UsageGroup> = new Set(["minute", "hour", "day"]);
const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;

const FILTERS = {
  from: moment("From here on; a day in UTC or a date with time and zone.").optional(),
  to: moment("Until before here.").optional(),
  key: name("Only this client key, by its id or name.").optional(),
  model: name("Only this model, by its public name.").optional(),
  endpoint: name("Only what this endpoint answered.").optional(),
};

const figures = {
  requests: whole("Requests, failed ones too."),
  failed: whole("Of these: failed."),
  input_tokens: whole("Tokens in, cached ones too."),
  output_tokens: whole("Tokens out, reasoning too."),
  cached_tokens: whole("Of the tokens in: read from a cache."),
  reasoning_tokens: whole("Of the tokens out: reasoning."),
  cost: orNull(text("As a decimal number of `currency`; null where nobody knows a price.")),
  unpriced: whole("Requests that used something and whose price nobody knows: they are in no cost."),
  estimated: whole("Requests whose tokens the gateway has estimated."),
};

const FIGURES = [
  "requests",
  "failed",
  "input_tokens",
  "output_tokens",
  "cached_tokens",
  "reasoning_tokens",
  "cost",
  "unpriced",
  "estimated",
] as const;

const usageQuery = object(
  {
    by: wordsInQuery(GROUPS, "One or more of these, with commas between them."),
    ...FILTERS,
    tag: name("Only keys with this tag.").optional(),
    utc_offset: offsetInQuery(
      "For days: minutes that local time is ahead of UTC, such as 480 or -300.",
    ).optional(),
  },
  "What is asked.",
);

const getUsage = operation({
  id: "getUsage",
  tag: "usage",
  method: "GET",
  path: "/usage",
  summary: "Requests, tokens and cost, told apart by key, model, endpoint, tag or time.",
  query: usageQuery,
  answer: object(
    {
      from: timestamp("From here on."),
      to: timestamp("Until before here."),
      currency: choice(["USD"], "Of all costs."),
      data: listOf(
        object({ group: mapOf(text("Its value."), "What the figures are of."), ...figures }, "A line."),
        "The lines.",
      ).max(100_000),
    },
    "The figures.",
  ),
  run: async ({ parts, query }) => ({ value: await usageOf(parts, query) }),
});

const exportUsage = operation({
  id: "exportUsage",
  tag: "usage",
  method: "GET",
  path: "/usage.csv",
  summary: "The same for spreadsheets: a column for each group and each figure.",
  query: usageQuery,
  media: "text/csv",
  answer: text("The lines, with a header."),
  run: async ({ parts, query }) => {
    const { data } = await usageOf(parts, query);
    const groups = [...new Set(data.flatMap(({ group }) => Object.keys(group)))];
    const names = groups.length > 0 ? groups : query.by;
    const rows = data.map((line) => [
      ...names.map((group) => line.group[group] ?? ""),
      ...FIGURES.map((figure) => line[figure]),
    ]);
    return {
      value: csvOf([[...names, ...FIGURES], ...rows]),
      headers: ["content-disposition", 'attachment; filename="usage.csv"'],
    };
  },
});

const listRequests = operation({
  id: "listRequests",
  tag: "usage",
  method: "GET",
  path: "/requests",
  summary: "The log of requests, the newest first.",
  query: object(
    {
      ...PAGE_QUERY,
      ...FILTERS,
      min_status: wholeInQuery("Only from this status on.", { min: 100, max: 599 }).optional(),
      max_status: wholeInQuery("Only up to this status.", { min: 100, max: 599 }).optional(),
    },
    "Which of them.",
  ),
  answer: pageOf(requestShape, "A page of requests."),
  run: async ({ parts, query }) => {
    const { limit, cursor, from: fromMs, to: toMs, model, endpoint } = query;
    const keyId = keyIdOf(parts, query.key);
    const { min_status: minStatus, max_status: maxStatus } = query;
    const page = await storeOf(parts).requests({
      limit,
      cursor,
      fromMs,
      toMs,
      keyId,
      model,
      endpoint,
      minStatus,
      maxStatus,
    });
    return { value: { data: page.entries.map(requestOf), next: page.next ?? null } };
  },
});

const getRequest = operation({
  id: "getRequest",
  tag: "usage",
  method: "GET",
  path: "/requests/{id}",
  summary: "One request.",
  answer: requestShape,
  run: async ({ parts, params }) => {
    const requestId = params["id"] ?? "";
    const { entries } = await storeOf(parts).requests({ limit: 1, requestId });
    const [entry] = entries;
    if (entry === undefined) throw notThere(message("refused.noRequest"));
    return { value: requestOf(entry) };
  },
});

const listChanges = operation({
  id: "listChanges",
  tag: "usage",
  method: "GET",
  path: "/audit",
  summary: "Who changed what, the newest first.",
  query: object(PAGE_QUERY, "Which of them."),
  answer: pageOf(
    object(
      {
        at: timestamp("When."),
        actor: text("Who: `admin`, `token`, `command line`."),
        address: text("From where; empty for the command line."),
        action: text("What, such as `key.create`."),
        subject: text("The id of what was changed."),
        detail: anything("More of it."),
      },
      "A change.",
    ),
    "A page of changes.",
  ),
  run: async ({ parts, query: { limit, cursor } }) => {
    const page = await storeOf(parts).audits({ limit, cursor });
    const data = page.entries.map(({ timeMs, detail, ...entry }) => ({
      at: new Date(timeMs).toISOString(),
      ...entry,
      detail: parsed(detail),
    }));
    return { value: { data, next: page.next ?? null } };
  },
});

/** The operations. */
export const USAGE_OPERATIONS: readonly AdminOperation[] = [
  getUsage,
  exportUsage,
  listRequests,
  getRequest,
  listChanges,
];

/** @throws GatewayError, StoreFailure */
async function usageOf(parts: AdminParts, query: ValueOf<typeof usageQuery>) {
  const { by, from, to, model, endpoint, tag, utc_offset: offsetMinutes } = query;
  const keyId = keyIdOf(parts, query.key);
  const toMs = to ?? parts.clock.wallMs() + 1;
  const fromMs = from ?? toMs - USUAL_DAYS * DAY_MS;
  const groups = [...new Set(by)];
  const asked = { groups, fromMs, toMs, keyId, model, endpoint, tag };
  const rows = await storeOf(parts).usage(offsetMinutes === undefined ? asked : { ...asked, offsetMinutes });
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    currency: "USD" as const,
    data: rows.map((row) => lineOf(row, groups, parts.keys)),
  };
}

/** A key is named by its id or its name; one that is gone by its id alone. */
function keyIdOf({ keys }: AdminParts, key: string | undefined): string | undefined {
  return key === undefined ? undefined : (keys?.get(key)?.id ?? key);
}

function lineOf(row: UsageRow, groups: readonly UsageGroup[], keys: KeyBook | undefined) {
  const group: Record<string, string> = {};
  for (const [at, by] of groups.entries()) {
    const value = row.values[at] ?? "";
    if (TIMES.has(by)) group[by] = new Date(Number(value)).toISOString();
    else group[by] = by === "key" ? (keys?.get(String(value))?.name ?? String(value)) : String(value);
    if (by === "key") group["key_id"] = String(value);
  }
  const { requests, failed, unpriced, estimated } = row;
  return {
    group,
    requests,
    failed,
    input_tokens: row.input,
    output_tokens: row.output,
    cached_tokens: row.cached,
    reasoning_tokens: row.reasoning,
    cost: dollars(row.nanoDollars),
    unpriced,
    estimated,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
