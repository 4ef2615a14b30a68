// Step 6, resolve: from the name the client sent to a `Model`. Waits for the first answers of discovery and asks
// again for names nobody lists.

import { GatewayError } from "../../core/errors.ts";
import type { Model } from "../../routing/model.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import { refuseModel } from "../admit/access.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Services } from "../exchange/services.ts";

const MAX_SUGGESTIONS = 3;

/**
 * The model of this name; a promise only where the endpoints have to be waited for.
 * @throws GatewayError model_not_allowed; and from the promise model_not_found, missing_model, no_endpoints,
 *   no_available_target
 */
export function resolveModel(exchange: Exchange, operation: Operation, name: string): Model | Promise<Model> {
  const { services, caller } = exchange;
  // The answer is the same whether or not there is such a model, and no endpoint is asked again for it.
  if (caller?.models?.mayAllow(name) === false) throw refuseModel(caller, name, exchange.clientAddress);
  if (services.discovery.hasFirstAnswers()) {
    const known = currentTable(services).resolve(name);
    if (known !== undefined && known.targets.length > 0) return allowed(exchange, known, name);
  }
  return resolveLater(exchange, operation, name);
}

/** @throws GatewayError model_not_allowed */
function allowed(exchange: Exchange, model: Model, name: string): Model {
  const { caller } = exchange;
  if (caller === undefined) return model;
  if (caller.models?.allows(model, name) === false) throw refuseModel(caller, name, exchange.clientAddress);
  if (caller.endpoints === undefined) return model;
  const within = caller.endpoints.within(model);
  if (within.targets.length === 0 && model.targets.length > 0)
    throw refuseModel(caller, name, exchange.clientAddress);
  return within;
}

async function resolveLater(exchange: Exchange, operation: Operation, name: string): Promise<Model> {
  return allowed(exchange, await findLater(exchange, operation, name), name);
}

async function findLater(exchange: Exchange, operation: Operation, name: string): Promise<Model> {
  const { services, peek, caller } = exchange;
  const { discovery } = services;
  if (!discovery.hasFirstAnswers()) await discovery.firstAnswers();
  const known = currentTable(services).resolve(name);
  if (known !== undefined && known.targets.length > 0) return known;
  if (known === undefined) {
    if (currentTable(services).endpoints.length === 0) throw new GatewayError("no_endpoints");
    if (peek.modelName === undefined) return onlyEndpoint(services, operation, name);
  }
  // A reload may have brought endpoints that are being asked right now.
  await discovery.firstAnswers();
  const declared = currentTable(services).resolve(name);
  if (declared !== undefined) return declared;
  await discovery.askForUnknownName();
  const found = currentTable(services).resolve(name);
  if (found !== undefined) return found;
  // Whether there is one is told of those names only that the key may use.
  if (caller?.models?.includes(name) === false) throw refuseModel(caller, name, exchange.clientAddress);
  throw notFound(exchange, name);
}

/** The table now: the one an exchange began with may be from before the endpoints had answered. */
export function currentTable(services: Services): RoutingTable {
  return services.world().table;
}

/**
 * A request without a name, of an operation that may leave it out, whose usual default nobody lists: with one
 * endpoint there is no choice to make. The body stays as it is.
 */
function onlyEndpoint(services: Services, operation: Operation, name: string): Model {
  const enabled = currentTable(services).endpoints.filter((endpoint) => endpoint.enabled);
  const [endpoint] = enabled;
  if (endpoint === undefined || enabled.length > 1) {
    const message = `The request names no model, and more than one endpoint could serve ${operation.path}. Put a "model" into the body.`;
    throw new GatewayError("missing_model", { message, param: "model" });
  }
  return currentTable(services).nameless(endpoint, name);
}

/**
 * OpenAI's wording, and the nearest names. While no endpoint has told its models it is not known whether there is such
 * a one: then it is 503, which clients repeat, with the reasons. Once one has, a wrong name is the caller's, although
 * an endpoint that was never heard of might know it: the message says so.
 */
function notFound({ services, caller }: Exchange, name: string): GatewayError {
  const table = currentTable(services);
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  const { endpoints, isNobodyTold, waitMs } = services.discovery.untold();
  const reasons = endpoints.map((one) => `${one.name} (${one.reason})`).join("; ");
  if (isNobodyTold) {
    const message = `No endpoint has told yet which models it has, so that it is not known who serves \`${shown}\`: ${reasons}.`;
    const headers = ["retry-after", String(Math.ceil(waitMs / 1_000))];
    return new GatewayError("no_available_target", { message, headers });
  }
  const near = table.nearest(name, MAX_SUGGESTIONS).filter((one) => {
    const model = table.resolve(one);
    if (model === undefined || caller?.models?.allows(model) === false) return false;
    return caller?.endpoints?.allows(model) !== false;
  });
  const hint = near.length > 0 ? ` Did you mean ${near.map((one) => `\`${one}\``).join(" or ")}?` : "";
  const unheard = reasons === "" ? "" : ` Not heard of so far: ${reasons}.`;
  const message = `The model \`${shown}\` does not exist or no endpoint serves it.${hint}${unheard}`;
  return new GatewayError("model_not_found", { message, param: "model" });
}
