// The data plane's life of a request, read as a list: accept, match, admit, read and peek, resolve, pick and
// attempt, relay, settle. Each step is a room of its own.

import type { CachedAnswer } from "../cache/answer-cache.ts";
import { GatewayError } from "../core/errors.ts";
import { type InboundRequest, isUpgradeReply, type Reply, type UpgradeReply } from "../http/message.ts";
import type { Operation } from "../wires/paths/operation.ts";
import type { Match } from "../wires/paths/router.ts";
import { checkPathModel } from "../wires/peek/path-model.ts";
import { refuseUnfit } from "./admit/access.ts";
import { endOfLoop } from "./admit/loops.ts";
import { captureContent } from "./answer/content-recorder.ts";
import { asGatewayError, replyWithError } from "./answer/reply-error.ts";
import { answerCall } from "./attempt/answer-call.ts";
import { recordBodies } from "./bodies/body-recording.ts";
import { cachedAnswerFor, replyWithCached } from "./cache/cached-answers.ts";
import { isUnknown, noteClientWire } from "./client-wire.ts";
import { Call } from "./exchange/call.ts";
import { Exchange } from "./exchange/exchange.ts";
import type { Services } from "./exchange/services.ts";
import { mergesLists, replyWithMergedList } from "./objects/merged-list.ts";
import { modelFor } from "./objects/object-model.ts";
import {
  refuseUnknown,
  refuseUnpassed,
  replyToPreflight,
  replyWithHome,
  replyWithLive,
  replyWithModel,
  replyWithModels,
  replyWithPage,
  replyWithPlan,
  replyWithReady,
  replyWithStartup,
} from "./own/pages.ts";
import { letThrough } from "./request/let-through.ts";
import { type MatchedOperation, peekRequest, readBody } from "./request/read-request.ts";
import { settle } from "./settle.ts";
import { preferring } from "./socket/preferred.ts";
import { type Turn, turnOf } from "./socket/turn-request.ts";
import { answerWarmUp } from "./socket/warm-up.ts";

const DRY_RUN_HEADER = "x-oai-gateway-dry-run";
/** What has to be spoken instead (RFC 9110 §15.5.22). */
const HTTP_ONLY = ["upgrade", "HTTP/1.1", "connection", "Upgrade"];
const WEBSOCKET_ONLY = ["upgrade", "websocket", "connection", "Upgrade"];
const MAX_TARGET_CHARS = 8 * 1024;

/**
 * Answers one request, at once or, where something has to be waited for, by the promise that it gives. That promise
 * never rejects; a client that cannot even be refused is cut off.
 * @throws whatever keeps an exchange from being made of the request
 */
export function handle(services: Services, request: InboundRequest, reply: Reply): Promise<void> | undefined {
  const exchange = new Exchange(services, request, reply);
  let isLogged = true;
  try {
    if (request.target.length > MAX_TARGET_CHARS) {
      noteClientWire(exchange, undefined);
      throw new GatewayError("uri_too_long");
    }
    const match = services.router.match(request.method, exchange.path);
    isLogged = match.kind !== "live" && match.kind !== "ready" && match.kind !== "startup";
    const waiting = serve(exchange, match);
    if (waiting !== undefined) return waiting;
  } catch (thrown) {
    refuse(exchange, thrown);
  }
  end(exchange, isLogged);
  return undefined;
}

/** A promise that never rejects where the answer has to be waited for: it ends the exchange as well. */
function serve(exchange: Exchange, match: Match): Promise<void> | undefined {
  const { request, services, world } = exchange;
  const keyParameter = noteClientWire(exchange, match);
  exchange.commonHeaders = world.access.checkPlace(request);
  if (match.kind === "live") replyWithLive(exchange);
  else if (match.kind === "ready") replyWithReady(exchange);
  else if (match.kind === "startup") replyWithStartup(exchange);
  else if (request.method === "OPTIONS") replyToPreflight(exchange);
  else if (match.kind === "home") replyWithHome(exchange);
  else {
    exchange.hops = services.loops.take(request);
    return serveKnown(exchange, match, keyParameter);
  }
  return undefined;
}

/** The same for what needs a client key. */
function serveKnown(
  exchange: Exchange,
  match: Exclude<Match, { kind: "live" | "ready" | "startup" | "home" }>,
  keyParameter: string | undefined,
): Promise<void> | undefined {
  const { request, world } = exchange;
  if (match.kind === "operation") exchange.operationName = match.operation.name;
  const { startedWallMs, clientAddress } = exchange;
  exchange.caller = world.access.callerOf(request, startedWallMs, keyParameter);
  refuseUnfit(exchange.caller, startedWallMs, clientAddress);
  if (exchange.caller?.logsBodies === true) recordBodies(exchange);
  switch (match.kind) {
    case "model_list": {
      const waiting = replyWithModels(exchange);
      return waiting === undefined ? undefined : endAfter(exchange, waiting);
    }
    case "page":
      replyWithPage(exchange, match.json);
      return undefined;
    case "method_not_allowed":
      if (isWebSocketOffer(request)) throw new GatewayError("upgrade_required", { headers: HTTP_ONLY });
      throw new GatewayError("method_not_allowed", { headers: ["allow", match.allow.join(", ")] });
    case "unknown":
      throw refuseUnknown(exchange.path, match.didYouMean, match.reason);
    case "bad_id":
      throw new GatewayError("invalid_object_id", { param: "id" });
    case "operation":
      if (isUnknown(match.operation) && !world.access.passesUnknownPaths) throw refuseUnpassed(exchange.path);
      if (match.operation.upgrade !== undefined) {
        if (!isUpgradeReply(exchange.reply)) throw refusePlain(match.operation);
        if (match.operation.isServedSocket) return openSocket(exchange, exchange.reply);
      }
      return serveOperation(exchange, match);
  }
}

