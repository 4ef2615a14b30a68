// Requests of every kind, each with what is to become of it.

import type { Fate } from "./fakes/counting-endpoint.ts";
import type { WireRequest } from "./wire.ts";

/** The names of the keys. */
export const KEYS = ["anna", "ben", "carl"];

/** One of them. */
export type Planned = {
  readonly id: string;
  /** Empty: a key that nobody has given. */
  readonly key: string;
  readonly model: string;
  readonly fate: Fate;
  readonly isStream: boolean;
  readonly request: WireRequest;
};

type Api = "chat" | "responses" | "messages" | "embeddings";

const PATHS: Readonly<Record<Api, string>> = {
  chat: "/v1/chat/completions",
  responses: "/v1/responses",
  messages: "/v1/messages",
  embeddings: "/v1/embeddings",
};

/** Of a hundred requests; the others are fine. */
const FATES: readonly (readonly [number, Fate])[] = [
  [4, "first_500"],
  [3, "first_429"],
  [3, "first_reset"],
  [3, "first_cut"],
  [1, "every_500"],
  [1, "every_429"],
  [1, "refused"],
  [4, "torn"],
  [2, "left_early"],
  [4, "left_amid"],
  [4, "left_late"],
];

/** The same numbers each time (a linear congruential generator). */
class Dice {
  #state = 12_345;

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}

/** So many of them; the same each time. */
export function plannedRequests(count: number): readonly Planned[] {
  const dice = new Dice();
  return Array.from({ length: count }, (_, number) => plan(dice, number));
}

function plan(dice: Dice, number: number): Planned {
  const id = `ledger-${number}`;
  const api = (["chat", "chat", "responses", "messages", "embeddings"] as const)[dice.below(5)] ?? "chat";
  const isStream = api !== "embeddings" && dice.below(2) === 0;
  const asksUsage = isStream && api === "chat" && dice.below(2) === 0;
  const model = api === "embeddings" ? "embed" : (["m", "n"][dice.below(2)] ?? "m");
  const key = dice.below(50) === 0 ? "" : (KEYS[dice.below(KEYS.length)] ?? "");
  const said = { model, ...(isStream && { stream: true }) };
  const turns = [{ role: "user", content: "What is the time in Taipei, and what will it be in an hour?" }];
  const bodies: Readonly<Record<Api, object>> = {
    chat: { ...said, messages: turns, ...(asksUsage && { stream_options: { include_usage: true } }) },
    responses: { ...said, input: "What is the time in Taipei?" },
    messages: { ...said, max_tokens: 100, messages: turns },
    embeddings: { ...said, input: "What is the time in Taipei?" },
  };
  const fate = possible(fateOf(dice), { isStream, asksUsage, api });
  const headers = { authorization: `Bearer ${secretOf(key)}`, "x-request-id": id };
  return { id, key, model, fate, isStream, request: { path: PATHS[api], headers, body: bodies[api] } };
}

/** The key of this name. */
export function secretOf(name: string): string {
  return `sk-ledger-key-of-${name}`;
}

function fateOf(dice: Dice): Fate {
  let rest = dice.below(100);
  for (const [share, fate] of FATES) {
    if (rest < share) return fate;
    rest -= share;
  }
  return "fine";
}

/** Only a stream can break off in its middle, and only whoever gets the counts knows that they have come. */
function possible(fate: Fate, of: { isStream: boolean; asksUsage: boolean; api: Api }): Fate {
  if (fate === "first_cut") return of.isStream ? "first_500" : fate;
  if (fate === "left_late") return of.asksUsage ? fate : "fine";
  if (fate === "torn" || fate === "left_amid") return of.isStream ? fate : "fine";
  return fate;
}
