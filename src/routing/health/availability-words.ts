// Why a target is left out, in words for people.

import type { Availability } from "./tiers.ts";

const WORDS: Readonly<Record<Exclude<Availability, "ok">, string>> = {
  exhausted: "its rate limit is used up",
  disabled: "disabled",
  full: "max_in_flight reached",
  ejected: "failing, ejected for now",
  rate_limited: "rate limited",
  dead_key: "its key is rejected",
  quota: "its account is out of quota",
  model_missing: "it said that it has no such model",
};

/** Says why a target is left out; null when it is not. */
export function wordsFor(availability: Availability): string | null {
  return availability === "ok" ? null : WORDS[availability];
}
