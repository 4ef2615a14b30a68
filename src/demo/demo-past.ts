// A past of a day, made up, so that charts have something to show when they are first looked at. It goes into the demo's
// store alone, which is in memory; each entry's id says what it is.

import { type AttemptSummary, plainChoice, type TargetChoice } from "../core/summary.ts";
import { type Cost, NO_USAGE, type TokenUsage } from "../core/usage.ts";
import type { LedgerEntry } from "../store/store.ts";
import { cachedTokensOf, isReasoning } from "./mock-answers.ts";
import { PROFILES, type WeightedProfile } from "./profiles.ts";
import { DEMO_ALIAS, lengthOf, type SampleUse, useOf } from "./sample-uses.ts";
import { seededRandom } from "./seeded-random.ts";

/** What a past is made of. */
export type DemoPastOptions = {
  /** Milliseconds since 1970: the last entry is before it. */
  readonly nowMs: number;
  readonly seed: number;
  /** The ids of the client keys, by their names. */
  readonly keyIds: ReadonlyMap<string, string>;
  readonly costOf: (endpoint: string, model: string, usage: TokenUsage) => Cost;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOURS = 24;
/** Requests an hour: at night, and how many more in the middle of the day. */
const QUIET = 60;
const BUSY = 180;
/** The last hour is the one that charts of minutes show. */
const LAST_HOUR = 900;

/** The entries, the oldest first: some thousands. */
export function demoPast(options: DemoPastOptions): LedgerEntry[] {
  const random = seededRandom(options.seed);
  const { nowMs } = options;
  const times: number[] = [];
  for (let hoursAgo = HOURS; hoursAgo >= 1; hoursAgo -= 1) {
    const count = hoursAgo === 1 ? LAST_HOUR : countAt(nowMs - hoursAgo * HOUR_MS, random());
    for (let at = 0; at < count; at += 1) times.push(nowMs - (hoursAgo - 1 + random()) * HOUR_MS);
  }
  return times
    .sort((a, b) => a - b)
    .map((time, at) => entryAt(Math.floor(time), `demo-past-${at + 1}`, { ...options, random }));
}

/** By this machine's day: more at noon than at midnight, and never twice the same. */
function countAt(timeMs: number, draw: number): number {
  const day = (1 - Math.cos((new Date(timeMs).getHours() / HOURS) * 2 * Math.PI)) / 2;
  return Math.round((QUIET + BUSY * day) * (0.8 + 0.4 * draw));
}

type PastParts = DemoPastOptions & { readonly random: () => number };

function entryAt(timeMs: number, requestId: string, parts: PastParts): LedgerEntry {
  const { random, keyIds, costOf } = parts;
  const use = useOf(random());
  const upstreamModel = use.model === DEMO_ALIAS.name ? "mock-chat-mini" : use.model;
  const attempts = attemptsFor(use, upstreamModel, random);
  const last = attempts.at(-1);
  const isAnswered = last?.outcome === "ok";
  const endpoint = isAnswered ? last.endpoint : "";
  const usage = isAnswered ? usageOf(use, upstreamModel, random) : undefined;
  const durationMs = (last?.startedAfterMs ?? 0) + (last?.durationMs ?? 0);
  const { client = "" } = use;
  return {
    requestId,
    timeMs,
    keyId: keyIds.get(client) ?? "",
    keyName: client,
    tags: [],
    model: use.model,
    endpoint,
    upstreamModel: isAnswered ? upstreamModel : "",
    operation: use.operation,
    status: isAnswered ? 200 : (last?.status ?? 502),
    error: isAnswered ? "" : (last?.outcome ?? ""),
    isStream: use.isStream,
    usage,
    cost: usage === undefined ? NO_COST : costOf(endpoint, upstreamModel, usage),
    isCached: false,
    isLedgered: true,
    request: {
      method: "POST",
      path: use.operation === "chat" ? "/v1/chat/completions" : "/v1/embeddings",
      clientAddress: "127.0.0.1",
      attempts,
      durationMs,
      firstByteMs: isAnswered ? firstByteOf(use, last, random) : undefined,
      bytesIn: (usage?.input ?? 100) * 4,
      bytesOut: (usage?.output ?? 20) * (use.isStream ? 180 : 6) + 400,
    },
  };
}

const NO_COST: Cost = { nanoDollars: null, source: "none", date: undefined };

/** One that answers, mostly; before it those that failed as the endpoints of the demo do. */
function attemptsFor(use: SampleUse, model: string, random: () => number): AttemptSummary[] {
  const attempts: AttemptSummary[] = [];
  let left = PROFILES.filter(
    ({ name, models }) => models.includes(model) && (use.model !== DEMO_ALIAS.name || isTarget(name)),
  );
  let startedAfterMs = 1;
  while (left.length > 0) {
    const profile = chosen(left, random());
    const failed = failureAt(profile, random());
    const durationMs = failed === undefined ? durationAt(profile, use, random()) : 3 + 9 * random();
    const known = { endpoint: profile.name, credential: undefined, upstreamModel: model };
    attempts.push({
      ...known,
      choice: choiceAfter(attempts),
      outcome: failed?.outcome ?? "ok",
      status: failed?.status ?? 200,
      startedAfterMs,
      durationMs: Math.round(durationMs * 10) / 10,
    });
    if (failed === undefined) break;
    startedAfterMs += Math.ceil(durationMs);
    left = left.filter((one) => one !== profile);
  }
  return attempts;
}

function choiceAfter(attempts: readonly AttemptSummary[]): TargetChoice {
  if (attempts.length === 0) return plainChoice("turn");
  return { reason: "failover", passedOver: attempts.map(({ endpoint }) => ({ endpoint, why: "tried" })) };
}

function isTarget(endpoint: string): boolean {
  return DEMO_ALIAS.targets.some((target) => target.startsWith(`${endpoint}/`));
}

function chosen(profiles: readonly WeightedProfile[], draw: number): WeightedProfile {
  let rest = draw * profiles.reduce((sum, { weight }) => sum + weight, 0);
  const found = profiles.find(({ weight }) => {
    rest -= weight;
    return rest < 0;
  });
  return found ?? (profiles[0] as WeightedProfile);
}

/** How an endpoint of these manners fails, if it does. */
function failureAt({ failureShare, rateLimit }: WeightedProfile, draw: number) {
  if (draw < failureShare) return { outcome: "upstream_server_error", status: 500 } as const;
  const limited = rateLimit === undefined ? 0 : rateLimit.length / rateLimit.every;
  return draw < failureShare + limited
    ? ({ outcome: "upstream_rate_limited", status: 429 } as const)
    : undefined;
}

function durationAt({ firstByte, betweenEvents }: WeightedProfile, use: SampleUse, draw: number): number {
  const [min, max] = firstByte;
  const first = min + draw * (max - min);
  const [, slowest] = betweenEvents;
  return use.isStream ? first + (20 + 60 * draw) * slowest : first;
}

function firstByteOf({ isStream }: SampleUse, last: AttemptSummary, random: () => number): number {
  const share = isStream ? 0.06 + 0.12 * random() : 0.95;
  return Math.round((last.startedAfterMs + last.durationMs * share) * 10) / 10;
}

function usageOf(use: SampleUse, model: string, random: () => number): TokenUsage {
  const input = lengthOf(use, random());
  if (use.operation === "embeddings") return { ...NO_USAGE, input };
  const said = Math.round(40 + random() * random() * 900);
  const reasoning = isReasoning(model) ? Math.round(said * 0.7) : 0;
  return { ...NO_USAGE, input, cached: cachedTokensOf(input), output: said + reasoning, reasoning };
}
