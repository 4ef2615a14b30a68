// A phase between looking and relaying, for a plain answer that has to be said in other words: it is read whole before
// anything of it goes on, so that another target can still be asked where it is none.

import { type ErrorCode, GatewayError } from "../../core/errors.ts";
import type { OutboundFailure } from "../../upstream/client.ts";
import type { Translated } from "../../wires/translate/translation.ts";
import { HeldBytes } from "../answer/held-bytes.ts";
import { contentEncodingOf, unpackedByHeaders } from "../answer/redact.ts";
import { codeOfFailure, isEventStream, wireFailure } from "../outcome/classify.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import { translatedError, translatedPlain, type WholeAnswer } from "../translate/translated-answer.ts";
import type { Attempt } from "./attempt.ts";
import type { Phase } from "./phase.ts";
import { type Relaying, relayAnswer } from "./relaying.ts";
import { shownWords } from "./said.ts";

/** The longest answer that is translated: with pictures in it. A stream has no such bound. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/** Takes an answer of an endpoint that was asked in other words; `body` is what came of it already. */
export function translateAnswer(
  attempt: Attempt,
  translated: Translated,
  head: AnswerHead,
  body: Buffer = NOTHING,
): Relaying | undefined {
  const { call, lease } = attempt;
  const { endpoint } = lease.target;
  for (const api of attempt.refused) call.services.targets.lacking.note(endpoint.name, api);
  if (head.status >= 300) {
    const plain = unpackedByHeaders(body, head.headers);
    return relayWhole(attempt, translatedError(call, endpoint, head, plain));
  }
  if (!isEventStream(head)) {
    new Translating(attempt, translated, head).begin(body);
    return undefined;
  }
  if (!isPacked(head)) return relayAnswer(attempt, head, body);
  attempt.cancel();
  attempt.fail("upstream_bad_response", "PACKED_STREAM");
  return undefined;
}

/** Takes an error without a body, which is told in the client's envelope. Undefined where the attempt was over before. */
export function relayWordless(attempt: Attempt, head: AnswerHead): Relaying | undefined {
  return relayWhole(attempt, translatedError(attempt.call, attempt.lease.target.endpoint, head, NOTHING));
}

/** Nothing more of the endpoint's answer is wanted. */
function relayWhole(attempt: Attempt, { body, ...head }: WholeAnswer): Relaying | undefined {
  attempt.cancel();
  const relaying = relayAnswer(attempt, head, body);
  attempt.onEnd();
  return relaying;
}

function isPacked({ headers }: AnswerHead): boolean {
  const encoding = contentEncodingOf(headers);
  return encoding !== "" && encoding !== "identity";
}

class Translating implements Phase {
  /** Nothing was passed on. */
  readonly name = "looking";
  readonly #attempt: Attempt;
  readonly #translated: Translated;
  readonly #head: AnswerHead;
  readonly #held = new HeldBytes();

  constructor(attempt: Attempt, translated: Translated, head: AnswerHead) {
    this.#attempt = attempt;
    this.#translated = translated;
    this.#head = head;
  }

  begin(body: Buffer): void {
    const { timer, lease } = this.#attempt;
    this.#attempt.become(this);
    timer.arm(lease.target.timeouts.idleMs);
    this.#held.add(body);
  }

  onData(chunk: Buffer): boolean {
    const { timer } = this.#attempt;
    timer.refresh();
    this.#held.add(chunk);
    if (this.#held.size > MAX_ANSWER_BYTES) this.#give("upstream_bad_response", "TOO_LONG");
    else if (timer.isOverdue) this.#give("upstream_first_byte_timeout");
    return true;
  }

  onEnd(): void {
    const whole = this.#whole();
    if (typeof whole === "object") relayWhole(this.#attempt, whole);
    else this.#giveUnread(whole);
  }

  onFailure(failure: OutboundFailure): void {
    this.#attempt.fail(codeOfFailure(failure), failure.reason);
  }

  onTimeout(): void {
    this.#give("upstream_first_byte_timeout");
  }

  leave(): void {
    this.#held.clear();
  }

  #give(code: ErrorCode, reason?: string): void {
    this.#attempt.cancel();
    this.#attempt.fail(code, reason);
  }

  #giveUnread(unread: string): void {
    const { target } = this.#attempt.lease;
    this.#attempt.cancel();
    const { status } = this.#head;
    this.#attempt.settle({
      ...wireFailure(target, "upstream_bad_response", status, "UNTRANSLATABLE"),
      unread: shownWords(unread, target.endpoint),
    });
  }

  /** A sentence that says why, for what is no answer of the endpoint's API. */
  #whole(): WholeAnswer | string {
    const body = unpackedByHeaders(this.#held.take(), this.#head.headers);
    if (body === undefined) return "The endpoint's answer cannot be unpacked.";
    try {
      return translatedPlain(this.#translated, this.#head, body);
    } catch (error) {
      if (error instanceof GatewayError) return error.message;
      throw error;
    }
  }
}
