// Finds the endpoint that keeps an object: in the table, else by asking around with GETs that change nothing, once for
// all who want to know. What nobody has is remembered for a while.

import { GatewayError } from "../../core/errors.ts";
import type { Home } from "../../objects/object-table.ts";
import { classifyAnswer } from "../../routing/health/failure-class.ts";
import type { Endpoint, Target } from "../../routing/model.ts";
import { post } from "../../wires/paths/operation.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { currentTable } from "../request/resolve.ts";
import { identityOf } from "../target/request-identity.ts";
import { ask, type ObjectAnswer } from "./ask.ts";
import { isOthers } from "./owners.ts";
import { keyNumber, type Source, sourcesOf } from "./sources.ts";

/** The object that is looked for. */
export type WantedObject = {
  readonly id: string;
  /** What it is called. */
  readonly noun: string;
  /** A GET that tells whether an endpoint has it; undefined where nobody can be asked. */
  readonly probe: string | undefined;
  /** The field that names it; undefined where the path does. */
  readonly field: string | undefined;
  readonly isPassing: boolean;
};

/** So much of an answer tells what it is about. */
const LOOK_BYTES = 64 * 1024;
/** Endpoints and keys that are asked for one id, at most. */
const MOST_ASKED = 32;
const SHOWN_ID = 64;

/**
 * Where an object is that is known: at once, without asking. Undefined for any other, also where its endpoint is not in
 * use any more or may not be used.
 * @throws GatewayError object_not_found where it is another client's
 */
function knownHome(
  exchange: Exchange,
  wanted: WantedObject,
  endpoints: readonly Endpoint[],
): Home | undefined {
  const home = exchange.services.objects.table.homeOf(wanted.id);
  if (home === undefined) return undefined;
  if (isOthers(home, exchange.caller)) throw notFound(wanted);
  return endpoints.some(({ name }) => name === home.endpoint) ? home : undefined;
}

/**
 * The same, after other processes of the gateway were asked for an id that this one does not know: it may have been made
 * through one of them a moment ago.
 * @throws GatewayError object_not_found where it is another client's; from the promise
 */
export async function knownAnywhere(
  exchange: Exchange,
  wanted: WantedObject,
  endpoints: readonly Endpoint[],
): Promise<Home | undefined> {
  const { table, askOthers } = exchange.services.objects;
  if (askOthers !== undefined && table.homeOf(wanted.id) === undefined) await askOthers([wanted.id]);
  return knownHome(exchange, wanted, endpoints);
}

/**
 * Asks the endpoints which of them has the object; undefined where all have said that they do not, or where nobody can
 * be asked.
 * @throws GatewayError object_lookups_limited, object_home_unknown; from the promise
 */
export async function askForHome(
  exchange: Exchange,
  wanted: WantedObject,
  endpoints: readonly Endpoint[],
): Promise<Home | undefined> {
  const { objects } = exchange.services;
  const { probe, id } = wanted;
  if (probe === undefined) return undefined;
  // Whom a client may ask depends on its key, or on a header.
  const key = `${endpoints.map(({ name }) => name).join(",")}\n${id}`;
  if (objects.absent.has(key)) return undefined;
  const underWay = objects.asking.get(key);
  if (underWay !== undefined) return underWay;
  if (!objects.allowance.tryTake(clientOf(exchange))) throw tooMany(wanted);
  const asking = askAll(exchange, { ...wanted, probe }, endpoints)
    .then((home) => {
      if (home === undefined) objects.absent.add(key);
      else objects.table.noteSeen(id, home, wanted.isPassing);
      return home;
    })
    .finally(() => objects.asking.delete(key));
  objects.asking.set(key, asking);
  return asking;
}

/** The error for an object that nobody has, or that is another client's: the same words, which tell nothing. */
export function notFound({ id, noun, field }: WantedObject): GatewayError {
  const message = `No ${noun} with the id \`${shown(id)}\` was found at any endpoint.`;
  return new GatewayError("object_not_found", { message, param: field ?? "id" });
}

