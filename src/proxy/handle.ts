// The data plane's life of a request, read as a list: accept, match, admit, read and peek, resolve, pick and
// attempt, relay, settle. Each step is a room of its own.

import { GatewayError } from "../core/errors.ts";
import { type InboundRequest, isUpgradeReply, type Reply } from "../http/message.ts";
import type { Operation } from "../wires/paths/operation.ts";
import type { Match } from "../wires/paths/router.ts";
import { checkPathModel } from "../wires/peek/path-model.ts";
import { endOfLoop } from "./admit/loops.ts";
import { asGatewayError, replyWithError } from "./answer/reply-error.ts";
import { runAttempts } from "./attempt/fallback-chain.ts";
import { Exchange } from "./exchange/exchange.ts";
import type { Services } from "./exchange/services.ts";
import {
  refuseUnknown,
  refuseUnpassed,
  replyToPreflight,
  replyWithHome,
  replyWithLive,
  replyWithModel,
  replyWithModels,
  replyWithPlan,
  replyWithReady,
} from "./own/pages.ts";
import { takeDeployment } from "./request/deployment.ts";
import { readRequest } from "./request/read-request.ts";
import { resolveModel } from "./request/resolve.ts";
import { settle } from "./settle.ts";

const DRY_RUN_HEADER = "x-oai-gateway-dry-run";
/** What has to be spoken instead (RFC 9110 §15.5.22). */
const HTTP_ONLY = ["upgrade", "HTTP/1.1", "connection", "Upgrade"];
const WEBSOCKET_ONLY = ["upgrade", "websocket", "connection", "Upgrade"];
const MAX_TARGET_CHARS = 8 * 1024;

/** Answers one request. Rejects only where not even a refusal could be made: then the caller cuts the client off. */
export async function handle(services: Services, request: InboundRequest, reply: Reply): Promise<void> {
  const exchange = new Exchange(services, request, reply);
  let isLogged = true;
  try {
    if (request.target.length > MAX_TARGET_CHARS) throw new GatewayError("uri_too_long");
    const match = services.router.match(request.method, exchange.path);
    isLogged = match.kind !== "live" && match.kind !== "ready";
    await serve(exchange, match);
  } catch (thrown) {
    replyWithError(exchange, endOfLoop(asGatewayError(thrown), exchange.hops, exchange.attempts));
  } finally {
    if (isLogged || exchange.error !== undefined) settle(exchange);
    services.loops.note(exchange.attempts);
  }
}

async function serve(exchange: Exchange, match: Match): Promise<void> {
  const { request, services, world } = exchange;
  exchange.commonHeaders = world.access.checkPlace(request);
  if (match.kind === "live") return replyWithLive(exchange);
  if (match.kind === "ready") return replyWithReady(exchange);
  if (request.method === "OPTIONS") return replyToPreflight(exchange);
  if (match.kind === "home") return replyWithHome(exchange);
  exchange.hops = services.loops.take(request);
  if (match.kind === "operation") exchange.operation = match.operation;
  world.access.checkKey(request);
  switch (match.kind) {
    case "model_list":
      return replyWithModels(exchange);
    case "method_not_allowed":
      if (isWebSocketOffer(request)) throw new GatewayError("upgrade_required", { headers: HTTP_ONLY });
      throw new GatewayError("method_not_allowed", { headers: ["allow", match.allow.join(", ")] });
    case "unknown":
      throw refuseUnknown(exchange.path, match.didYouMean);
    case "operation":
      if (match.operation.name === "passthrough" && !world.access.passesUnknownPaths)
        throw refuseUnpassed(exchange.path);
      if (match.operation.upgrade !== undefined && !isUpgradeReply(exchange.reply)) throw refusePlain();
      return serveOperation(exchange, match.operation, match.pathModel);
  }
}

function refusePlain(): GatewayError {
  const message = "This path is spoken over WebSocket: the request has to ask for that (RFC 6455).";
  return new GatewayError("upgrade_required", { message, headers: WEBSOCKET_ONLY });
}

/** A client that tries WebSocket first must learn at once that there is none: it waits and tries again on other codes. */
function isWebSocketOffer(request: InboundRequest): boolean {
  return request.method === "GET" && request.header("upgrade")?.toLowerCase() === "websocket";
}

async function serveOperation(
  exchange: Exchange,
  operation: Operation,
  pathModel: string | undefined,
): Promise<void> {
  const { services } = exchange;
  if (pathModel !== undefined) checkPathModel(pathModel);
  exchange.modelName = operation.model === "path" ? pathModel : undefined;
  const isDeployment = pathModel !== undefined && operation.model === "body";
  try {
    services.overload.refuseHopeless();
    // A body without a model is as good as any where the path has named it.
    await readRequest(exchange, isDeployment ? { ...operation, optionalModel: pathModel } : operation);
    if (isDeployment) takeDeployment(exchange, pathModel);
    await answerOperation(exchange, operation);
  } finally {
    exchange.letBodyGo();
  }
}

async function answerOperation(exchange: Exchange, operation: Operation): Promise<void> {
  const { request, services } = exchange;
  const waiting = services.overload.enter(exchange);
  if (waiting !== undefined) await waiting;
  try {
    const model = await resolveModel(exchange, operation);
    exchange.model = model;
    if (request.header(DRY_RUN_HEADER) === "true") return replyWithPlan(exchange, model);
    if (operation.model === "path" && request.method !== "DELETE") return replyWithModel(exchange, model);
    await runAttempts(exchange, model);
  } finally {
    services.overload.leave();
  }
}
