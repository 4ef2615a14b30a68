// How an endpoint is, in a word: what a list of endpoints is coloured by.

import type { EndpointSnapshot } from "../../snapshot.ts";

/** The word. `down`: ejected; `recovering`: one request tries it; `resting`: none of its keys may be used now. */
type HealthName = "ok" | "resting" | "down" | "recovering" | "no_models" | "asking" | "draining" | "disabled";

/** The word, and until when it is so where that is known (ISO 8601). */
export type HealthWord = { readonly health: HealthName; readonly until: string | null };

/** The worst of what is known counts. */
export function healthOf(endpoint: EndpointSnapshot): HealthWord {
  const { isEnabled, isDraining, breaker, list } = endpoint;
  if (!isEnabled) return { health: "disabled", until: null };
  if (isDraining) return { health: "draining", until: null };
  if (breaker !== null && breaker.state !== "closed")
    return { health: breaker.state === "open" ? "down" : "recovering", until: breaker.until };
  const restsUntil = wholeRestOf(endpoint);
  if (restsUntil !== undefined) return { health: "resting", until: restsUntil };
  const downUntil = allModelsDownUntil(endpoint);
  if (downUntil !== undefined) return { health: "down", until: downUntil };
  if (list.state === "asking" && list.modelCount === 0) return { health: "asking", until: null };
  const isUnlisted = list.state === "failed" || list.state === "rejected_key";
  return { health: isUnlisted && list.modelCount === 0 ? "no_models" : "ok", until: null };
}

/** The end of a rest of the whole endpoint, or the first end where each of its keys rests. */
function wholeRestOf({ rests, keyCount }: EndpointSnapshot): string | undefined {
  const whole = rests.filter(({ model, operation }) => model === null && operation === null);
  const own = whole.find(({ key }) => key === null);
  if (own !== undefined) return own.until;
  const keys = new Set(whole.map(({ key }) => key));
  if (keyCount < 2 || keys.size < keyCount) return undefined;
  return whole.map(({ until }) => until).toSorted()[0];
}

/** The first end where every model that it offers is ejected, whatever the way to it. */
function allModelsDownUntil({ targets, list }: EndpointSnapshot): string | undefined {
  const ends = targets.flatMap(({ breakers }) => {
    const open = breakers.filter(({ state }) => state !== "closed");
    return open.length === 0 || open.length < breakers.length ? [] : [open[0]?.until ?? ""];
  });
  return list.modelCount > 0 && ends.length >= list.modelCount ? ends.toSorted()[0] : undefined;
}
