// Targets without a network: some endpoints that serve the model `m`, a clock that stands still, a client that can leave,
// and what the log and the listeners were told.

import assert from "node:assert/strict";
import type { Log } from "../../src/core/summary.ts";
import { Departure } from "../../src/http/departure.ts";
import type { AttemptFailure } from "../../src/proxy/outcome/outcome.ts";
import type { Fact } from "../../src/proxy/target/facts.ts";
import type { Lease } from "../../src/proxy/target/lease.ts";
import { TargetRequest, type TargetWish } from "../../src/proxy/target/target-request.ts";
import { type Acquired, Targets } from "../../src/proxy/target/targets.ts";
import { Rotations } from "../../src/routing/balancer.ts";
import { type AnswerClass, VERDICTS } from "../../src/routing/health/failure-class.ts";
import { USUAL_OPERATION } from "../../src/routing/health/operation-breakers.ts";
import type { Endpoint, Model, ModelSettings, Target } from "../../src/routing/model.ts";
import { RoutingTable } from "../../src/routing/table/table.ts";
import { HeldClock } from "./held-clock.ts";
import { listedBy, makeEndpoint, makePlan, makeSettings } from "./routing-fixtures.ts";

/** What a test of targets works with. */
export type TargetRig = {
  readonly clock: HeldClock;
  readonly targets: Targets;
  readonly model: Model;
  readonly facts: readonly Fact[];
  /** Events of the log, in order. */
  readonly logged: readonly string[];
  target(name: string): Target;
  /** A new request, and how its client leaves. */
  ask(given?: Partial<TargetWish>): { readonly request: TargetRequest; readonly leave: () => void };
};

/** Targets at these endpoints, each with what differs from the default. */
export function targetRig(
  given: Readonly<Record<string, Partial<Endpoint>>>,
  settings: Partial<ModelSettings> = {},
): TargetRig {
  const clock = new HeldClock();
  const logged: string[] = [];
  const facts: Fact[] = [];
  const targets = new Targets({ clock, log: logOf(logged) });
  targets.facts.subscribe((fact) => facts.push(fact));
  const endpoints = Object.entries(given).map(([name, more]) => makeEndpoint(name, more));
  const lists = endpoints.map(({ name }) => listedBy(name, "m"));
  const plan = makePlan(endpoints, { defaults: makeSettings(settings) });
  const model = new RoutingTable(plan, lists, new Rotations()).resolve("m");
  assert.ok(model);
  targets.gates.configure(endpoints);
  const target = (name: string): Target => {
    const found = model.targets.find(({ endpoint }) => endpoint.name === name);
    assert.ok(found, `no target at ${name}`);
    return found;
  };
  let asked = 0;
  const ask: TargetRig["ask"] = (more = {}) => {
    let leave = (): void => undefined;
    const departure = new Departure({
      onAbort: (listener) => {
        leave = listener;
      },
    });
    asked += 1;
    const id = `request ${asked}`;
    const request = new TargetRequest({
      isStream: false,
      operation: USUAL_OPERATION,
      stickyKey: undefined,
      marks: { strikes: 0, rests: 0, refusedKeys: [], identity: () => ({ client: id, request: id }) },
      departure,
      modelNow: () => model,
      deadlineMs: Number.POSITIVE_INFINITY,
      awaitsRests: true,
      ...more,
    });
    return { request, leave: () => leave() };
  };
  return { clock, targets, model, facts, logged, target, ask };
}

/** A lease that was there at once. */
export function atOnce(acquired: Acquired): Lease {
  assert.ok(!(acquired instanceof Promise), "it was to be had at once");
  return acquired;
}

/** The outcome of an attempt that the endpoint answered with a failure of this class. */
export function failedAs(target: Target, kind: AnswerClass, headers: readonly string[] = []): AttemptFailure {
  const verdict = VERDICTS[kind];
  return {
    kind: "failed",
    target,
    code: verdict.code ?? assert.fail(`${kind} is no failure`),
    verdict,
    status: undefined,
    reason: undefined,
    headers,
    answer: undefined,
    said: undefined,
  };
}

function logOf(logged: string[]): Log {
  const note = (event: string): void => void logged.push(event);
  return {
    info: note,
    warn: note,
    error: note,
    flush: () => Promise.resolve(),
  };
}
