// What is in force besides endpoints and keys: how long things are kept, whence prices come, where alerts go; and the
// bundle for a report of a bug.

import { GatewayError } from "../../core/errors.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
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
      data_dir: orNull(text("The data folder; null where nothing is kept on the disk.")),
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
      privacy: object(
        { keeps_bodies: flag("Whether questions and answers are kept in the log of requests.") },
        "What is stored of requests.",
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
      workers: whole("Processes that serve."),
    },
    "The settings.",
  ).meta({ id: "Settings" }),
  run: () => {
    throw new GatewayError("internal");
  },
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
  run: () => {
    throw new GatewayError("internal");
  },
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
  run: () => {
    throw new GatewayError("internal");
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
  run: () => {
    throw new GatewayError("internal");
  },
});

/** The operations. */
export const SETTINGS_OPERATIONS: readonly AdminOperation[] = [
  getSettings,
  listPrices,
  testAlert,
  getDiagnostics,
];
