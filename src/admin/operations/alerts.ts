// What the operator is told of: how it stands, and a test of it.

import { message } from "../../language/messages.ts";
import { notThere } from "../operation/admin-error.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import {
  anything,
  choice,
  flag,
  listOf,
  object,
  orNull,
  text,
  timestamp,
  whole,
} from "../operation/shapes.ts";

const webhook = object(
  {
    number: whole("Its place in the configuration, from 1."),
    name: orNull(text("As the configuration has it.")),
    format: choice(["json", "slack", "discord"], "What is posted."),
    kinds: orNull(listOf(text("A kind."), "The kinds of alerts that it gets; null: all.")),
    waiting: whole("Alerts that wait for it."),
    delivered: whole("Alerts that it took, since the start."),
    failed: whole("Alerts that were given up."),
    dropped: whole("Alerts for which too many others waited."),
    last_delivered: orNull(timestamp("When it took one last.")),
    last_failure: orNull(
      object(
        { reason: text("A status or an error code."), at: timestamp("When.") },
        "The last try that failed.",
      ),
    ),
  },
  "A webhook. Its address is not shown.",
);

const alert = object(
  {
    kind: text("What it is about, such as `endpoint_down`."),
    state: choice(
      ["raised", "flapping", "held", "happened"],
      "Whether it lasts, comes and goes, waits to be told, or has happened once.",
    ),
    level: choice(["info", "warning", "error"], "How bad it is."),
    subject: text("What it is about, such as the name of an endpoint."),
    text: text("A sentence."),
    first_seen: timestamp("When it began."),
    told: orNull(timestamp("When it was told last; null: not yet.")),
    held_back: whole("How often the same was held back since."),
  },
  "An alert.",
);

const listAlerts = operation({
  id: "listAlerts",
  tag: "gateway",
  method: "GET",
  path: "/alerts",
  summary: "What is wrong now or was of late, and how the webhooks fare.",
  answer: object(
    {
      data: listOf(alert, "The alerts.").max(200),
      webhooks: listOf(webhook, "The webhooks."),
      told: anything("How many alerts were told since the start, by kind."),
      held_back: whole("How many were held back since the start."),
    },
    "The alerts.",
  ),
  run: ({ parts }) => {
    const { webhooks, alerts, told, heldBack } = alertsOf(parts).view();
    const shown = webhooks.map(({ lastDelivered, lastFailure, kinds, ...rest }) => ({
      ...rest,
      kinds: kinds === null ? null : [...kinds],
      last_delivered: lastDelivered,
      last_failure: lastFailure,
    }));
    return { value: { data: [...alerts], webhooks: shown, told, held_back: heldBack } };
  },
});

const testAlerts = operation({
  id: "testAlerts",
  tag: "gateway",
  method: "POST",
  path: "/alerts/test",
  summary: "Sends a test to every webhook, and says which of them took it.",
  answer: object(
    {
      data: listOf(
        object(
          {
            number: whole("Its place in the configuration, from 1."),
            name: orNull(text("As the configuration has it.")),
            is_delivered: flag("Whether it took the test."),
            reason: orNull(text("A status or an error code; null where it took it.")),
          },
          "A webhook.",
        ),
        "The webhooks.",
      ),
    },
    "How it went.",
  ),
  run: async ({ parts, note }) => {
    const results = await alertsOf(parts).testAlert();
    const data = results.map(({ isDelivered, ...rest }) => ({ ...rest, is_delivered: isDelivered }));
    await note({ action: "alerts.test", subject: "", detail: { webhooks: data.length } });
    return { value: { data } };
  },
});

/** The operations. */
export const ALERT_OPERATIONS: readonly AdminOperation[] = [listAlerts, testAlerts];

/** @throws GatewayError admin_not_found */
function alertsOf({ serving }: AdminParts) {
  const alerts = serving?.alerts;
  if (alerts === undefined) throw notThere(message("refused.noGateway"));
  return alerts;
}
