// A gateway whose model `m` has a cache, with the clock in the test's hand.

import type { TestContext } from "node:test";
import { events, json } from "./fakes/behaviours.ts";
import { HeldClock } from "./held-clock.ts";
import { MemoryStore } from "./memory-store.ts";
import type { Answer } from "./wire.ts";
import { type World, type WorldOptions, worldFor } from "./world.ts";

const USAGE = { prompt_tokens: 100, completion_tokens: 400, total_tokens: 500 };
export const CACHED = { routing: { models: { m: { cache: { ttl: "10m" } } } } };
export const HEADER = "x-oai-gateway-cache";

export type CacheWorld = World<"a"> & { readonly clock: HeldClock; readonly store: MemoryStore };

/** Each answer says which it is. */
export async function cacheWorld(
  t: TestContext,
  options: Partial<WorldOptions<"a">> = CACHED,
): Promise<CacheWorld> {
  const clock = new HeldClock();
  const store = new MemoryStore();
  const world = await worldFor<"a">(t, { endpoints: { a: {} }, ...options }, { clock, store });
  world.fakes.a.always(
    json(200, answerOf("first"), { "x-request-id": "theirs", "x-ratelimit-limit-tokens": "9" }),
  );
  return { ...world, clock, store };
}

export function answerOf(content: string): object {
  const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }];
  return { id: content, object: "chat.completion", model: "m", choices, usage: USAGE };
}

const chunk = (content: string, finish: string | null = null): object => ({
  id: "1",
  object: "chat.completion.chunk",
  model: "m",
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});

export const STREAM = [...events([chunk("one "), chunk("two", "stop")]), "data: [DONE]\n\n"];

export const marksOf = (answers: readonly Answer[]): (string | undefined)[] =>
  answers.map((answer) => answer.header(HEADER));

/** The marks of requests sent one after the other. */
export async function marksInTurn(
  { ask }: CacheWorld,
  requests: readonly Parameters<CacheWorld["ask"]>[0][],
) {
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await ask(request));
  return marksOf(answers);
}
