// The error of a request that no target could serve: it lists every attempt with its class, says how long to wait
// and whether a client's own retry can help.

import { ERRORS, GatewayError } from "../../core/errors.ts";
import { english } from "../../language/messages.ts";
import { wordsFor } from "../../routing/health/availability-words.ts";
import type { AnswerClass } from "../../routing/health/failure-class.ts";
import type { Model } from "../../routing/model.ts";
import { waitHintMs } from "../../routing/retry/retry-after.ts";
import type { StopReason } from "../../routing/retry/retry-policy.ts";
import type { Call } from "../exchange/call.ts";
import type { AttemptFailure } from "../outcome/outcome.ts";
import { currentTable } from "../request/resolve.ts";
import type { Ended } from "./model-run.ts";

const MIN_WAIT_MS = 1_000;
const MAX_WAIT_MS = 3_600_000;

/** The error after at least one attempt: it has the last one's code, names them all, and ends in the last one's words. */
export async function allFailed(call: Call, ended: Ended): Promise<GatewayError> {
  const { failures, stopped, model } = ended;
  const last = failures.at(-1);
  if (last === undefined) return new GatewayError("no_available_target");
  const told = call.attempts.map(({ endpoint, credential, outcome, status, reason }) => {
    const key = credential === undefined ? "" : `#${credential}`;
    const detail = status ?? reason;
    return `${endpoint}${key}: ${outcome}${detail === undefined ? "" : ` (${detail})`}`;
  });
  const meaning = last.unread ?? ERRORS[last.code].meaning;
  const count = told.length;
  const list = count === 1 ? `${told[0]}.` : `All ${count} attempts failed: ${told.join("; ")}.`;
  const why = (stopped === undefined ? undefined : WHY_STOPPED[stopped]) ?? "";
  // An error that came as 200 has no status worth passing on.
  const hasOwnStatus =
    last.code === "upstream_server_error" && last.status !== undefined && last.status >= 500;
  const { clock } = call.services;
  const hints = failures.map((failure) => waitHintMs(failure.headers, clock));
  // Where endpoints only fail, each retry of a client would be one call more in the storm.
  const isTold = hints.some((hint) => hint !== undefined) || failures.some(isLimit);
  const waits = [...hints, ...waitsOf(call, model)].filter((wait) => wait !== undefined);
  const headers = waitHeaders(waits, isRetryOfNoUse(ended) || !isTold);
  const said = await lastWords(failures);
  // Nobody knows the path: the client sees the status by which it would know that.
  const isOfRequest = failures.every(({ verdict }) => OF_REQUEST.has(verdict.class));
  const status = hasOwnStatus || (isOfRequest && last.status !== undefined) ? last.status : undefined;
  return new GatewayError(last.code, {
    message: `${list}${why} ${meaning}${said}`,
    headers,
    ...(status === undefined ? {} : { status }),
  });
}

/** What the last endpoint said, or where it said nothing the one before; empty where none did. */
async function lastWords(failures: readonly AttemptFailure[]): Promise<string> {
  for (const { target, said } of failures.toReversed()) {
    const words = await said?.();
    if (words !== undefined) return ` ${target.endpoint.name} said: ${words}`;
  }
  return "";
}

/** The error where nobody could even be asked: 429 when all are rate limited, else 503, with the soonest recovery. */
export function nothingAvailable(call: Call, model: Model): GatewayError {
  const note = currentTable(call.services).notes.find(
    (one) => one.kind === "no_usable_target" && one.model === model.name,
  );
  if (note !== undefined || model.targets.length === 0) {
    const message =
      note === undefined
        ? `No endpoint can serve \`${model.name}\` now: those that list it are disabled.`
        : english(note.message);
    return new GatewayError("no_available_target", { message, headers: ["x-should-retry", "false"] });
  }
  const { targets } = call.services;
  const states = model.targets.map((target) => ({
    target,
    availability: targets.chooser.availability(target, call.operationKey),
  }));
  const told = states.map(
    ({ target, availability }) =>
      `${target.endpoint.name}: ${availability === "ok" ? "available" : english(wordsFor(availability))}`,
  );
  const isLimited = states.every(({ availability }) => availability === "rate_limited");
  const message = `No endpoint can serve \`${model.name}\` now: ${told.join("; ")}.`;
  const isHopeless = states.every(
    ({ availability }) => availability === "dead_key" || availability === "quota",
  );
  const headers = waitHeaders(waitsOf(call, model), isHopeless);
  return new GatewayError(isLimited ? "upstream_rate_limited" : "no_available_target", { message, headers });
}

const WHY_STOPPED: Partial<Readonly<Record<StopReason, string>>> = {
  budget_spent: " The retry budget of the model is spent.",
  maybe_done:
    " The request starts a job and was sent, so that it may have been accepted: it was not sent again.",
};

/** What the path of the request is to blame for. */
const OF_REQUEST: ReadonlySet<AnswerClass> = new Set<AnswerClass>(["unsupported"]);

/** What no retry of a client can change: dead keys, empty accounts, refusals, and a budget that is spent. */
const LASTING: ReadonlySet<AnswerClass> = new Set<AnswerClass>([
  "dead_key",
  "quota",
  "not_permitted",
  "request_too_large",
  "redirect",
  "unsupported",
]);

function isLimit({ verdict }: AttemptFailure): boolean {
  return verdict.class === "rate_limited";
}

/** Whether a client's own retry would only meet the same. */
export function isRetryOfNoUse({ failures, stopped }: Ended): boolean {
  return (
    stopped === "budget_spent" ||
    stopped === "maybe_done" ||
    failures.every(({ verdict }) => LASTING.has(verdict.class))
  );
}

/**
 * The smallest wait as `Retry-After` in whole seconds, so that an SDK waits that long and is served: what rests is not
 * asked meanwhile. Without a known end, or where a retry is of no use, the word that it should not try again.
 */
function waitHeaders(known: readonly number[], isOfNoUse: boolean): string[] {
  const headers = isOfNoUse || known.length === 0 ? ["x-should-retry", "false"] : [];
  if (known.length === 0) return headers;
  const waitMs = Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, Math.min(...known)));
  return [...headers, "retry-after", String(Math.ceil(waitMs / 1_000))];
}

/** When each target that is left out may be back, from now. */
function waitsOf(call: Call, model: Model): number[] {
  const { targets, clock } = call.services;
  const operation = call.operationKey;
  const waits = model.targets.map((target) => targets.health.recoversMs(target, operation) - clock.nowMs());
  return waits.filter((wait) => wait > 0 && Number.isFinite(wait));
}
