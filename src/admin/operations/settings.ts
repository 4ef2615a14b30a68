// What is in force besides endpoints and keys: how long things are kept, whence prices come, where alerts go; and the
// bundle for a report of a bug.

import { arch, platform, release } from "node:os";
import { outlineOf } from "../../config/config-outline.ts";
import { GatewayError } from "../../core/errors.ts";
import { WHOLE_FACTOR } from "../../pricing/price.ts";
import { ageDays, MAX_AGE_DAYS } from "../../pricing/price-book.ts";
import { healthOf } from "../operation/endpoint-health.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import {
  amount,
  anything,
  choice,
  flag,
  listOf,
  mapOf,
  object,
  orNull,
  text,
  whole,
} from "../operation/shapes.ts";
import { servingOf, statusOf } from "./serving.ts";
import { storeShape } from "./serving-shapes.ts";

const getSettings = operation({
  id: "getSettings",
  tag: "settings",
  method: "GET",
  path: "/settings",
  summary: "How long things are kept, what is stored, where alerts go, who may administer.",
  answer: object(
    {
      store: storeShape,
      retention: object(
        {
          usage_days: amount("Single requests of the ledger."),
          minute_hours: amount("Sums by minute."),
          hour_days: amount("Sums by hour. Sums by day are kept."),
          requests_days: amount("The log of requests; 0: there is none."),
          requests_bytes: whole("The log of requests at most."),
        },
        "How long things are kept.",
      ),
      alerts: object(
        {
          is_configured: flag("Whether alerts go anywhere."),
          targets: listOf(text("Where, without secrets."), "The webhooks."),
        },
        "Alerts.",
      ),
      admin: object(
        {
          is_remote: flag("Whether other machines may administer."),
          has_token: flag("Whether programs have a token of the configuration."),
        },
        "Who may administer.",
      ),
      log: object({ level: text("From here on."), format: text("Of the lines.") }, "The log."),
    },
    "The settings.",
  ).meta({ id: "Settings" }),
  run: ({ parts }) => ({ value: settingsOf(parts) }),
});

const tableHead = orNull(
  object(
    { date: text("Its day."), age_days: whole("Since then."), is_old: flag("Whether it should be renewed.") },
    "A table of prices; null where there is none.",
  ),
);

const listPrices = operation({
  id: "listPrices",
  tag: "settings",
  method: "GET",
  path: "/prices",
  summary: "What each model costs at each endpoint, who says so, and what nobody has priced.",
  answer: object(
    {
      currency: choice(["USD"], "Of all prices."),
      tables: object(
        { table: tableHead, imported: tableHead },
        "That of the program, and one that was imported.",
      ),
      data: listOf(
        object(
          {
            model: text("The public name."),
            endpoint: text("Its endpoint."),
            upstream_model: text("As the endpoint calls it."),
            input: orNull(amount("Dollars for a million tokens in.")),
            cached: orNull(amount("The same, read from a cache.")),
            output: orNull(amount("Dollars for a million tokens out.")),
            source: choice(["config", "imported", "table", "unpriced"], "Who says so."),
            date: orNull(text("The day of the price.")),
          },
          "A price.",
        ),
        "The prices.",
      ).max(200_000),
      unpriced: listOf(text("`endpoint/model`."), "What was used since the start and has no price.").max(
        10_000,
      ),
    },
    "The prices.",
  ).meta({ id: "Prices" }),
  run: ({ parts }) => ({ value: pricesOf(parts) }),
});

const testAlert = operation({
  id: "testAlert",
  tag: "settings",
  method: "POST",
  path: "/alerts/test",
  summary: "Sends an alert that says that it is a test.",
  answer: object(
    {
      data: listOf(
        object(
          {
            target: text("Where to, without secrets."),
            is_ok: flag("Whether it was taken."),
            status: orNull(whole("Of the answer.")),
            error: orNull(text("What went wrong.")),
          },
          "A webhook.",
        ),
        "The webhooks.",
      ),
    },
    "What came of it.",
  ),
  run: async ({ parts, note }) => {
    const { alerts } = parts;
    if (alerts === undefined)
      throw new GatewayError("admin_not_found", { message: "No webhook for alerts is configured." });
    const data = await alerts.test();
    await note({ action: "alerts.test", subject: "" });
    return { value: { data } };
  },
});

