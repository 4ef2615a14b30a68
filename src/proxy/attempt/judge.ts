// What becomes of an answer once it is clear what it is: it is relayed, or the attempt has failed.

import { VERDICTS, type Verdict } from "../../routing/health/failure-class.ts";
import type { FirstBytes } from "../look/first-bytes.ts";
import { honestHead, isEventStream, isOwnAnswerShown } from "../outcome/classify.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import type { Attempt } from "./attempt.ts";
import { Leftover } from "./leftover.ts";
import { relayAnswer } from "./relaying.ts";
import { saidLater } from "./said.ts";

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
  const isObject = operation.model === "none";
  const verdict = isObject ? verdictOnObject(given, head, operation.path, body) : given;
  const honest = honestHead(verdict, head, body, target.upstreamModel);
  const isHeld = verdict.class === "context_length" && holdsContextErrors;
  if (verdict.code === undefined && !isHeld) return relayAnswer(attempt, honest, body)?.isPaused !== true;
  const isKept =
    first?.isWhole === true &&
    (keepsErrors || verdict.isForCaller) &&
    isOwnAnswerShown(verdict, head.contentType, body);
  const answer = isKept && body !== undefined ? { ...honest, body } : undefined;
  const leftover = new Leftover(() => attempt.cancel(), body?.length ?? 0);
  const said = saidLater(verdict, honest, body ?? leftover, target.endpoint);
  const code = verdict.code ?? "upstream_context_length";
  const { status, headers } = head;
  const failure = { target, code, verdict, status, reason: undefined, headers, answer, said };
  attempt.settle({ kind: "failed", ...failure }, leftover);
  return true;
}
