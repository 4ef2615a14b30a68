// Compiles `server`, `retries`, `health` and `streams`: what holds for all models alike. Checks nothing. Called by
// `compile.ts`.

import { BREAKER_DEFAULTS, type BreakerOptions } from "../routing/health/breaker.ts";
import type { QueueLimits, RoutingPlan } from "../routing/model.ts";
import { RETRY_BUDGET_DEFAULTS, type RetryBudgetOptions } from "../routing/retry/retry-budget.ts";
import { bareHost } from "./rules/hosts.ts";
import { normalOrigin } from "./rules/rules-server.ts";
import { DEFAULTS } from "./schema/defaults.ts";
import type { RawConfig } from "./schema/schema.ts";
import { bytesOf, limitOf, millisecondsOf, millisecondsOrOff } from "./schema/units.ts";

/** Where the gateway listens, who may call it, and how much at once. */
export type ServerConfig = {
  readonly host: string;
  readonly port: number;
  /** Empty: no key is asked for. */
  readonly apiKeys: readonly string[];
  readonly allowAnonymous: boolean;
  /** Origins besides those of localhost, as browsers send them; `*` is every origin. */
  readonly corsOrigins: readonly string[];
  /** Lower-case names besides localhost, addresses and `host`. */
  readonly allowedHosts: readonly string[];
  /** Lower-case names of clients' headers that go to endpoints besides the usual ones. */
  readonly passedHeaders: ReadonlySet<string>;
  /** Whether a POST to an unknown path below `/v1` is passed on. */
  readonly passesUnknownPaths: boolean;
  readonly maxBodyBytes: number;
  /** Client connections open at most. */
  readonly maxConnections: number;
  /** Requests under way at most, over all endpoints; Infinity when there is no limit. */
  readonly maxInFlight: number;
  /** Where requests wait while that many are under way. */
  readonly queue: QueueLimits;
  /** Until the head of a request must be complete. */
  readonly headMs: number;
  /** Longest silence while a client sends its body. */
  readonly bodyIdleMs: number;
  /** Until the whole body must be there. */
  readonly bodyTotalMs: number;
  /** Bytes a second that a body must come with; 0: as slowly as it likes. */
  readonly bodyBytesPerSecond: number;
  /** How long a client may read nothing of its answer. */
  readonly writeStallMs: number;
  /** How long requests under way may take once the process has been told to stop. */
  readonly drainMs: number;
};

/** How failures are met, for all models alike; what can differ from model to model is in the plan. */
export type ReliabilityConfig = {
  readonly budget: RetryBudgetOptions;
  readonly breaker: BreakerOptions;
  /** Ask an ejected endpoint for its models once its time is up, rather than risk a request. */
  readonly activeProbes: boolean;
  /** An answer without any content counts as a failure. */
  readonly failsOnEmptyAnswer: boolean;
  /** How long a request may wait for the end of rests; 0: not at all. */
  readonly maxWaitMs: number;
  readonly streams: {
    /** Silence after which a comment keeps a stream's connection alive; undefined: never. */
    readonly keepAliveMs: number | undefined;
    /** Send no head before the first event, so that failover stays possible until then. */
    readonly holdsFirstEvent: boolean;
  };
};

/** Compiles `server`. */
export function compileServer(raw: NonNullable<RawConfig["server"]>): ServerConfig {
  const usual = DEFAULTS.server;
  return {
    host: bareHost(raw.host ?? usual.host),
    port: raw.port ?? usual.port,
    apiKeys: raw.api_keys ?? [],
    allowAnonymous: raw.allow_anonymous ?? usual.allowAnonymous,
    corsOrigins: (raw.cors_origins ?? []).map((origin) => normalOrigin(origin) ?? origin),
    allowedHosts: (raw.allowed_hosts ?? []).map((host) => bareHost(host).toLowerCase()),
    passedHeaders: new Set((raw.pass_headers ?? []).map((name) => name.toLowerCase())),
    // Who has only a client key must not reach every path of an endpoint with the endpoint's own.
    passesUnknownPaths: raw.pass_unknown_paths ?? (raw.api_keys ?? []).length === 0,
    maxBodyBytes: bytesOf(raw.max_body, usual.maxBody),
    maxConnections: raw.max_connections ?? usual.maxConnections,
    maxInFlight: limitOf(raw.max_in_flight, usual.maxInFlight),
    queue: {
      max: raw.queue?.max ?? usual.queueMax,
      timeoutMs: millisecondsOf(raw.queue?.timeout, usual.queueTimeout),
    },
    headMs: millisecondsOf(raw.timeouts?.head, usual.head),
    bodyIdleMs: millisecondsOf(raw.timeouts?.body_idle, usual.bodyIdle),
    bodyTotalMs: millisecondsOf(raw.timeouts?.body, usual.body),
    bodyBytesPerSecond:
      raw.timeouts?.body_rate === "off" ? 0 : bytesOf(raw.timeouts?.body_rate, usual.bodyRate),
    writeStallMs: millisecondsOf(raw.timeouts?.write_stall, usual.writeStall),
    drainMs: millisecondsOf(raw.drain_timeout, usual.drain),
  };
}

/** Compiles what happens when endpoints fail. */
export function compileReliability(raw: RawConfig, plan: RoutingPlan): ReliabilityConfig {
  const { retries, streams } = raw;
  const ratio = (retries?.budget_percent ?? DEFAULTS.retries.budgetPercent) / 100;
  return {
    budget: {
      ...RETRY_BUDGET_DEFAULTS,
      retryRatio: ratio,
      activeRatio: ratio,
      minimumRetries: retries?.budget_min ?? DEFAULTS.retries.budgetMin,
    },
    breaker: compileBreaker(raw.health ?? {}, plan),
    activeProbes: raw.health?.active_probes ?? DEFAULTS.health.activeProbes,
    failsOnEmptyAnswer: retries?.on_empty_answer ?? DEFAULTS.retries.onEmptyAnswer,
    maxWaitMs: millisecondsOrOff(retries?.max_wait, DEFAULTS.retries.maxWait) ?? 0,
    streams: {
      keepAliveMs: millisecondsOrOff(streams?.keep_alive, DEFAULTS.streams.keepAlive),
      holdsFirstEvent: streams?.hold_first_event ?? DEFAULTS.streams.holdFirstEvent,
    },
  };
}

// Beyond the longest wait for a first byte, so that no slow probe is taken for a lost one.
const PROBE_MARGIN_MS = 30_000;

function compileBreaker(raw: NonNullable<RawConfig["health"]>, plan: RoutingPlan): BreakerOptions {
  const usual = DEFAULTS.health;
  const timeouts = [...plan.endpoints, ...plan.models].map((one) => one.timeouts);
  const waits = timeouts.flatMap((one) => [one.firstBytePlainMs ?? 0, one.firstByteStreamMs ?? 0]);
  return {
    ...BREAKER_DEFAULTS,
    consecutiveStrikes: raw.consecutive_failures ?? usual.consecutiveFailures,
    windowMs: millisecondsOf(raw.window, usual.window),
    minimumRequests: raw.min_requests ?? usual.minRequests,
    failureRatio: (raw.failure_rate ?? usual.failureRate) / 100,
    baseEjectionMs: millisecondsOf(raw.ejection, usual.ejection),
    maxEjectionMs: millisecondsOf(raw.ejection_max, usual.ejectionMax),
    probeLeaseMs: Math.max(BREAKER_DEFAULTS.probeLeaseMs, ...waits.map((ms) => ms + PROBE_MARGIN_MS)),
    slowStartMs: millisecondsOrOff(raw.slow_start, usual.slowStart) ?? 0,
  };
}
