// What the serving processes have under way: read in one of them, added up in the one that owns the gateway.

import type { Gateway } from "../gateway.ts";
import type { EndpointSnapshot, Snapshot } from "../snapshot.ts";
import type { WorkerCounts } from "./messages.ts";

/** What one has under way now. */
export function countsOf(gateway: Gateway): WorkerCounts {
  const { overload, cache, lagMs, listener } = gateway.snapshot({ models: "none" });
  // The snapshot of a process that does not ask endpoints for their lists has no endpoints.
  const { gates: ownGates, underWay } = gateway.targets;
  const gates = ownGates
    .snapshot()
    .map(({ endpoint, inFlight, waiting, shed }) => ({ endpoint, inFlight, waiting, refused: shed }));
  return { overload, cache, lagMs, listener, gates, underWay: [...underWay.snapshot()] };
}

/** The owner's snapshot with what its processes have under way. */
export function withCounts(snapshot: Snapshot, all: readonly WorkerCounts[]): Snapshot {
  const { overload, listener } = snapshot;
  const sum = (read: (counts: WorkerCounts) => number): number =>
    all.reduce((total, counts) => total + read(counts), 0);
  const attempts = new Map<string, number>();
  for (const [endpoint, count] of all.flatMap(({ underWay }) => underWay))
    attempts.set(endpoint, (attempts.get(endpoint) ?? 0) + count);
  const pressure = all.find((counts) => counts.overload.pressure !== null)?.overload.pressure ?? null;
  return {
    ...snapshot,
    endpoints: snapshot.endpoints.map((endpoint) => ({
      ...withGates(endpoint, all),
      inFlight: attempts.get(endpoint.name) ?? 0,
    })),
    overload: {
      ...overload,
      gate: {
        inFlight: sum((one) => one.overload.gate.inFlight),
        waiting: sum((one) => one.overload.gate.waiting),
        refused: sum((one) => one.overload.gate.refused),
      },
      pressure,
      refusedForPressure: sum((one) => one.overload.refusedForPressure),
      bodyBytes: sum((one) => one.overload.bodyBytes),
      waitingForRests: sum((one) => one.overload.waitingForRests),
    },
    cache: {
      ...storedOf(snapshot, all),
      entries: sum((one) => one.cache.entries),
      bytes: sum((one) => one.cache.bytes),
      maxBytes: sum((one) => one.cache.maxBytes),
      hits: sum((one) => one.cache.hits),
      misses: sum((one) => one.cache.misses),
    },
    lagMs: Math.max(snapshot.lagMs, ...all.map(({ lagMs }) => lagMs)),
    listener:
      listener === null
        ? null
        : {
            ...listener,
            openConnections: sum((one) => one.listener?.openConnections ?? 0),
            refusedConnections: sum((one) => one.listener?.refusedConnections ?? 0),
          },
  };
}

/** What became of answers that outlive the processes; the owner is who writes them. */
function storedOf(snapshot: Snapshot, all: readonly WorkerCounts[]): Pick<Snapshot["cache"], "stored"> {
  const every = [snapshot.cache, ...all.map(({ cache }) => cache)].flatMap(({ stored }) => stored ?? []);
  if (every.length === 0) return {};
  const sum = (read: (stored: (typeof every)[number]) => number): number =>
    every.reduce((total, stored) => total + read(stored), 0);
  return {
    stored: {
      hits: sum(({ hits }) => hits),
      late: sum(({ late }) => late),
      failed: sum(({ failed }) => failed),
      lost: sum(({ lost }) => lost),
    },
  };
}

function withGates(endpoint: EndpointSnapshot, all: readonly WorkerCounts[]): EndpointSnapshot {
  if (endpoint.gate === null) return endpoint;
  const own = all.flatMap(({ gates }) => gates.filter((gate) => gate.endpoint === endpoint.name));
  const sum = (read: (gate: (typeof own)[number]) => number): number =>
    own.reduce((total, gate) => total + read(gate), 0);
  const gate = {
    inFlight: sum(({ inFlight }) => inFlight),
    waiting: sum(({ waiting }) => waiting),
    refused: sum(({ refused }) => refused),
  };
  return { ...endpoint, gate };
}
