// What is going on in a data plane, as plain data: one pure read side for commands, and for whatever shows it. Taking one
// changes nothing, and nothing in it is secret: no key, no header, no address of an endpoint, nothing of a request.

import type { AlertsView } from "./alerts/alerts.ts";
import type { AnswerCache, AnswerCacheSnapshot } from "./cache/answer-cache.ts";
import type { LastingAnswers } from "./cache/lasting-answers.ts";
import type { EndpointState, EndpointStatus } from "./catalogue/model-knowledge.ts";
import type { Clock } from "./core/clock.ts";
import type { Message } from "./language/messages.ts";
import type { GateSnapshot } from "./proxy/admit/gate.ts";
import type { Overload } from "./proxy/admit/overload.ts";
import type { PressureReason } from "./proxy/admit/pressure.ts";
import { type Rest, restsIn } from "./proxy/own/rests.ts";
import { planOf, type RoutePlan } from "./proxy/own/route-plan.ts";
import type { Targets } from "./proxy/target/targets.ts";
import type { TargetsSnapshot } from "./proxy/target/targets-snapshot.ts";
import type { TargetLoadSnapshot } from "./routing/choice/target-load.ts";
import type { BreakerSnapshot } from "./routing/health/breaker-state.ts";
import type { Model, Target } from "./routing/model.ts";
import type { RetryBudgetSnapshot } from "./routing/retry/retry-budget.ts";
import type { RoutingTable } from "./routing/table/table.ts";
import type { RoutingNote } from "./routing/table/table-compiler.ts";
import type { StoreState } from "./store/store.ts";
import type { ConfigOrigin } from "./supervise/source.ts";

/** A bound on requests under way. */
type GateView = {
  readonly inFlight: number;
  readonly waiting: number;
  /** Refused so far, at once or after a wait. */
  readonly refused: number;
};

/** The health of one way: to an endpoint, or to an operation of a model there. */
type BreakerView = Omit<BreakerSnapshot, "untilMs"> & {
  /** End of the ejection, ISO 8601; null while there is none. */
  readonly until: string | null;
};

/** What is under way at a target, and how long its first token takes. */
type LoadView = Omit<TargetLoadSnapshot, "target">;

/** What is known of a model at an endpoint. Only where something is. */
type TargetSnapshot = {
  /** The endpoint's own name for it. */
  readonly model: string;
  readonly breakers: readonly (BreakerView & { readonly operation: string })[];
  /** Only where a strategy weighs loads. */
  readonly load: LoadView | null;
};

/** One endpoint. */
export type EndpointSnapshot = {
  readonly name: string;
  readonly isEnabled: boolean;
  /** Whether it takes no new requests, while those under way end. */
  readonly isDraining: boolean;
  readonly weight: number;
  readonly priority: number;
  /** 0 for an endpoint that needs none. */
  readonly keyCount: number;
  readonly list: {
    readonly state: EndpointState;
    readonly modelCount: number;
    /** Since the last good answer. */
    readonly ageMs: number | null;
    /** Of the last question. */
    readonly tookMs: number | null;
    /** Why there is no new list, for people. */
    readonly reason: Message | null;
  };
  readonly breaker: BreakerView | null;
  /** Attempts under way there. */
  readonly inFlight: number;
  /** Only with a limit of its own. */
  readonly gate: GateView | null;
  readonly rests: readonly Rest[];
  readonly targets: readonly TargetSnapshot[];
};

/** One public name. */
export type ModelSnapshot = {
  /** Whether `GET /models` shows it. */
  readonly isListed: boolean;
  /** Whether a client may see it there, were there a target. */
  readonly isPublic: boolean;
  readonly isTiered: boolean;
  readonly plan: RoutePlan;
  /** Null before the first request. */
  readonly retryBudget: RetryBudgetSnapshot | null;
};

