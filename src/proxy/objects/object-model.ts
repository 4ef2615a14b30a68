// Where a request about a kept object goes: home, by the id in its path; a new one to the endpoint that is named by a
// header, by what it is made of, by the client's key or by the configuration, else by weight.

import { GatewayError } from "../../core/errors.ts";
import type { Home } from "../../objects/object-table.ts";
import type { Endpoint, Model } from "../../routing/model.ts";
import type { ObjectUse } from "../../wires/paths/object-use.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import { isObjectId } from "../../wires/paths/path-tree.ts";
import { queryOf } from "../../wires/paths/router.ts";
import { refuseModel } from "../admit/access.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { type MatchedOperation, missingInQuery } from "../request/read-request.ts";
import { currentTable, resolveModel } from "../request/resolve.ts";
import { askForHome, knownAnywhere, notFound, type WantedObject } from "./find-home.ts";
import { ENDPOINT_HEADER, endpointsFor, sourcesOf } from "./sources.ts";
import { checkNamed, homeNamed, steered } from "./steer.ts";

/**
 * The model of a request, with the targets that may serve it: of the name that was found in it, at the home of what it
 * goes on from; or a model without a name, of an operation about an object.
 * @throws GatewayError those of `resolveModel` and `steered`, object_not_found, no_available_target; from the promise too
 */
export function modelFor(exchange: Exchange, match: MatchedOperation, name: string): Model | Promise<Model> {
  const { operation } = match;
  if (operation.model === "none" || (operation.model === "session" && name === ""))
    return modelForObject(exchange, match);
  if (operation.model === "query" && name === "") return modelForParameter(exchange, match);
  if (operation.object === undefined) return resolveModel(exchange, operation, name);
  if (name === "") return namelessAtHome(exchange, match);
  const resolved = resolveModel(exchange, operation, name);
  if (resolved instanceof Promise) return resolved.then((model) => steered(exchange, operation, model));
  return steered(exchange, operation, resolved);
}

/** A request that names no model goes on with that of the object it names, which the endpoint knows. */
async function namelessAtHome(exchange: Exchange, { operation }: MatchedOperation): Promise<Model> {
  const { caller, clientAddress } = exchange;
  if (caller?.models?.mayAllow("") === false) throw refuseModel(caller, "", clientAddress);
  const found = await homeNamed(exchange, operation);
  return found === undefined ? resolveModel(exchange, operation, "") : at(exchange, found.home);
}

async function modelForObject(exchange: Exchange, match: MatchedOperation): Promise<Model> {
  const { operation, objectId } = match;
  const { services, caller, clientAddress } = exchange;
  const use = operation.object;
  if (use === undefined) throw new GatewayError("unknown_path");
  // Sessions and sockets that name no model run one.
  const isUnseen = use.runsUnseenModel || (operation.model !== "none" && objectId === undefined);
  if (isUnseen && caller?.models?.mayAllow("") === false) throw refuseModel(caller, "", clientAddress);
  // What a key may use is known by the lists.
  if (caller?.models !== undefined && !services.discovery.hasFirstAnswers())
    await services.discovery.firstAnswers();
  const endpoints = endpointsFor(exchange, operation);
  if (objectId !== undefined) return modelOfId(exchange, operation, wantedOf(use, objectId), endpoints);
  if (use.role === "list") return among(exchange, endpoints);
  if (use.role === "passed") return forPassed(exchange, operation, endpoints);
  const found = await homeNamed(exchange, operation);
  return found === undefined ? forNew(exchange, endpoints) : at(exchange, found.home);
}

/**
 * A socket whose query names no model: that of a call, or one whose session is described later.
 * @throws GatewayError missing_model
 */
async function modelForParameter(exchange: Exchange, match: MatchedOperation): Promise<Model> {
  const name = match.operation.object?.idParameter;
  if (name === undefined) return modelForObject(exchange, match);
  const query = new URLSearchParams(queryOf(exchange.request.target));
  const id = query.get(name) ?? "";
  if (id !== "" && !isObjectId(id)) throw new GatewayError("invalid_object_id", { param: name });
  if (id !== "") return modelForObject(exchange, { ...match, objectId: id });
  // What a session of transcription uses is said inside of it.
  if (query.has("intent")) return modelForObject(exchange, match);
  throw missingInQuery();
}

async function modelOfId(
  exchange: Exchange,
  operation: Operation,
  wanted: WantedObject,
  endpoints: readonly Endpoint[],
): Promise<Model> {
  // Objects of other clients are refused before anything else is said of them.
  const known = await knownAnywhere(exchange, wanted, endpoints);
  if (exchange.peek.body.length > 0) await checkNamed(exchange, operation, wanted, known);
  if (known !== undefined) return at(exchange, known);
  const sources = sourcesOf(endpoints);
  const [only] = endpoints;
  if (sources.length === 1 && only !== undefined) return among(exchange, [only]);
  const home = await askForHome(exchange, wanted, endpoints);
  if (home !== undefined) return at(exchange, home);
  if (wanted.probe !== undefined) throw notFound(wanted);
  return unaskable(exchange, wanted, endpoints);
}

/** Nobody can be asked for it: where new ones go, one that was made before the gateway knew of it will be. */
function unaskable(exchange: Exchange, wanted: WantedObject, endpoints: readonly Endpoint[]): Model {
  const isNamed = defaultOf(exchange) !== undefined || exchange.request.header(ENDPOINT_HEADER) !== undefined;
  if (endpoints.length === 1 || isNamed) return forNew(exchange, endpoints);
  throw notFound(wanted);
}

/** What it makes is not remembered, so that all of it has to go to one endpoint. */
function forPassed(exchange: Exchange, operation: Operation, endpoints: readonly Endpoint[]): Model {
  const isNamed = defaultOf(exchange) !== undefined || exchange.request.header(ENDPOINT_HEADER) !== undefined;
  if (endpoints.length === 1 || isNamed) return forNew(exchange, endpoints);
  const message = `/v1${operation.path} goes to one endpoint, which has to be named: by routing.default_endpoint or the header ${ENDPOINT_HEADER}.`;
  throw new GatewayError("unknown_path", { message });
}

function wantedOf(use: ObjectUse, id: string): WantedObject {
  const isPassing = use.isPassing;
  return { id, noun: use.noun, probe: use.probe, field: undefined, isPassing };
}

function at(exchange: Exchange, home: Home): Model {
  const endpoint = currentTable(exchange.services).atKey(home.endpoint, home.credential);
  if (endpoint === undefined) throw new GatewayError("no_available_target");
  exchange.home = home;
  return among(exchange, [endpoint]);
}

function defaultOf({ caller, services }: Exchange): string | undefined {
  return caller?.defaultEndpoint ?? currentTable(services).defaultEndpoint;
}

function forNew(exchange: Exchange, endpoints: readonly Endpoint[]): Model {
  const name = defaultOf(exchange);
  // The header has left one of them.
  if (name === undefined || exchange.request.header(ENDPOINT_HEADER) !== undefined)
    return among(exchange, endpoints);
  const endpoint = endpoints.find((one) => one.name === name);
  if (endpoint !== undefined) return among(exchange, [endpoint]);
  const message = `New objects go to the endpoint "${name}" (default_endpoint), which is not in use, speaks another API, or may not be used by this client.`;
  throw new GatewayError("no_available_target", { message, headers: ["x-should-retry", "false"] });
}

function among({ services }: Exchange, endpoints: readonly Endpoint[]): Model {
  const turns = endpoints.map(({ name }) => services.objects.turnOf(name));
  return currentTable(services).namelessAmong(endpoints, turns);
}
