// What becomes of an answer once it is clear what it is: it is relayed, or the attempt has failed.

import { VERDICTS, type Verdict } from "../../routing/health/failure-class.ts";
import { isAboutUsageOption } from "../../wires/usage/usage-option.ts";
import { unpackedByHeaders } from "../answer/redact.ts";
import type { FirstBytes } from "../look/first-bytes.ts";
import { headerOf, honestHead, isEventStream, isOwnAnswerShown } from "../outcome/classify.ts";
import type { AnswerHead, AttemptFailure } from "../outcome/outcome.ts";
import { translatedError } from "../translate/translated-answer.ts";
import { wayTo } from "../translate/way.ts";
import type { Attempt } from "./attempt.ts";
import { Leftover } from "./leftover.ts";
import { type Relaying, relayAnswer } from "./relaying.ts";
import { saidLater } from "./said.ts";
import { relayWordless, translateAnswer } from "./translating.ts";

const NOTHING: Buffer = Buffer.alloc(0);

/**
 * An answer about an object says nothing of a model: one that seems to lack the model lacks the object, and 409 says
 * that the object is busy or not in a state for what was asked. A file may be a page or an error, and a job that has
 * failed says so in its object: neither is a failure of the endpoint that tells of it.
 */
function verdictOnObject(
  verdict: Verdict,
  head: AnswerHead,
  path: string,
  body: Buffer | undefined,
): Verdict {
  const { status } = head;
  if (verdict.class === "served") return verdict;
  if (status >= 200 && status < 300) {
    const isTold = path.endsWith("/content") || (!isEventStream(head) && body?.includes('"id"') === true);
    return isTold ? VERDICTS.served : verdict;
  }
  const isOfObject = verdict.class === "model_missing" || status === 409;
  return isOfObject ? VERDICTS.caller_error : verdict;
}

/** Acts on a verdict; `first` is what was seen of the body, if any of it was. False pauses the endpoint. */
export function judge(attempt: Attempt, given: Verdict, head: AnswerHead, first?: FirstBytes): boolean {
  const { keepsErrors, holdsContextErrors } = attempt.options;
  const { target } = attempt.lease;
  const { operation } = attempt.call;
  const body = first?.bytes();
  if (isOptionRefused(attempt, head.status, body)) {
    attempt.cancel();
    attempt.sendAgain?.(attempt);
    return true;
  }
  const isObject = operation.model === "none";
  const verdict = isObject ? verdictOnObject(given, head, operation.path, body) : given;
  const honest = honestHead(verdict, head, body, target.upstreamModel);
  const isHeld = verdict.class === "context_length" && holdsContextErrors;
  if (verdict.code === undefined && !isHeld) {
    const isSilent = isWordless(attempt, honest, first);
    const taken = isSilent ? relayWordless(attempt, honest) : takeAnswer(attempt, honest, body);
    return taken?.isPaused !== true;
  }
  const isKept =
    first?.isWhole === true &&
    (keepsErrors || verdict.isForCaller) &&
    isOwnAnswerShown(verdict, head.contentType, body);
  const answer = isKept && body !== undefined ? shownAnswer(attempt, honest, body) : undefined;
  const isOtherwise = verdict.class === "unsupported" && isToBeAskedOtherwise(attempt);
  // Once another request is sent nothing more of this answer comes.
  const leftover = isOtherwise ? undefined : new Leftover(() => attempt.cancel(), body?.length ?? 0);
  const said = saidLater(verdict, honest, body ?? leftover ?? NOTHING, target.endpoint);
  const code = verdict.code ?? "upstream_context_length";
  const { status, headers } = head;
  const parts = { target, code, verdict, status, reason: undefined, headers, answer, said };
  const failure: AttemptFailure = { kind: "failed", ...parts };
  if (leftover !== undefined) attempt.settle(attempt.refusal ?? failure, leftover);
  else {
    attempt.refusal ??= failure;
    attempt.cancel();
    attempt.sendAgain?.(attempt);
  }
  return true;
}

