// The manners of the demo's three endpoints, and what each of them serves. Names of real models stand beside made-up ones, so
// that the price table has something to say; whoever asks is told by every answer that it is made up.

import type { MockProfile } from "./mock-endpoint.ts";

/** An endpoint of the demo, with its share of the requests. */
export type WeightedProfile = MockProfile & { readonly weight: number };

/** What each of them has; nobody has said what it costs. */
const OWN_MODELS = ["mock-chat", "mock-chat-mini", "mock-embed"];

/** `alpha` is quick, `beta` fails at first and a tenth of the time, `gamma` is slow and has bursts of 429. */
export const PROFILES: readonly WeightedProfile[] = [
  {
    name: "alpha",
    weight: 3,
    models: [...OWN_MODELS, "gpt-5-mini", "text-embedding-3-small"],
    firstByte: [30, 90],
    betweenEvents: [8, 20],
    failuresFirst: 0,
    failureShare: 0,
    rateLimit: undefined,
  },
  {
    name: "beta",
    weight: 1,
    models: [...OWN_MODELS, "gpt-5-mini", "claude-haiku-4-5", "text-embedding-3-small"],
    firstByte: [100, 300],
    betweenEvents: [15, 40],
    failuresFirst: 1,
    failureShare: 0.1,
    rateLimit: undefined,
  },
  {
    name: "gamma",
    weight: 1,
    models: [...OWN_MODELS, "claude-haiku-4-5"],
    firstByte: [500, 1200],
    betweenEvents: [40, 90],
    failuresFirst: 0,
    failureShare: 0,
    rateLimit: { every: 20, length: 3 },
  },
];