function refusePlain({ isServedSocket }: Operation): GatewayError {
  const message = isServedSocket
    ? "A GET to this path has to ask for WebSocket (RFC 6455); over HTTP it is a POST."
    : "This path is spoken over WebSocket: the request has to ask for that (RFC 6455).";
  return new GatewayError("upgrade_required", { message, headers: WEBSOCKET_ONLY });
}

/** A client that tries WebSocket first must learn at once that there is none: it waits and tries again on other codes. */
function isWebSocketOffer(request: InboundRequest): boolean {
  return request.method === "GET" && request.header("upgrade")?.toLowerCase() === "websocket";
}

/**
 * Steps 4 to 10 of an operation. Never rejects. A promise is waited for only where there is one: each `await` of a
 * value that is there costs a turn of the microtask queue.
 */
async function serveOperation(exchange: Exchange, match: MatchedOperation): Promise<void> {
  const { overload } = exchange.services;
  try {
    if (match.pathModel !== undefined) checkPathModel(match.pathModel);
    overload.refuseHopeless();
    let reading = readBody(exchange, match);
    const peeked = peekRequest(exchange, match, reading instanceof Promise ? await reading : reading);
    // A promise keeps what it has given, and this function lasts as long as the answer: an hour's stream would keep its
    // prompt.
    reading = undefined;
    const modelName = typeof peeked === "string" ? peeked : await peeked;
    exchange.bodies?.noteAsked(exchange.peek);
    const entering = overload.enter(exchange.departure);
    if (entering !== undefined) await entering;
    try {
      const resolved = modelFor(exchange, match, modelName);
      const found = resolved instanceof Promise ? await resolved : resolved;
      const turn = turnOf(exchange.request);
      const model = turn === undefined ? found : preferring(found, turn.prefers);
      const answering = answer(new Call(exchange, match.operation, model, modelName), turn);
      if (answering !== undefined) await answering;
    } finally {
      overload.leave();
    }
  } catch (thrown) {
    refuse(exchange, thrown);
  } finally {
    exchange.recorder?.drop();
    exchange.bodies?.noteAsked(exchange.peek);
    exchange.peek.letBodyGo();
    end(exchange, true);
  }
}

/**
 * Opens a socket whose every turn comes back here as a request of its own: what is told when it is over is told of these.
 * Never rejects.
 */
async function openSocket(exchange: Exchange, reply: UpgradeReply): Promise<void> {
  try {
    const { serveSocket } = await import("./socket/serve-socket.ts");
    serveSocket(exchange, reply, handle);
  } catch (thrown) {
    refuse(exchange, thrown);
  }
  exchange.peek.letBodyGo();
  end(exchange, false);
}

function answer(call: Call, turn: Turn | undefined): Promise<void> | undefined {
  const { request, operation } = call;
  if (turn?.create.isWarmUp === true) return answerWarmUp(call);
  if (request.header(DRY_RUN_HEADER) === "true") replyWithPlan(call);
  else if (operation.tellsModel && request.method !== "DELETE") replyWithModel(call);
  else if (mergesLists(call)) return replyWithMergedList(call);
  else {
    const rules = call.model.settings.cache;
    // A turn of a socket goes on from what was said before, which its session keeps.
    const cached = rules === undefined || turn !== undefined ? undefined : cachedAnswerFor(call, rules);
    return cached instanceof Promise ? answerAfter(call, cached) : answerOrRepeat(call, cached);
  }
  return undefined;
}

/** The same once the store has said what it has. @throws as `answerOrRepeat`, in the promise */
async function answerAfter(call: Call, asked: Promise<CachedAnswer | undefined>): Promise<void> {
  const cached = await asked;
  call.exchange.departure.refuseIfGone();
  const answering = answerOrRepeat(call, cached);
  if (answering !== undefined) await answering;
}

/** @throws GatewayError where a limit or a budget does not let it through */
function answerOrRepeat(call: Call, cached: CachedAnswer | undefined): Promise<void> | undefined {
  const content = call.exchange.trace?.content;
  letThrough(call, cached !== undefined);
  if (content !== undefined) captureContent(call, content);
  if (cached === undefined) return answerCall(call);
  replyWithCached(call, cached);
  return undefined;
}

/** The rest of an exchange whose answer is on its way. Never rejects. */
async function endAfter(exchange: Exchange, waiting: Promise<void>): Promise<void> {
  try {
    await waiting;
  } catch (thrown) {
    refuse(exchange, thrown);
  }
  end(exchange, true);
}

/** The one way out for errors: whatever was thrown is told to the client. Never throws. */
function refuse(exchange: Exchange, thrown: unknown): void {
  try {
    replyWithError(exchange, endOfLoop(asGatewayError(thrown), exchange.hops, exchange.attempts));
  } catch (cause) {
    exchange.services.log.error("internal", "A request could not even be refused.", {}, cause);
    exchange.reply.destroy();
  }
}

/** Step 10. */
function end(exchange: Exchange, isLogged: boolean): void {
  if (isLogged || exchange.error !== undefined) settle(exchange);
  exchange.services.loops.note(exchange.attempts);
}
