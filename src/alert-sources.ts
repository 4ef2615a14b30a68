// Makes the alerts of a gateway, and reads what alerts are found out from: the health of endpoints, their keys, the store, the listener's certificate. One
// look a second at what is known anyway; nobody is asked.

import { Alerts } from "./alerts/alerts.ts";
import { UnpricedSink } from "./alerts/unpriced-sink.ts";
import type { DeadKey, WatchedEndpoint, WatchedState } from "./alerts/watched-state.ts";
import type { EndpointStatus } from "./catalogue/model-knowledge.ts";
import type { GatewayConfig } from "./config/compile.ts";
import type { ListenerCertificate } from "./config/rules/certificate.ts";
import { EXPIRY_WARNING_MS } from "./config/rules/rules-tls.ts";
import type { Clock } from "./core/clock.ts";
import type { ExchangeSink, Log } from "./core/summary.ts";
import { translator } from "./language/messages.ts";
import type { SharedParts } from "./plane-parts.ts";
import type { Targets } from "./proxy/target/targets.ts";
import type { Endpoint } from "./routing/model.ts";
import type { Store, StoreState } from "./store/store.ts";
import type { AskingClient } from "./upstream/client.ts";

/** What the alerts of a gateway are made of. */
type AlertOwner = {
  readonly config: GatewayConfig;
  readonly log: Log;
  readonly clock: Clock;
  readonly store: Store;
  readonly shared?: SharedParts | undefined;
};

/** Those of a gateway; undefined for a process that serves for another one, which tells. */
export function openAlerts(
  { config, log, clock, store, shared }: AlertOwner,
  client: AskingClient,
): Alerts | undefined {
  if (shared?.owner !== undefined) return undefined;
  const kept = store.state().kind === "off" ? undefined : store;
  return new Alerts({ clock, log, client, store: kept }, config.alerts);
}

/** What looks at settled requests for alerts. */
export function unpricedSinks(alerts: Alerts | undefined, clock: Clock): readonly ExchangeSink[] {
  return alerts === undefined ? [] : [new UnpricedSink(clock, alerts.noteUnpriced)];
}

/** Where it is read from. */
export type AlertSources = {
  readonly clock: Clock;
  readonly targets: Targets;
  readonly statuses: readonly EndpointStatus[];
  readonly store: StoreState;
  readonly certificate: ListenerCertificate | undefined;
};

/** All of it, at one moment. */
export function watchedState(sources: AlertSources): WatchedState {
  const { store, certificate, clock } = sources;
  const endMs = certificate?.notAfterMs;
  const isNear = endMs !== undefined && endMs - clock.wallMs() < EXPIRY_WARNING_MS;
  const { health, lost } = store;
  return {
    endpoints: endpointsOf(sources),
    deadKeys: deadKeysOf(sources),
    store: { isOk: health === "ok", health, lost },
    certificateEndMs: isNear ? endMs : undefined,
  };
}

function endpointsOf({ targets, statuses }: AlertSources): readonly WatchedEndpoint[] {
  const { endpoints } = targets.health.snapshot();
  const ejected = new Set(
    endpoints.filter(({ state }) => state !== "closed").map(({ endpoint }) => endpoint),
  );
  const say = translator("en");
  return statuses.flatMap(({ endpoint, state, reason, isGone }): readonly WatchedEndpoint[] => {
    const { name } = endpoint;
    if (!endpoint.enabled) return [];
    if (ejected.has(name)) return [{ name, health: "down", reason: "its requests keep failing" }];
    if (isGone === true) return [{ name, health: "down", reason: reason === undefined ? "" : say(reason) }];
    return [{ name, health: state === "asking" || state === "saved" ? "unknown" : "up", reason: "" }];
  });
}

function deadKeysOf({ clock, targets, statuses }: AlertSources): readonly DeadKey[] {
  const offsetMs = clock.wallMs() - clock.nowMs();
  const byName = new Map(statuses.map(({ endpoint }) => [endpoint.name, endpoint]));
  const resting = targets.health.snapshot().rests.flatMap((rest): readonly DeadKey[] => {
    const endpoint = byName.get(rest.endpoint);
    if (endpoint === undefined || rest.model !== undefined) return [];
    if (rest.class !== "dead_key" && rest.class !== "quota") return [];
    const why = rest.class === "quota" ? "account_empty" : "refused";
    return [{ ...keyOf(endpoint, rest.credential), why, untilMs: rest.untilMs + offsetMs }];
  });
  // An endpoint whose list every key was refused for.
  const listed = statuses.flatMap(({ endpoint, state }) =>
    state !== "rejected_key" || !endpoint.enabled
      ? []
      : endpoint.credentials.map(
          ({ id }): DeadKey => ({
            ...keyOf(endpoint, id),
            why: "refused_list",
            untilMs: Number.POSITIVE_INFINITY,
          }),
        ),
  );
  return [...listed, ...resting];
}

function keyOf({ name, credentials }: Endpoint, number: number) {
  return { endpoint: name, number, hasSeveral: credentials.length > 1 };
}