/** All of it. */
export type PlaneSnapshot = {
  readonly endpoints: readonly EndpointSnapshot[];
  readonly models: readonly ModelSnapshot[];
  readonly notes: readonly RoutingNote[];
  readonly overload: {
    readonly gate: GateView;
    /** Why new requests are refused; null while they are not. */
    readonly pressure: PressureReason | null;
    readonly refusedForPressure: number;
    /** Of request bodies held now. */
    readonly bodyBytes: number;
    /** Requests that wait for the end of a short rest. */
    readonly waitingForRests: number;
  };
  /** Answers that are used again. */
  readonly cache: AnswerCacheSnapshot;
  /** How late the event loop was at the last beat. */
  readonly lagMs: number;
  readonly isDraining: boolean;
};

/** Connections of clients, and where they come in. */
export type ListenerSnapshot = {
  readonly host: string;
  readonly port: number;
  readonly openConnections: number;
  readonly maxConnections: number;
  readonly refusedConnections: number;
};

/** The same with what serves it: all of a running gateway. */
export type Snapshot = PlaneSnapshot & {
  /** The program's; null where it is not known. */
  readonly version: string | null;
  readonly uptimeMs: number;
  readonly config: ConfigOrigin & { readonly ageMs: number };
  /** Null before the address is bound. */
  readonly listener: ListenerSnapshot | null;
  readonly store: StoreState;
  /** Null in a process that serves for another one. */
  readonly alerts: AlertsView | null;
};

/** Which public names are wanted: all, none, or some, among which may be names that nobody lists (pins). */
export type SnapshotScope = { readonly models: "all" | "none" | { readonly named: readonly string[] } };

/** Where a snapshot is read from. */
export type SnapshotParts = {
  readonly clock: Clock;
  readonly targets: Targets;
  readonly overload: Overload;
  readonly answers: AnswerCache;
  readonly lastingAnswers: LastingAnswers;
  readonly table: RoutingTable;
  readonly statuses: readonly EndpointStatus[];
  readonly lagMs: number;
  readonly isDraining: boolean;
};

/** Reads it all in one stretch, so that its parts agree. O(targets and rests), in one turn of the event loop. */
export function takeSnapshot(parts: SnapshotParts, { models }: SnapshotScope): PlaneSnapshot {
  const { targets, overload, answers, lastingAnswers, table, lagMs, isDraining } = parts;
  const known = targets.snapshot();
  const budgets = new Map(known.budgets.map((one) => [one.model, one]));
  const rests = Map.groupBy(restsIn(targets, table.endpoints, {}), ({ endpoint }) => endpoint);
  return {
    endpoints: endpointsOf(parts, known, rests),
    models: wantedOf(table, models).map((model) => modelSnapshot(model, { targets, budgets, rests })),
    notes: table.notes,
    overload: {
      gate: gateView(overload.gate.snapshot()),
      pressure: overload.pressure.reason ?? null,
      refusedForPressure: overload.pressure.shed,
      bodyBytes: overload.bodies.bytes,
      waitingForRests: known.awaitingRests,
    },
    cache: { ...answers.snapshot(), ...lastingAnswers.snapshot() },
    lagMs,
    isDraining,
  };
}

/** The models of a table by name, as they are with every target in health. */
export function modelsInHealth(table: RoutingTable): readonly ModelSnapshot[] {
  return wantedOf(table, "all").map((model) => modelSnapshot(model, undefined));
}

