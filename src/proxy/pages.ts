// The answers that the gateway gives by itself: the list of models, one model, liveness and readiness, a preflight
// and the dry run. Called by `handle.ts`.

import { GatewayError } from "../core/errors.ts";
import type { Model } from "../routing/model.ts";
import type { Exchange } from "./exchange.ts";
import { currentTable } from "./resolve.ts";
import { planOf } from "./route-plan.ts";
import { stickyKeyOf } from "./sticky-key.ts";

const JSON_TYPE = "application/json";
/** OpenAI's `created` is required by typed clients; 0 says that nobody knows. */
const UNKNOWN_CREATED = 0;

/** `GET /models`, in OpenAI's shape or, for clients that say `anthropic-version`, in Anthropic's. */
export async function replyWithModels(exchange: Exchange): Promise<void> {
  await awaitFirstAnswers(exchange);
  const models = currentTable(exchange).publicModels();
  if (exchange.request.header("anthropic-version") === undefined) {
    replyWithJson(exchange, 200, { object: "list", data: models.map(entryOf) });
    return;
  }
  const data = models.map(anthropicEntryOf);
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  replyWithJson(exchange, 200, { data, has_more: false, ...ends });
}

/** `GET /models/{model}`. */
export function replyWithModel(exchange: Exchange, model: Model): void {
  const isAnthropic = exchange.request.header("anthropic-version") !== undefined;
  replyWithJson(exchange, 200, isAnthropic ? anthropicEntryOf(model) : entryOf(model));
}

/** `GET /livez`: the process answers. */
export function replyWithLive(exchange: Exchange): void {
  replyWithJson(exchange, 200, { status: "ok" });
}

/** `GET /readyz`: at least one model can be served. */
export function replyWithReady(exchange: Exchange): void {
  const { services } = exchange;
  if (services.isDraining()) replyWithJson(exchange, 503, { status: "draining" });
  else if (services.isReady()) replyWithJson(exchange, 200, { status: "ok" });
  else replyWithJson(exchange, 503, { status: "no_models" });
}

/** The dry run: which targets there are and who would be next; nothing is sent and nothing changes. */
export function replyWithPlan(exchange: Exchange, model: Model): void {
  const stickyKey = model.settings.strategy === "sticky" ? stickyKeyOf(exchange) : undefined;
  const planned = { isStream: exchange.isStream, stickyKey };
  replyWithJson(exchange, 200, planOf(model, exchange.services.steering, planned));
}

/** The answer to a browser's preflight. */
export function replyToPreflight(exchange: Exchange): void {
  const headers = [...exchange.world.access.preflightHeaders(exchange.request), ...exchange.commonHeaders];
  exchange.status = 204;
  exchange.reply.head(204, headers);
  exchange.reply.end();
}

async function awaitFirstAnswers(exchange: Exchange): Promise<void> {
  const { discovery } = exchange.services;
  if (!discovery.hasFirstAnswers()) await discovery.firstAnswers();
}

function replyWithJson(exchange: Exchange, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  const headers = [
    "content-type",
    JSON_TYPE,
    "content-length",
    String(body.length),
    "x-request-id",
    exchange.requestId,
    // Tells other gateways, and whoever finds the port taken, that no endpoint but a gateway answers here.
    "x-oai-gateway-source",
    "gateway",
  ];
  exchange.status = status;
  exchange.bytesOut = body.length;
  exchange.reply.head(status, [...headers, ...exchange.commonHeaders]);
  exchange.reply.end(body);
}

/** The endpoint's own entry, unknown fields kept, under the public name. */
function entryOf(model: Model): Readonly<Record<string, unknown>> & { readonly id: string } {
  const entry = model.entry ?? {};
  const owner = model.targets[0]?.endpoint.name ?? "oai-gateway";
  return { created: UNKNOWN_CREATED, owned_by: owner, ...entry, id: model.name, object: "model" };
}

function anthropicEntryOf(model: Model): { readonly id: string } & Readonly<Record<string, unknown>> {
  const created = Number(model.entry?.["created"] ?? 0);
  const createdAt = new Date(
    Number.isFinite(created) && Math.abs(created) < 1e11 ? created * 1000 : 0,
  ).toISOString();
  return { created_at: createdAt, display_name: model.name, ...model.entry, type: "model", id: model.name };
}

/** The error for a path that does not exist, with the likeliest one meant. */
export function refuseUnknown(path: string, didYouMean: string | undefined): GatewayError {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  const hint = didYouMean === undefined ? " The API lives under /v1." : ` Did you mean ${didYouMean}?`;
  return new GatewayError("unknown_path", { message: `There is no ${shown} here.${hint}` });
}
