// The answers that the gateway gives by itself: who it is, the list of models, one model, liveness and readiness, a
// preflight and the dry run; and what it says of paths that there are not.

import { atMost } from "../../core/at-most.ts";
import { GatewayError } from "../../core/errors.ts";
import { saidInEnglish } from "../../language/messages.ts";
import type { Page } from "../../routing/table/model-pages.ts";
import type { Call } from "../exchange/call.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { stickyKeyOf } from "../request/sticky-key.ts";
import { readyAnswer, startupAnswer } from "./health-pages.ts";
import { homePage } from "./home-page.ts";
import { planOf } from "./route-plan.ts";

const JSON_TYPE = "application/json";
const MAX_SHOWN_PATH = 200;
const LONGEST_WAIT_OF_GATEWAYS_MS = 1_000;

/** `GET /` and `GET /v1`: what answers here, and where the API is; a page for browsers. */
export function replyWithHome(exchange: Exchange): void {
  const { request, services, world } = exchange;
  const isHtml = /\btext\/html\b/i.test(request.header("accept") ?? "");
  // Whoever may not call need not learn which version this is.
  const version = world.access.isKnownCaller(request, exchange.startedWallMs) ? services.version : undefined;
  const { type, text, headers } = homePage(isHtml, version);
  send(exchange, 200, Buffer.from(text), ["content-type", type, "vary", "accept", ...headers]);
}

/**
 * `GET /models`, in the shape of the caller's wire. A promise only where the endpoints' first lists have to be waited
 * for.
 * @throws GatewayError no_available_target, from the promise
 */
export function replyWithModels(exchange: Exchange): Promise<void> | undefined {
  if (!exchange.services.discovery.hasFirstAnswers()) return replyWithFirstModels(exchange);
  replyTagged(exchange, listOf(exchange));
  return undefined;
}

async function replyWithFirstModels(exchange: Exchange): Promise<void> {
  await awaitFirstAnswers(exchange);
  replyTagged(exchange, listOf(exchange));
}

/** What the caller may use. */
function listOf(exchange: Exchange): Page {
  const { services, caller } = exchange;
  const { pages } = services.world();
  const wire = exchange.clientWire;
  return caller?.listed === undefined ? pages.list(wire) : pages.listFor(wire, caller.listed);
}

/** `GET /models/{model}`, and what other vendors have for it. */
export function replyWithModel({ exchange, model }: Call): void {
  replyTagged(exchange, exchange.services.world().pages.one(model, exchange.clientWire));
}

/** A page that says the same to everybody: JSON text. */
export function replyWithPage(exchange: Exchange, json: string): void {
  send(exchange, 200, Buffer.from(json), ["content-type", JSON_TYPE]);
}

/** `GET /livez`: the process answers. */
export function replyWithLive(exchange: Exchange): void {
  replyWithJson(exchange, 200, { status: "ok" });
}

/** `GET /readyz`: whether requests should be sent here. */
export function replyWithReady(exchange: Exchange): void {
  const { status, value } = readyAnswer(exchange);
  replyWithJson(exchange, status, value);
}

/** `GET /startupz`: whether the start is over. */
export function replyWithStartup(exchange: Exchange): void {
  const { status, value } = startupAnswer(exchange);
  replyWithJson(exchange, status, value);
}

/** The dry run: which targets there are and who would be next; nothing is sent and nothing changes. */
export function replyWithPlan(call: Call): void {
  const { exchange, model } = call;
  const planned = { isStream: call.isStream, stickyKey: stickyKeyOf(call) };
  replyWithJson(exchange, 200, planOf(model, exchange.services.targets, planned));
}

/** The answer to a browser's preflight. */
export function replyToPreflight(exchange: Exchange): void {
  const headers = [...exchange.world.access.preflightHeaders(exchange.request), ...exchange.commonHeaders];
  exchange.noteOwnAnswer(204, 0);
  exchange.reply.head(204, headers);
  exchange.reply.end();
}

/** @throws GatewayError no_available_target where another gateway would have to wait for long */
async function awaitFirstAnswers(exchange: Exchange): Promise<void> {
  const { discovery } = exchange.services;
  if (exchange.hops.count === 0) {
    await discovery.firstAnswers();
    return;
  }
  // Two gateways that start together, each an endpoint of the other, would wait for one another's lists until both
  // give up. Told to ask again later, each has the other's whole list soon.
  await atMost(LONGEST_WAIT_OF_GATEWAYS_MS, discovery.firstAnswers());
  if (discovery.hasFirstAnswers()) return;
  const message = "This gateway has just been started: its endpoints have not all said yet what they serve.";
  throw new GatewayError("no_available_target", { message, headers: ["retry-after", "1"] });
}

function replyTagged(exchange: Exchange, page: Page): void {
  const { etag, body } = page;
  const wanted = exchange.request.header("if-none-match");
  const headers = ["etag", etag];
  if (wanted !== undefined && isAmong(etag, wanted)) {
    replyUnchanged(exchange, headers);
    return;
  }
  send(exchange, 200, body, ["content-type", JSON_TYPE, ...headers]);
}

/** The client has these bytes already (RFC 9110 §15.4.5). */
function replyUnchanged(exchange: Exchange, headers: readonly string[]): void {
  exchange.noteOwnAnswer(304, 0);
  exchange.reply.head(304, [...headers, "x-request-id", exchange.requestId, ...exchange.commonHeaders]);
  exchange.reply.end();
}

/** Weak comparison, as If-None-Match wants it (RFC 9110 §13.1.2). */
function isAmong(etag: string, wanted: string): boolean {
  return wanted.split(",").some((one) => {
    const bare = one.trim().replace(/^W\//, "");
    return bare === etag || bare === "*";
  });
}

function replyWithJson(exchange: Exchange, status: number, value: unknown): void {
  send(exchange, status, Buffer.from(JSON.stringify(value, saidInEnglish)), ["content-type", JSON_TYPE]);
}

/** Sends an answer of the gateway's own. */
export function send(exchange: Exchange, status: number, body: Buffer, headers: readonly string[]): void {
  exchange.noteOwnAnswer(status, body.length);
  exchange.reply.head(status, [
    ...headers,
    "content-length",
    String(body.length),
    "x-request-id",
    exchange.requestId,
    // Tells other gateways, and whoever finds the port taken, that no endpoint but a gateway answers here.
    "x-oai-gateway-source",
    "gateway",
    ...exchange.commonHeaders,
  ]);
  exchange.reply.end(body);
}

/** The error for a path that does not exist, with the likeliest one meant, or the reason why it is not served. */
export function refuseUnknown(path: string, didYouMean: string | undefined, reason?: string): GatewayError {
  if (reason !== undefined) {
    const message = `${shown(path)} is not served by this gateway. ${reason}`;
    return new GatewayError("unknown_path", { message });
  }
  const hint = didYouMean === undefined ? " The API lives under /v1." : ` Did you mean ${didYouMean}?`;
  return new GatewayError("unknown_path", { message: `There is no ${shown(path)} here.${hint}` });
}

/** The error for a path that some endpoint may know, where such paths are not passed on. */
export function refuseUnpassed(path: string): GatewayError {
  const message = `There is no ${shown(path)} here. Paths that the gateway does not know are not passed on to endpoints, where they would be called with the endpoint's own key; server.pass_unknown_paths: true allows it.`;
  return new GatewayError("unknown_path", { message });
}

function shown(path: string): string {
  return path.length > MAX_SHOWN_PATH ? `${path.slice(0, MAX_SHOWN_PATH)}…` : path;
}
