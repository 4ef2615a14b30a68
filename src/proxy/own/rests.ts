// What rests or is ejected now: each with what it is about, why, and until when; and how a person ends it before its
// time.

import type { Message } from "../../language/messages.ts";
import { wordsFor } from "../../routing/health/availability-words.ts";
import type { Endpoint, Target } from "../../routing/model.ts";
import type { Targets } from "../target/targets.ts";

/** One rest or ejection. */
export type Rest = {
  readonly endpoint: string;
  /** Number of the endpoint's key; null where it is about the endpoint, or where it has one key only. */
  readonly key: number | null;
  /** The endpoint's own name for it; null where all its models are meant. */
  readonly model: string | null;
  /** Null where every operation is meant. */
  readonly operation: string | null;
  readonly why: Message;
  /** ISO 8601. A moment that has passed: the next request tries it. */
  readonly until: string;
};

/** Which rests are meant; all of them, or those of an endpoint, of a model, or of both. */
export type RestScope = {
  readonly endpoint?: string | undefined;
  /** The endpoint's own name for the model. */
  readonly isModel?: ((model: string) => boolean) | undefined;
};

/** All that rests within the scope, in the order of the endpoints. */
export function restsIn(targets: Targets, endpoints: readonly Endpoint[], scope: RestScope): Rest[] {
  return endpoints
    .filter(({ name }) => scope.endpoint === undefined || name === scope.endpoint)
    .flatMap((endpoint) => restsAt(targets, endpoint, scope));
}

/** What keeps requests from a target: the rests of its model, its keys and its endpoint. */
export function restsOfTarget(targets: Targets, { endpoint, upstreamModel }: Target): Rest[] {
  const isModel = (model: string): boolean => model === upstreamModel;
  return restsAt(targets, endpoint, { isModel, isOfTarget: true });
}

/**
 * Ends all that rests within the scope, with all memory of strikes; says what rested. With a model only what is about
 * that model ends.
 */
export function clearRests(targets: Targets, endpoints: readonly Endpoint[], scope: RestScope): Rest[] {
  const cleared = restsIn(targets, endpoints, scope);
  const { health, learning } = targets;
  const { isModel } = scope;
  for (const { name } of endpoints) {
    if (scope.endpoint !== undefined && name !== scope.endpoint) continue;
    learning.pardon(name);
    if (isModel === undefined) {
      health.cooldowns.forget(name);
      health.clearEndpoint(name);
    }
    for (const cooldown of isModel === undefined ? [] : health.cooldowns.snapshot()) {
      const isMeant = cooldown.endpoint === name && isModel?.(cooldown.model ?? "") === true;
      if (isMeant) health.cooldowns.end(cooldown);
    }
    for (const key of targetKeysOf(targets, name))
      if (isModel === undefined || isModel(key.slice(name.length + 1))) health.clearTarget(key);
  }
  targets.noteReset();
  return cleared;
}

type AtScope = Pick<RestScope, "isModel"> & {
  /** What is about the whole endpoint counts too, although a model is named. */
  readonly isOfTarget?: boolean;
};

function restsAt(targets: Targets, endpoint: Endpoint, scope: AtScope): Rest[] {
  const { health, clock } = targets;
  const { name } = endpoint;
  const { isModel } = scope;
  const isWhole = isModel === undefined || scope.isOfTarget === true;
  const isMeant = (model: string): boolean => isModel === undefined || isModel(model);
  const offsetMs = clock.wallMs() - clock.nowMs();
  const base = { endpoint: name, key: null, model: null, operation: null };
  const at = (untilMs: number): string => new Date(untilMs + offsetMs).toISOString();
  const rests: Rest[] = [];
  for (const one of health.cooldowns.snapshot()) {
    if (one.endpoint !== name || !(one.model === undefined ? isWhole : isMeant(one.model))) continue;
    const key = endpoint.credentials.length > 1 ? one.credential : null;
    rests.push({ ...base, key, model: one.model ?? null, why: wordsFor(one.class), until: at(one.untilMs) });
  }
  const breaker = health.breakerAt({ endpoint: name });
  if (isWhole && breaker !== undefined && breaker.state !== "closed")
    rests.push({ ...base, why: wordsFor("ejected"), until: at(breaker.until) });
  for (const targetKey of targetKeysOf(targets, name)) {
    const model = targetKey.slice(name.length + 1);
    if (!isMeant(model)) continue;
    for (const [operation, { state, until }] of health.targetBreakers(targetKey))
      if (state !== "closed")
        rests.push({ ...base, model, operation, why: wordsFor("ejected"), until: at(until) });
    const spentMs = health.exhaustedUntilMs(targetKey);
    if (spentMs !== undefined) rests.push({ ...base, model, why: wordsFor("exhausted"), until: at(spentMs) });
  }
  return rests;
}

function targetKeysOf(targets: Targets, endpoint: string): readonly string[] {
  return targets.health.knownTargets().filter((key) => key.startsWith(`${endpoint}/`));
}
