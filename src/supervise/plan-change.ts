// Says in a few words what a reload changed: endpoints come and gone, weights, overrides. For people only; never
// shows a key or an address.

import type { ClientKey } from "../accounts/client-key.ts";
import type { GatewayConfig } from "../config/compile.ts";
import type { Endpoint, Override, RoutingPlan } from "../routing/model.ts";
import { isSameProxy } from "../upstream/forward-proxy.ts";
import { isSameCertificate } from "../upstream/trust.ts";

/** `+1 endpoint (groq), weight local 2→3`; empty when the plans are the same. */
export function describePlanChange(before: RoutingPlan, after: RoutingPlan, arrow = "→"): string {
  const parts = [
    ...describeMembers("endpoint", before.endpoints, after.endpoints),
    ...describeMembers("override", before.overrides, after.overrides),
    ...pairs(before.endpoints, after.endpoints).flatMap(([old, now]) => describeEndpoint(old, now, arrow)),
    ...pairs(before.overrides, after.overrides).flatMap(([old, now]) => describeOverride(old, now)),
  ];
  if (before.mode !== after.mode) parts.push(`mode ${before.mode}${arrow}${after.mode}`);
  if (before.hideMerged !== after.hideMerged) parts.push(`hide_merged ${after.hideMerged}`);
  parts.push(...describeMembers("fallback", before.fallbacks, after.fallbacks));
  for (const [old, now] of pairs(before.fallbacks, after.fallbacks)) {
    if (!isSame(old.steps, now.steps)) parts.push(`fallback ${now.name} changed`);
  }
  if (!isSame([before.models, before.defaults], [after.models, after.defaults]))
    parts.push("settings of models changed");
  return parts.join(", ");
}

/** The same of a whole configuration; empty when nothing has changed. */
export function describeConfigChange(before: GatewayConfig, after: GatewayConfig, arrow?: string): string {
  const parts = [describePlanChange(before.plan, after.plan, arrow)];
  const { apiKeys: oldKeys, ...oldServer } = before.server;
  const { apiKeys: newKeys, ...newServer } = after.server;
  parts.push(...describeKeys(oldKeys, newKeys));
  if (!isSame(oldServer, newServer)) parts.push("server settings");
  else if (before.server.tls?.keyPem() !== after.server.tls?.keyPem()) parts.push("server settings");
  if (!isSame(before.discovery, after.discovery)) parts.push("discovery settings");
  if (!isSame(before.store, after.store)) parts.push("store settings");
  if (!isSame(before.limits, after.limits)) parts.push("limits");
  if (!isSame([before.budgets, before.alerts], [after.budgets, after.alerts])) parts.push("budgets");
  if (!isSame(before.log, after.log)) parts.push("log settings (at the next start)");
  return parts.filter((part) => part !== "").join(", ");
}

/** How many client keys have come and gone, and how many say something else now; never which. */
function describeKeys(before: readonly ClientKey[], after: readonly ClientKey[]): string[] {
  const old = new Map(before.map((key) => [key.digest, key]));
  const kept = after.filter((key) => old.has(key.digest));
  const changed = kept.filter((key) => !isSame(old.get(key.digest), key));
  const counts = [
    ["+", after.length - kept.length, ""],
    ["-", before.length - kept.length, ""],
    ["", changed.length, " changed"],
  ] as const;
  return counts.flatMap(([sign, count, end]) =>
    count === 0 ? [] : [`${sign}${count} client ${count === 1 ? "key" : "keys"}${end}`],
  );
}

type Named = { readonly name: string };

function describeMembers(kind: string, before: readonly Named[], after: readonly Named[]): string[] {
  const oldNames = new Set(before.map((one) => one.name));
  const newNames = new Set(after.map((one) => one.name));
  const added = [...newNames].filter((name) => !oldNames.has(name));
  const removed = [...oldNames].filter((name) => !newNames.has(name));
  return [...describeSet("+", kind, added), ...describeSet("-", kind, removed)];
}

function describeSet(sign: string, kind: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`${sign}${names.length} ${kind}${names.length === 1 ? "" : "s"} (${names.join(", ")})`];
}

function pairs<T extends Named>(before: readonly T[], after: readonly T[]): (readonly [T, T])[] {
  const old = new Map(before.map((one) => [one.name, one]));
  return after.flatMap((now) => {
    const match = old.get(now.name);
    return match === undefined ? [] : [[match, now] as const];
  });
}

function describeEndpoint(old: Endpoint, now: Endpoint, arrow: string): string[] {
  const parts: string[] = [];
  if (old.weight !== now.weight) parts.push(`weight ${now.name} ${old.weight}${arrow}${now.weight}`);
  if (old.isDraining !== now.isDraining)
    parts.push(`${now.name} ${now.isDraining === true ? "draining" : "not draining any more"}`);
  if (old.enabled !== now.enabled) parts.push(`${now.name} ${now.enabled ? "enabled" : "disabled"}`);
  const changed: string[] = [];
  if (old.baseUrl !== now.baseUrl) changed.push("base_url");
  else if (old.wire !== now.wire) changed.push("api");
  if (!isSame(old.credentials, now.credentials)) changed.push("api_key");
  if (!isSame(old.fixedHeaders, now.fixedHeaders)) changed.push("headers");
  if (!isSame(old.timeouts, now.timeouts)) changed.push("timeouts");
  if (!isSame(old.models, now.models)) changed.push("models");
  if (old.priority !== now.priority) changed.push("priority");
  if (old.maxInFlight !== now.maxInFlight || !isSame(old.queue, now.queue)) changed.push("limits");
  if (!isSame(old.probe, now.probe)) changed.push("probe");
  if (old.caPem !== now.caPem) changed.push("ca_file");
  if (!isSameCertificate(old.clientCertificate, now.clientCertificate)) changed.push("tls");
  if (!isSameProxy(old.proxy, now.proxy)) changed.push("proxy");
  if (changed.length > 0) parts.push(`${now.name}: new ${changed.join(" and ")}`);
  return parts;
}

function describeOverride(old: Override, now: Override): string[] {
  return isSame(old.targets, now.targets) ? [] : [`override ${now.name} changed`];
}

/** Plain data on both sides, with the keys in the same order: it comes from the same compiler. */
function isSame(old: unknown, now: unknown): boolean {
  return JSON.stringify(old) === JSON.stringify(now);
}
