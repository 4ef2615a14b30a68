// Step 6, resolve: from the name the client sent to a `Model`. Waits for the first answers of discovery and asks
// again for names nobody lists. Called by `handle.ts` and the dry run.

import { GatewayError } from "../../core/errors.ts";
import type { Model } from "../../routing/model.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import type { Exchange } from "../exchange/exchange.ts";

const MAX_SUGGESTIONS = 3;

/**
 * The model of this exchange.
 * @throws GatewayError model_not_found, missing_model, no_endpoints
 */
export async function resolveModel(exchange: Exchange, operation: Operation): Promise<Model> {
  const { discovery } = exchange.services;
  if (!discovery.hasFirstAnswers()) await discovery.firstAnswers();
  const name = exchange.modelName ?? operation.optionalModel ?? "";
  const known = currentTable(exchange).resolve(name);
  if (known !== undefined && known.targets.length > 0) return known;
  if (known === undefined) {
    if (currentTable(exchange).endpoints.length === 0) throw new GatewayError("no_endpoints");
    if (exchange.modelName === undefined) return onlyEndpoint(exchange, operation);
  }
  // A reload may have brought endpoints that are being asked right now.
  await discovery.firstAnswers();
  const declared = currentTable(exchange).resolve(name);
  if (declared !== undefined) return declared;
  await discovery.askForUnknownName();
  const found = currentTable(exchange).resolve(name);
  if (found !== undefined) return found;
  throw notFound(name, exchange);
}

/** The table now: the one the exchange began with may be from before the endpoints had answered. */
export function currentTable(exchange: Exchange): RoutingTable {
  return exchange.services.world().table;
}

/**
 * A request without a name, of an operation that may leave it out, whose usual default nobody lists: with one
 * endpoint there is no choice to make. The body stays as it is.
 */
function onlyEndpoint(exchange: Exchange, operation: Operation): Model {
  const enabled = currentTable(exchange).endpoints.filter((endpoint) => endpoint.enabled);
  const [endpoint] = enabled;
  if (endpoint === undefined || enabled.length > 1) {
    const message = `The request names no model, and more than one endpoint could serve ${operation.path}. Put a "model" into the body.`;
    throw new GatewayError("missing_model", { message, param: "model" });
  }
  return currentTable(exchange).nameless(endpoint, operation.optionalModel ?? "");
}

/**
 * OpenAI's wording, and the nearest names. While no endpoint has told its models it is not known whether there is such
 * a one: then it is 503, which clients repeat, with the reasons. Once one has, a wrong name is the caller's, although
 * an endpoint that was never heard of might know it: the message says so.
 */
function notFound(name: string, exchange: Exchange): GatewayError {
  const table = currentTable(exchange);
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  const { endpoints, isNobodyTold, waitMs } = exchange.services.discovery.untold();
  const reasons = endpoints.map((one) => `${one.name} (${one.reason})`).join("; ");
  if (isNobodyTold) {
    const message = `No endpoint has told yet which models it has, so that it is not known who serves \`${shown}\`: ${reasons}.`;
    const headers = ["retry-after", String(Math.ceil(waitMs / 1_000))];
    return new GatewayError("no_available_target", { message, headers });
  }
  const near = table.nearest(name, MAX_SUGGESTIONS);
  const hint = near.length > 0 ? ` Did you mean ${near.map((one) => `\`${one}\``).join(" or ")}?` : "";
  const unheard = reasons === "" ? "" : ` Not heard of so far: ${reasons}.`;
  const message = `The model \`${shown}\` does not exist or no endpoint serves it.${hint}${unheard}`;
  return new GatewayError("model_not_found", { message, param: "model" });
}
