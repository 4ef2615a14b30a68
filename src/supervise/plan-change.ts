// What another configuration changes: endpoints come and gone, weights, overrides. As plain data; `change-words.ts` says it
// in English, and the dashboard in its reader's language. Never a key or an address.

import type { ClientKey } from "../accounts/client-key.ts";
import type { GatewayConfig } from "../config/compile.ts";
import type { Endpoint, Override, RoutingPlan } from "../routing/model.ts";
import { isSameProxy } from "../upstream/forward-proxy.ts";
import { isSameCertificate } from "../upstream/trust.ts";
import type { ChangeItem } from "./change-item.ts";

/** What is different in the routing; nothing where the plans are the same. */
export function planChanges(before: RoutingPlan, after: RoutingPlan): readonly ChangeItem[] {
  return [
    ...members("endpoints", before.endpoints, after.endpoints),
    ...members("overrides", before.overrides, after.overrides),
    ...pairs(before.endpoints, after.endpoints).flatMap(([old, now]) => endpointChanges(old, now)),
    ...pairs(before.overrides, after.overrides).flatMap(([old, now]) => overrideChanges(old, now)),
    ...modeChanges(before, after),
    ...members("fallbacks", before.fallbacks, after.fallbacks),
    ...pairs(before.fallbacks, after.fallbacks).flatMap(([old, now]): ChangeItem[] =>
      isSame(old.steps, now.steps) ? [] : [{ what: "fallback", name: now.name }],
    ),
    ...onlyIf(!isSame([before.models, before.defaults], [after.models, after.defaults]), "models"),
  ];
}

/** The same of a whole configuration. */
export function configChanges(before: GatewayConfig, after: GatewayConfig): readonly ChangeItem[] {
  const { apiKeys: oldKeys, ...oldServer } = before.server;
  const { apiKeys: newKeys, ...newServer } = after.server;
  const isServerSame =
    isSame(oldServer, newServer) && before.server.tls?.keyPem() === after.server.tls?.keyPem();
  return [
    ...planChanges(before.plan, after.plan),
    ...keyChanges(oldKeys, newKeys),
    ...onlyIf(!isServerSame, "server"),
    ...onlyIf(!isSame(before.discovery, after.discovery), "discovery"),
    ...onlyIf(!isSame(before.store, after.store), "store"),
    ...onlyIf(!isSame(before.limits, after.limits), "limits"),
    ...onlyIf(!isSame([before.budgets, before.alerts], [after.budgets, after.alerts]), "budgets"),
    ...onlyIf(!isSame(before.log, after.log), "log"),
  ];
}

function onlyIf(isChanged: boolean, what: ChangeItem["what"]): readonly ChangeItem[] {
  return isChanged ? [{ what }] : [];
}

/** How many client keys have come and gone, and how many say something else now; never which. */
function keyChanges(before: readonly ClientKey[], after: readonly ClientKey[]): readonly ChangeItem[] {
  const old = new Map(before.map((key) => [key.digest, key]));
  const kept = after.filter((key) => old.has(key.digest));
  const changed = kept.filter((key) => !isSame(old.get(key.digest), key));
  const counts = [
    { what: "client_keys_added", count: after.length - kept.length },
    { what: "client_keys_removed", count: before.length - kept.length },
    { what: "client_keys_changed", count: changed.length },
  ] as const;
  return counts.filter(({ count }) => count > 0);
}

type Named = { readonly name: string };

function members(
  kind: "endpoints" | "overrides" | "fallbacks",
  before: readonly Named[],
  after: readonly Named[],
): readonly ChangeItem[] {
  const oldNames = new Set(before.map((one) => one.name));
  const newNames = new Set(after.map((one) => one.name));
  const sets = [
    { what: `${kind}_added`, names: [...newNames].filter((name) => !oldNames.has(name)) },
    { what: `${kind}_removed`, names: [...oldNames].filter((name) => !newNames.has(name)) },
  ] as const;
  return sets.flatMap(({ what, names }) =>
    names.length === 0 ? [] : [{ what, names, count: names.length }],
  );
}

function pairs<T extends Named>(before: readonly T[], after: readonly T[]): (readonly [T, T])[] {
  const old = new Map(before.map((one) => [one.name, one]));
  return after.flatMap((now) => {
    const match = old.get(now.name);
    return match === undefined ? [] : [[match, now] as const];
  });
}

function endpointChanges(old: Endpoint, now: Endpoint): readonly ChangeItem[] {
  const { name } = now;
  const items: ChangeItem[] = [];
  if (old.weight !== now.weight)
    items.push({ what: "weight", name, from: String(old.weight), to: String(now.weight) });
  if (old.isDraining !== now.isDraining)
    items.push({ what: now.isDraining === true ? "draining" : "not_draining", name });
  if (old.enabled !== now.enabled) items.push({ what: now.enabled ? "enabled" : "disabled", name });
  const names = settingsChanged(old, now);
  if (names.length > 0) items.push({ what: "endpoint", name, names });
  return items;
}

/** Keys of the entry, or what several of them are about. */
function settingsChanged(old: Endpoint, now: Endpoint): readonly string[] {
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
  return changed;
}

function overrideChanges(old: Override, now: Override): readonly ChangeItem[] {
  return isSame(old.targets, now.targets) ? [] : [{ what: "override", name: now.name }];
}

function modeChanges(before: RoutingPlan, after: RoutingPlan): readonly ChangeItem[] {
  const items: ChangeItem[] = [];
  if (before.mode !== after.mode) items.push({ what: "mode", from: before.mode, to: after.mode });
  if (before.hideMerged !== after.hideMerged)
    items.push({ what: "hide_merged", to: String(after.hideMerged) });
  return items;
}

/** Plain data on both sides, with the keys in the same order: it comes from the same compiler. */
function isSame(old: unknown, now: unknown): boolean {
  return JSON.stringify(old) === JSON.stringify(now);
}
