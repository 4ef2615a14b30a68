// What is posted of an alert: an object of our own, or a text in the form that Slack or Discord reads. No name in it calls
// anybody.

import type { Alert, AlertFormat } from "./alert.ts";
import { cutText } from "./clean-news.ts";

/** Discord refuses more than 2,000; Slack cuts later than that. */
const MAX_CHARS = 2_000;
/** Of a message on Discord: no previews of links. */
const SUPPRESS_EMBEDS = 4;
const SIGNS: Readonly<Record<Alert["level"], string>> = { error: "🔴", warning: "🟠", info: "🟢" };
/** By Slack's rules for texts: else a name could call a channel. */
const SLACK_SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** The form that a host is known to want. */
export function formatFor(hostname: string): AlertFormat {
  if (/(?:^|\.)slack\.com$/.test(hostname)) return "slack";
  return /(?:^|\.)discord(?:app)?\.com$/.test(hostname) ? "discord" : "json";
}

/** The body, as text. */
export function alertBody(format: AlertFormat, alert: Alert): string {
  return JSON.stringify(bodyOf(format, alert));
}

function bodyOf(format: AlertFormat, alert: Alert): unknown {
  switch (format) {
    case "slack":
      return { text: slackText(lineOf(alert)), mrkdwn: false, link_names: false, unfurl_links: false };
    case "discord":
      return {
        content: cutText(lineOf(alert), MAX_CHARS),
        allowed_mentions: { parse: [] },
        flags: SUPPRESS_EMBEDS,
      };
    case "json":
      return jsonOf(alert);
  }
}

function jsonOf(alert: Alert): object {
  const { id, kind, state, level, subject, text, heldBack, details } = alert;
  return {
    type: kind,
    id,
    state,
    level,
    subject,
    text,
    time: new Date(alert.toldMs).toISOString(),
    first_seen: new Date(alert.firstSeenMs).toISOString(),
    held_back: heldBack,
    details,
    // Where they stood before there were other alerts.
    ...(kind.startsWith("budget_") ? details : {}),
  };
}

function lineOf({ level, text, heldBack }: Alert): string {
  const more = heldBack === 0 ? "" : ` (${heldBack} more of the same held back)`;
  return `${SIGNS[level]} ${text}${more}`;
}

function slackText(line: string): string {
  return cutText(line, MAX_CHARS).replace(/[&<>]/g, (sign) => SLACK_SIGNS[sign] ?? sign);
}
