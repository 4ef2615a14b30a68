// What the rests of an endpoint's keys mean for a target that may be asked with any of them.

import type { Target } from "../model.ts";
import type { CooldownClass } from "../saved-cooldown.ts";
import type { Cooldowns } from "./cooldown.ts";

/** Undefined while one key at least is free; else why the key that is back soonest is not. */
export function cooldownOf(cooldowns: Cooldowns, target: Target): CooldownClass | undefined {
  if (cooldowns.size === 0) return undefined;
  const { name, credentials } = target.endpoint;
  let reason: CooldownClass | undefined;
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const { id } of credentials) {
    const untilMs = cooldowns.untilMs(name, id, target.upstreamModel);
    if (untilMs === 0) return undefined;
    if (untilMs >= soonestMs) continue;
    soonestMs = untilMs;
    reason = cooldowns.reason(name, id, target.upstreamModel);
  }
  return reason;
}

/** When the first key may be used, on the monotonic clock; 0 when one may be now. */
export function soonestKeyMs(cooldowns: Cooldowns, { endpoint, upstreamModel }: Target): number {
  let soonestMs = Number.POSITIVE_INFINITY;
  for (const { id } of endpoint.credentials)
    soonestMs = Math.min(soonestMs, cooldowns.untilMs(endpoint.name, id, upstreamModel));
  return soonestMs;
}
