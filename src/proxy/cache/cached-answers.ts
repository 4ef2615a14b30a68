// Answers a call from the cache, or has its answer recorded for later ones. Only for models whose answers are kept.

import type { CachedAnswer } from "../../cache/answer-cache.ts";
import { targetsMark } from "../../cache/targets-mark.ts";
import type { CacheRules } from "../../routing/model.ts";
import type { Call } from "../exchange/call.ts";
import { AnswerRecording } from "./answer-recording.ts";
import { cacheKeyOf } from "./cache-key.ts";
import { CACHE_HEADER, type CacheWish, cacheWishOf } from "./cache-wish.ts";

/** What is the same for the same words: answers of models, without anything that is kept elsewhere. */
const CACHED_OPERATIONS: ReadonlySet<string> = new Set([
  "chat",
  "completions",
  "responses",
  "messages",
  "embeddings",
]);
/** The hash of a larger body would hold others up. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * An earlier answer to the same request; a promise of it, which never rejects, where the store has to be asked. Where there
 * is none the call's own answer is recorded.
 * @throws GatewayError bad_request for a header that says nothing that is known
 */
export function cachedAnswerFor(
  call: Call,
  rules: CacheRules,
): CachedAnswer | undefined | Promise<CachedAnswer | undefined> {
  if (!isCacheable(call)) return undefined;
  const wish = cacheWishOf(call.request, rules);
  const mark = targetsMark(call.model);
  if (wish === undefined || mark === undefined) return undefined;
  const { services } = call;
  const key = cacheKeyOf(call, mark, wish.isShared);
  const found = services.answers.find(key, services.clock.nowMs(), wish.maxAgeMs);
  if (found !== undefined) return found;
  if (services.lastingAnswers.isOn && wish.maxAgeMs >= 0) return askStore(call, key, wish);
  record(call, key, wish);
  return undefined;
}

/** Never rejects. */
async function askStore(call: Call, key: string, wish: CacheWish): Promise<CachedAnswer | undefined> {
  const { answers, lastingAnswers } = call.services;
  const found = await lastingAnswers.find(key, wish.maxAgeMs);
  if (found === undefined) record(call, key, wish);
  else answers.keepFound(key, found);
  return found;
}

function record(call: Call, key: string, wish: CacheWish): void {
  const { exchange } = call;
  exchange.commonHeaders = [...exchange.commonHeaders, CACHE_HEADER, "miss"];
  exchange.recorder = new AnswerRecording(call, key, wish.ttlMs);
}

/** What is kept at an endpoint, or goes on from what is, is not the same twice. */
function isCacheable({ operation, exchange, peek, keepsObject }: Call): boolean {
  if (!CACHED_OPERATIONS.has(operation.name) || peek.isBackground || keepsObject) return false;
  if (exchange.home !== undefined || peek.objectIds.some((id) => id !== undefined)) return false;
  return peek.body.length > 0 && peek.body.length <= MAX_BODY_BYTES;
}

/** Sends it: a stream as a stream, in the bytes that were recorded. */
export function replyWithCached({ exchange, clientWire }: Call, answer: CachedAnswer): void {
  const { reply, requestId, services } = exchange;
  const { body } = answer;
  const ageS = Math.floor((services.clock.nowMs() - answer.keptMs) / 1_000);
  const headers = [...answer.headers, "x-request-id", requestId];
  if (clientWire.idHeader !== undefined) headers.push(clientWire.idHeader, requestId);
  if (!answer.isStream) headers.push("content-length", String(body.length));
  exchange.isCached = true;
  exchange.noteOwnAnswer(200, body.length);
  reply.head(200, [...headers, "age", String(ageS), CACHE_HEADER, "hit", ...exchange.commonHeaders]);
  reply.end(body);
}
