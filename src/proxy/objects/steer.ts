// Requests that go on from objects which an endpoint keeps, such as `previous_response_id` or a `file_id`: they have to
// go where these are. A request that names none costs a look at a few fields that were read anyway.

import { textsInJson } from "../../bytes/json-texts.ts";
import { GatewayError } from "../../core/errors.ts";
import type { Home } from "../../objects/object-table.ts";
import type { Model, Target } from "../../routing/model.ts";
import { narrowed } from "../../routing/narrowed-model.ts";
import type { ObjectField, ObjectUse } from "../../wires/paths/object-use.ts";
import type { Operation } from "../../wires/paths/operation.ts";
import { isObjectId } from "../../wires/paths/path-tree.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { currentTable } from "../request/resolve.ts";
import { askForHome, knownAnywhere, type WantedObject } from "./find-home.ts";
import { endpointsFor, sourcesOf } from "./sources.ts";

/** Where a request has to go, and for the sake of which object. */
export type Steered = { readonly home: Home; readonly wanted: WantedObject };

/**
 * The home of what a request names, by asking for it where `mayAsk`; undefined where it names nothing, or nothing that any endpoint has: then whoever
 * serves it says so. A promise only where the body has to be searched or endpoints have to be asked.
 * @throws GatewayError object_not_found, objects_apart, object_lookups_limited, object_home_unknown, unknown_endpoint;
 *   from the promise
 */
export function homeNamed(
  exchange: Exchange,
  operation: Operation,
  mayAsk = true,
): Promise<Steered | undefined> | undefined {
  const use = operation.object;
  if (use === undefined) return undefined;
  const isDeep = mustSearch(exchange, use);
  if (!isDeep && !hasAny(exchange.peek.objectIds)) return undefined;
  return findNamed(exchange, operation, { isDeep, mayAsk });
}

/**
 * Looks at what a request to the home of one object names besides: nobody is asked, since that home will say what it
 * lacks.
 * @throws GatewayError object_not_found, objects_apart; from the promise
 */
export async function checkNamed(
  exchange: Exchange,
  operation: Operation,
  wanted: WantedObject,
  home: Home | undefined,
): Promise<void> {
  const named = await homeNamed(exchange, operation, false);
  if (named === undefined || home === undefined || named.home.endpoint === home.endpoint) return;
  throw apart({ home, wanted }, named.home, named.wanted);
}

/**
 * The model at the endpoint where the request has to go: the model itself where it may go anywhere.
 * @throws GatewayError object_elsewhere, and those of `homeNamed`; from the promise
 */
export function steered(exchange: Exchange, operation: Operation, model: Model): Model | Promise<Model> {
  if (operation.object === undefined) return model;
  const { endpoints } = currentTable(exchange.services);
  const [only] = model.targets;
  // There is no choice to make, nobody to be kept apart, and no other home.
  if (endpoints.length === 1 && isOfOneKey(only) && exchange.caller === undefined) return model;
  const isChoice = model.targets.length > 1 || !isOfOneKey(only);
  const named = homeNamed(exchange, operation, isChoice);
  return named === undefined ? model : named.then((found) => atHome(exchange, model, found));
}

function isOfOneKey(target: Target | undefined): boolean {
  return target?.endpoint.credentials.length === 1;
}

function atHome(exchange: Exchange, model: Model, found: Steered | undefined): Model {
  if (found === undefined) return model;
  const { home } = found;
  const endpoint = currentTable(exchange.services).atKey(home.endpoint, home.credential);
  const there = endpoint === undefined ? undefined : narrowed(model, endpoint);
  if (there === undefined || there.targets.length === 0) throw elsewhere(model, found);
  exchange.home = home;
  return there;
}

function elsewhere(model: Model, { home, wanted }: Steered): GatewayError {
  const message = `The ${wanted.noun} \`${wanted.id}\` is kept by the endpoint "${home.endpoint}", which does not serve the model \`${model.name}\`.`;
  return new GatewayError("object_elsewhere", { message, param: wanted.field ?? "id" });
}

/** Whether ids have to be looked for in all of the body. */
function mustSearch({ services, caller, peek }: Exchange, use: ObjectUse): boolean {
  const { table } = services.objects;
  // An id in a place that nobody thought of must not lead to another client's object.
  if (caller !== undefined && table.hasOthers(caller.owner)) return peek.body.length > 0;
  if (use.deepFields.length === 0 || !table.hasLasting) return false;
  return use.deepFields.some(({ name }) => peek.body.includes(`"${name}"`));
}

async function findNamed(
  exchange: Exchange,
  operation: Operation,
  { isDeep, mayAsk }: { readonly isDeep: boolean; readonly mayAsk: boolean },
): Promise<Steered | undefined> {
  const use = operation.object;
  if (use === undefined) return undefined;
  const wanted = [...topWanted(exchange, use), ...(isDeep ? await deepWanted(exchange, use) : [])];
  const endpoints = endpointsFor(exchange, operation);
  let steered: Steered | undefined;
  for (const one of wanted) {
    const known = await knownAnywhere(exchange, one, endpoints);
    const isChoice = mayAsk && sourcesOf(endpoints).length > 1;
    const home = known ?? (isChoice ? await askForHome(exchange, one, endpoints) : undefined);
    if (home === undefined) continue;
    if (steered !== undefined && steered.home.endpoint !== home.endpoint) throw apart(steered, home, one);
    steered ??= { home, wanted: one };
  }
  return steered;
}

function apart(first: Steered, home: Home, other: WantedObject): GatewayError {
  const message = `The request names objects of two endpoints, which cannot be used together: the ${first.wanted.noun} \`${first.wanted.id}\` of "${first.home.endpoint}" and the ${other.noun} \`${other.id}\` of "${home.endpoint}".`;
  return new GatewayError("objects_apart", { message, param: other.field ?? "id" });
}

function topWanted({ peek }: Exchange, use: ObjectUse): readonly WantedObject[] {
  return use.topFields.flatMap((field, index) => wantedOf(field, peek.objectIds[index]));
}

async function deepWanted(exchange: Exchange, use: ObjectUse): Promise<readonly WantedObject[]> {
  const { services, caller, peek } = exchange;
  const { table } = services.objects;
  const isOthersWanted =
    caller === undefined || !table.hasOthers(caller.owner)
      ? undefined
      : (text: string): boolean => isObjectId(text) && table.homeOf(text) !== undefined;
  const names = use.deepFields.map(({ name }) => name);
  const found = await services.overload.slices.run(
    textsInJson(peek.body, { names, isWanted: isOthersWanted }),
  );
  const wanted = found.flatMap(({ name, text }) => {
    const field = use.deepFields[name];
    return field === undefined ? [{ ...KNOWN, id: text }] : wantedOf(field, text);
  });
  return [...new Map(wanted.map((one) => [one.id, one])).values()];
}

/** What is looked at only since it may be another client's. */
const KNOWN: Omit<WantedObject, "id"> = {
  noun: "object",
  probe: undefined,
  field: undefined,
  isPassing: false,
};

/** What is no id is left to the endpoint to judge. */
function wantedOf(field: ObjectField, id: string | undefined): readonly WantedObject[] {
  if (id === undefined || !isObjectId(id)) return [];
  const { name, noun, probe, isPassing } = field;
  return [{ id, noun, probe, field: name, isPassing }];
}

function hasAny(ids: readonly (string | undefined)[]): boolean {
  for (const id of ids) if (id !== undefined) return true;
  return false;
}
