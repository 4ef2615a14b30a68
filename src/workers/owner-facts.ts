// Takes over what serving processes have learnt of endpoints' health, and tells it as if it had been learnt here: to the
// log, to the prober, and to what is saved.

import type { DataPlane } from "../data-plane.ts";
import type { BreakerPlace } from "../routing/health/breaker-state.ts";
import type { Target } from "../routing/model.ts";
import type { HealthNews } from "./health/health-news.ts";
import type { SharedHealth } from "./health/shared-health.ts";

/** Takes news over and tells the facts in them. */
export function takeFacts(plane: DataPlane, health: SharedHealth, news: HealthNews): void {
  const { turned, hasRests } = health.takeOver(news);
  for (const place of turned) tellTurn(plane, health, place);
  if (hasRests) tellRests(plane, news);
  // What is saved is out of date.
  if (news.rests.length > 0) plane.targets.noteReset();
}

function tellTurn(plane: DataPlane, health: SharedHealth, place: BreakerPlace): void {
  const { targets } = plane;
  const breaker = health.breakerAt(place);
  const target = targetOf(place, plane);
  if (breaker === undefined || target === undefined) return;
  const operation = "endpoint" in place ? undefined : place.operation;
  const { turn } = breaker;
  if (turn.isEjected) targets.facts.tell({ kind: "ejected", target, operation, untilMs: turn.untilMs });
  else targets.facts.tell({ kind: "returned", target, operation });
}

function tellRests(plane: DataPlane, { rests }: HealthNews): void {
  const { targets } = plane;
  const { cooldowns } = targets.health;
  for (const rest of rests) {
    if (rest.kind !== "set") continue;
    const { scope, state } = rest;
    const hasSeveralKeys = (plane.endpoint(scope.endpoint)?.credentials.length ?? 0) > 1;
    const untilMs = cooldowns.endMs(scope);
    targets.facts.tell({ kind: "rests", scope, why: state.class, untilMs, hasSeveralKeys });
  }
}

/** Enough of a target to name it; undefined where its endpoint is gone. */
function targetOf(place: BreakerPlace, plane: DataPlane): Target | undefined {
  const key = "endpoint" in place ? `${place.endpoint}/` : place.target;
  const slash = key.indexOf("/");
  const endpoint = plane.endpoint(key.slice(0, slash));
  if (endpoint === undefined) return undefined;
  const { weight, timeouts } = endpoint;
  return { key, endpoint, upstreamModel: key.slice(slash + 1), weight, timeouts, isUnlisted: false };
}
