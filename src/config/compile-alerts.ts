// Makes the webhooks of a decoded file: how each is reached, and in which form it is told.

import type { AlertSettings, WebhookSettings } from "../alerts/alert.ts";
import { formatFor } from "../alerts/alert-body.ts";
import type { EnvironmentProxies } from "./proxies/environment-proxies.ts";
import type { DecodedConfig } from "./schema/schema.ts";

type WrittenWebhook = DecodedConfig["alerts"]["webhooks"][number];

/** Compiles `alerts`; `webhook` is the first of `webhooks`, told of everything. */
export function compileAlerts(
  { webhook, webhooks, ...rest }: DecodedConfig["alerts"],
  proxies: EnvironmentProxies,
): AlertSettings {
  const all: readonly WrittenWebhook[] = webhook === undefined ? webhooks : [{ url: webhook }, ...webhooks];
  return { ...rest, webhooks: all.map((one) => compileWebhook(one, proxies)) };
}

function compileWebhook(
  { url: text, name, kinds, format, headers = {} }: WrittenWebhook,
  proxies: EnvironmentProxies,
): WebhookSettings {
  const url = new URL(text.trim());
  const { origin } = url;
  return {
    name,
    format: format ?? formatFor(url.hostname),
    kinds: kinds === undefined ? undefined : new Set(kinds),
    peer: { origin, proxy: proxies.for(origin) },
    path: `${url.pathname}${url.search}`,
    headers: Object.entries(headers).flatMap(([key, value]) => [key.toLowerCase(), value]),
  };
}