const getDiagnostics = operation({
  id: "getDiagnostics",
  tag: "settings",
  method: "GET",
  path: "/diagnostics",
  summary: "What the report of a bug needs, and nothing that is secret.",
  answer: mapOf(
    anything("A part."),
    "Version, system, state, configuration without secrets, problems, last errors.",
  ),
  run: ({ parts }) => ({ value: diagnosticsOf(parts) }),
});

/** The operations. */
export const SETTINGS_OPERATIONS: readonly AdminOperation[] = [
  getSettings,
  listPrices,
  testAlert,
  getDiagnostics,
];

const DAY_MS = 86_400_000;
const NANO = 1_000_000_000;

function settingsOf({ config: first, serving, store, alerts }: AdminParts) {
  const config = serving?.config() ?? first;
  const { usageMs, requestsMs, requestsBytes } = config.store.keep;
  return {
    store: store?.state() ?? { kind: "off" as const, health: "ok" as const, queued: 0, lost: 0, bytes: 0 },
    retention: {
      usage_days: usageMs / DAY_MS,
      minute_hours: 48,
      hour_days: 90,
      requests_days: requestsMs / DAY_MS,
      requests_bytes: requestsBytes,
    },
    alerts: { is_configured: alerts !== undefined, targets: alerts?.targets() ?? [] },
    admin: { is_remote: config.admin.isRemote, has_token: config.admin.token !== undefined },
    log: { level: config.log.level, format: config.log.format },
  };
}

/** @throws GatewayError admin_not_found */
function pricesOf(parts: AdminParts) {
  const serving = servingOf(parts);
  const { prices } = serving.targets;
  const nowMs = parts.clock.wallMs();
  const head = (date: string | undefined) => {
    if (date === undefined) return null;
    const days = ageDays(date, nowMs);
    return { date, age_days: days, is_old: days > MAX_AGE_DAYS };
  };
  const data = serving
    .table()
    .publicModels()
    .flatMap(({ name: model, targets, settings }) =>
      targets.map((target) => {
        const found = prices.find(target, settings.price);
        const rate = (nano: number | undefined) =>
          found === undefined || nano === undefined ? null : ((nano / NANO) * found.factor) / WHOLE_FACTOR;
        const { input, cached, output } = found?.price.rates ?? {};
        return {
          model,
          endpoint: target.endpoint.name,
          upstream_model: target.upstreamModel,
          ...{ input: rate(input), cached: rate(cached), output: rate(output) },
          source: found?.source ?? ("unpriced" as const),
          date: found?.date ?? null,
        };
      }),
    );
  const { snapshot, imported } = prices.tables;
  const tables = { table: head(snapshot?.head.date), imported: head(imported?.head.date) };
  return { currency: "USD" as const, tables, data, unpriced: prices.unpriced };
}

/** Only what is named here gets in: keys, header values and the variables behind them are left out, not masked. */
function diagnosticsOf(parts: AdminParts) {
  const { serving, config: first, version, clock, overlay } = parts;
  const config = serving?.config() ?? first;
  const status = statusOf(parts);
  return {
    about: "oai-gateway diagnostics",
    at: new Date(clock.wallMs()).toISOString(),
    version: version ?? null,
    node: process.versions.node,
    system: `${platform()} ${release()} ${arch()}`,
    memory: process.memoryUsage(),
    status,
    config: outlineOf(config),
    has_overlay: overlay !== undefined,
    health:
      serving?.snapshot({ models: "none" }).endpoints.map((one) => ({ name: one.name, ...healthOf(one) })) ??
      [],
    unpriced: serving?.targets.prices.unpriced ?? [],
  };
}