function wantedOf(table: RoutingTable, wanted: SnapshotScope["models"]): readonly Model[] {
  if (wanted === "none") return [];
  if (wanted === "all") return [...table.models.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return wanted.named.flatMap((name) => table.resolve(name) ?? []);
}

type Rests = ReadonlyMap<string, readonly Rest[]>;
type Budgets = ReadonlyMap<string, RetryBudgetSnapshot>;

function modelSnapshot(
  model: Model,
  live: { readonly targets: Targets; readonly budgets: Budgets; readonly rests: Rests } | undefined,
): ModelSnapshot {
  const rests = live?.rests;
  const restsOf = ({ endpoint, upstreamModel }: Target): readonly Rest[] =>
    (rests?.get(endpoint.name) ?? []).filter((rest) => rest.model === null || rest.model === upstreamModel);
  return {
    isListed: model.isPublic && model.targets.length > 0,
    isPublic: model.isPublic,
    isTiered: model.isTiered,
    plan: planOf(model, live?.targets, undefined, restsOf),
    retryBudget: live?.budgets.get(model.name) ?? null,
  };
}

function endpointsOf(
  { clock, statuses }: SnapshotParts,
  known: TargetsSnapshot,
  rests: Rests,
): readonly EndpointSnapshot[] {
  const wallMs = clock.wallMs();
  const targets = Map.groupBy(targetsOf(known, clock), ([endpoint]) => endpoint);
  const breakers = new Map(known.health.endpoints.map((one) => [one.endpoint, one]));
  const gates = new Map(known.gates.map((one) => [one.endpoint, one]));
  return statuses.map(({ endpoint, state, modelCount, durationMs, reason, lastGoodWallMs }) => {
    const { name } = endpoint;
    const breaker = breakers.get(name);
    const gate = gates.get(name);
    return {
      name,
      isEnabled: endpoint.enabled,
      isDraining: endpoint.isDraining === true,
      weight: endpoint.weight,
      priority: endpoint.priority,
      keyCount: endpoint.credentials.filter(({ apiKey }) => apiKey !== undefined).length,
      list: {
        state,
        modelCount,
        ageMs: lastGoodWallMs === undefined ? null : Math.max(0, wallMs - lastGoodWallMs),
        tookMs: durationMs ?? null,
        reason: reason ?? null,
      },
      breaker: breaker === undefined ? null : breakerView(breaker, clock),
      inFlight: known.underWay.get(name) ?? 0,
      gate: gate === undefined ? null : gateView(gate),
      rests: rests.get(name) ?? [],
      targets: (targets.get(name) ?? []).map(([, target]) => target),
    };
  });
}

/** Each target of which something is known, with the name of its endpoint. */
function targetsOf(known: TargetsSnapshot, clock: Clock): (readonly [string, TargetSnapshot])[] {
  const { operations, spent } = known.health;
  const loads = new Map(known.loads.map((one) => [one.target, one]));
  const failed = Map.groupBy(operations, ({ target }) => target);
  const keys = new Set([...failed.keys(), ...spent.map(({ target }) => target), ...loads.keys()]);
  return [...keys].map((key) => {
    const slash = key.indexOf("/");
    const breakers = (failed.get(key) ?? []).map((one) => ({
      operation: one.operation,
      ...breakerView(one, clock),
    }));
    return [
      key.slice(0, slash),
      { model: key.slice(slash + 1), breakers, load: loadView(loads.get(key)) },
    ] as const;
  });
}

function loadView(load: TargetLoadSnapshot | undefined): LoadView | null {
  if (load === undefined) return null;
  const { inFlight, streamMs, plainMs } = load;
  return { inFlight, streamMs, plainMs };
}

function breakerView(snapshot: BreakerSnapshot, clock: Clock): BreakerView {
  const { state, ejections, consecutiveStrikes, requestsInWindow, strikesInWindow } = snapshot;
  const wallMs = snapshot.untilMs - clock.nowMs() + clock.wallMs();
  return {
    state,
    until: state === "closed" ? null : new Date(wallMs).toISOString(),
    ejections,
    consecutiveStrikes,
    requestsInWindow,
    strikesInWindow,
    isProbeOut: snapshot.isProbeOut,
    weightFactor: snapshot.weightFactor,
  };
}

function gateView({ inFlight, waiting, shed }: GateSnapshot): GateView {
  return { inFlight, waiting, refused: shed };
}
