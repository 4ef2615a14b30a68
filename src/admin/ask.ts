// One request to the admin API, without HTTP: checked by the schemas of its operation, run, and its answer as a value.
// Requests over HTTP and commands of this machine's user come the same way.

import type { GatewayError } from "../core/errors.ts";
import { message } from "../language/messages.ts";
import { SaidRefusal } from "../language/said-refusal.ts";
import { StoreFailure, type StoreFailureCode } from "../store/store-failure.ts";
import type { Actor } from "./login/actor.ts";
import { InvalidAsk } from "./operation/admin-error.ts";
import type { AdminOperation, AdminResult, Change } from "./operation/operation.ts";
import type { AdminParts } from "./operation/parts.ts";
import { checked, type Shape, type ShapeProblem } from "./operation/shapes.ts";

/** What was sent. */
export type SentAsk = {
  readonly params: Record<string, string>;
  /** The query, parsed. */
  readonly query: URLSearchParams;
  /** The body as JSON has it; undefined where there was none. */
  readonly body: unknown;
};

/**
 * Runs an operation.
 * @throws GatewayError admin_invalid, and what the operation throws
 */
export async function runOperation(
  operation: AdminOperation,
  sent: SentAsk,
  { parts, actor }: { readonly parts: AdminParts; readonly actor: Actor },
): Promise<AdminResult<unknown>> {
  const query = valueFrom(operation.query, queryValue(sent.query), "query");
  const body = valueFrom(operation.body, sent.body, "body");
  const note = (change: Change): Promise<void> => noteChange(parts, actor, change);
  try {
    return await operation.run({ parts, actor, params: sent.params, query, body, note });
  } catch (error) {
    throw storeError(error) ?? error;
  }
}

/** @throws InvalidAsk */
function valueFrom(shape: Shape | undefined, value: unknown, place: string): unknown {
  if (shape === undefined) {
    const isEmpty = value === undefined || (place === "query" && Object.keys(Object(value)).length === 0);
    if (isEmpty) return undefined;
    throw new InvalidAsk([{ at: place, message: message("ask.takesNone", { place }) }]);
  }
  const result = checked(shape, value);
  if (result.problems === undefined) return result.value;
  throw new InvalidAsk(result.problems.map((problem) => placed(problem, place)));
}

function placed({ at, message: words }: ShapeProblem, place: string): ShapeProblem {
  return { at: at === "" ? place : `${place}.${at}`, message: words };
}

/**
 * Each name once.
 * @throws InvalidAsk
 */
function queryValue(query: URLSearchParams): Record<string, string> {
  const value = new Map<string, string>();
  for (const [name, text] of query) {
    if (value.has(name)) throw new InvalidAsk([{ at: `query.${name}`, message: message("ask.twice") }]);
    value.set(name, text);
  }
  return Object.fromEntries(value);
}

/** What is wrong with the question, and not with the store. */
const BAD_QUESTIONS: ReadonlySet<StoreFailureCode> = new Set(["too_fine", "too_many", "bad_question"]);

async function noteChange({ store, clock }: AdminParts, actor: Actor, change: Change): Promise<void> {
  await store?.audit({
    timeMs: clock.wallMs(),
    actor: actor.name,
    address: actor.address,
    action: change.action,
    subject: change.subject,
    detail: JSON.stringify(change.detail ?? {}),
  });
}

/** What the store failed by, in words for whoever asked. */
function storeError(error: unknown): GatewayError | undefined {
  if (!(error instanceof StoreFailure)) return undefined;
  const words = message(`failure.${error.code}`);
  if (BAD_QUESTIONS.has(error.code)) return new InvalidAsk([{ at: "query", message: words }]);
  return new SaidRefusal("store_unavailable", words, { cause: error });
}