/**
 * The endpoint may have refused what the gateway has put into the request, and is asked again without it: once, since it is
 * remembered when the answer to that is better, or at once where the error says so.
 */
function isOptionRefused(attempt: Attempt, status: number, body: Buffer | undefined): boolean {
  if (!attempt.asksUsage) return false;
  const { usageOptions } = attempt.call.services.targets;
  const { name } = attempt.lease.target.endpoint;
  const isTold = status >= 400 && body !== undefined && isAboutUsageOption(body);
  if (isTold) usageOptions.noteRefused(name);
  else if (!MAY_BE_REFUSED.has(status) || isAboutOther(body) || !usageOptions.mayDoubt(name)) return false;
  attempt.isUsageRefused = true;
  return true;
}

/** Whether the error names the field that it is about, which is another one. */
function isAboutOther(body: Buffer | undefined): boolean {
  return body !== undefined && NAMES_FIELD.test(body.toString("latin1"));
}

const NAMES_FIELD = /"param"\s*:\s*"[^"]/;
/** What servers answer to a field that they do not know. */
const MAY_BE_REFUSED: ReadonlySet<number> = new Set([400, 422]);

/** What a good answer shows: whether the endpoint takes the option. */
function noteOption({ asksUsage, isUsageRefused, call, lease }: Attempt): void {
  const { usageOptions } = call.services.targets;
  const { name } = lease.target.endpoint;
  if (isUsageRefused) usageOptions.noteRefused(name);
  else if (asksUsage && !usageOptions.takes(name)) usageOptions.noteTaken(name);
}

/** Takes an answer, in whatever words it comes; undefined where nothing goes on yet, or the attempt is over. */
export function takeAnswer(
  attempt: Attempt,
  head: AnswerHead,
  body: Buffer | undefined,
): Relaying | undefined {
  if (head.status < 300) noteOption(attempt);
  const { translated } = attempt;
  if (translated === undefined) return relayAnswer(attempt, head, body);
  return translateAnswer(attempt, translated, head, body);
}

/** Whether it is an error whose body is known to be empty: clients look for a message in it. */
function isWordless({ translated, call }: Attempt, head: AnswerHead, first: FirstBytes | undefined): boolean {
  if (head.status < 400 || translated !== undefined || call.request.method === "HEAD") return false;
  if (first !== undefined) return first.isWhole && first.isEmpty;
  return headerOf(head.headers, "content-length") === "0";
}

/** An error as the client would be shown it. */
function shownAnswer(attempt: Attempt, head: AnswerHead, body: Buffer): AttemptFailure["answer"] {
  if (attempt.translated === undefined && body.length > 0) return { ...head, body };
  const plain = unpackedByHeaders(body, head.headers);
  return translatedError(attempt.call, attempt.lease.target.endpoint, head, plain);
}

/**
 * The endpoint does not know the path: true where it may know another one by which the request can be served. Elsewhere
 * the first refusal is the attempt's end, since it is about what the client has asked for.
 */
function isToBeAskedOtherwise(attempt: Attempt): boolean {
  const { call, lease, translated, options } = attempt;
  const { operation, services } = call;
  const { endpoint } = lease.target;
  if (operation.countsFor !== undefined) services.targets.lacking.note(endpoint.name, operation.name);
  const asked = translated?.translation.to ?? operation.chatApi;
  if (asked === undefined || endpoint.speaks !== undefined) return false;
  // One that does not know the path of its own API is more likely misconfigured, or being deployed.
  const isDoubtful = asked === endpoint.wire.ownApi && translated === undefined;
  if (isDoubtful && options.hasAnother()) return false;
  const refused = [...attempt.refused, asked];
  if (wayTo(call, lease.target, refused) === undefined) return false;
  attempt.refused = refused;
  return true;
}