function tooMany({ id, noun }: WantedObject): GatewayError {
  const message = `It is not known which endpoint keeps the ${noun} \`${shown(id)}\`, and endpoints were asked for too many unknown ids within a short time.`;
  return new GatewayError("object_lookups_limited", { message, headers: ["retry-after", "1"] });
}

async function askAll(
  exchange: Exchange,
  wanted: WantedObject & { readonly probe: string },
  endpoints: readonly Endpoint[],
): Promise<Home | undefined> {
  const sources = sourcesOf(endpoints).slice(0, MOST_ASKED);
  const said = await Promise.all(sources.map((source) => askOne(exchange, wanted, source)));
  const index = said.indexOf("has");
  const source = sources[index];
  if (source !== undefined) {
    const { endpoint, credential } = source;
    return { endpoint: endpoint.name, credential: keyNumber(endpoint, credential), owner: undefined };
  }
  const silent = sources.filter((_, at) => said[at] === "unsure").map(({ endpoint }) => endpoint.name);
  if (silent.length === 0) return undefined;
  const message = `None of the endpoints that could be asked has the ${wanted.noun} \`${shown(wanted.id)}\`, and these could not be asked: ${[...new Set(silent)].join(", ")}.`;
  throw new GatewayError("object_home_unknown", { message, headers: ["retry-after", "5"] });
}

type HomeWord = "has" | "has_not" | "unsure";

async function askOne(
  exchange: Exchange,
  wanted: WantedObject & { readonly probe: string },
  source: Source,
): Promise<HomeWord> {
  if (!isWell(exchange, source.endpoint)) return "unsure";
  const { endpoint } = source;
  const path = endpoint.wire.pathOf(endpoint, post("object", wanted.probe.replace("{id}", wanted.id)));
  const answer = await ask(exchange, { source, path, limitBytes: LOOK_BYTES });
  return answer.kind === "failed" ? "unsure" : saidBy(answer, wanted);
}

/** An endpoint that is ejected, or whose key rests, is not asked: it would only be waited for. */
function isWell(exchange: Exchange, endpoint: Endpoint): boolean {
  const { chooser } = exchange.services.targets;
  const target: Target | undefined = currentTable(exchange.services).nameless(endpoint, "").targets[0];
  return target === undefined || chooser.isWell(target);
}

function saidBy(answer: Extract<ObjectAnswer, { kind: "answer" }>, { id, probe }: WantedObject): HomeWord {
  const { status, contentType, body, isCut } = answer;
  // An object may tell of an error of its own, which does not make it less of an object.
  if (status >= 200 && status < 300 && isAbout(body, id, probe, isCut)) return "has";
  switch (classifyAnswer(status, contentType, body, id).class) {
    case "served":
    case "caller_error":
    case "unsupported":
    case "model_missing":
    case "not_permitted":
    case "context_length":
    case "request_too_large":
      return "has_not";
    default:
      // 409 says that it is there, and busy.
      return status === 409 ? "has" : "unsure";
  }
}

/** Some servers answer anything with 200: what is about an object has its id, and a list of what is under it is a list. */
function isAbout(body: Buffer, id: string, probe: string | undefined, isCut: boolean): boolean {
  const text = body.toString("utf8");
  if (isCut) return text.includes(JSON.stringify(id));
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return false;
    const isOfList = probe?.endsWith("{id}") === false && "data" in value && Array.isArray(value.data);
    return isOfList || ("id" in value && value.id === id);
  } catch {
    return false;
  }
}

/** The same client whatever it asks for. */
function clientOf({ request, path, caller }: Exchange): string {
  return identityOf({ request, path, modelName: "", body: NO_BODY }, caller?.digest).client;
}

const NO_BODY: Buffer = Buffer.alloc(0);

function shown(id: string): string {
  return id.length > SHOWN_ID ? `${id.slice(0, SHOWN_ID)}…` : id;
}
