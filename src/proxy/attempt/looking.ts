// The second phase of an attempt: the head of the answer is there and its first bytes are looked at, since an answer may
// be a failure in an answer's clothes. Nothing was passed on, so that another target can still be asked.

import { VERDICTS, type Verdict } from "../../routing/health/failure-class.ts";
import type { OutboundFailure } from "../../upstream/client.ts";
import { FirstBytes } from "../look/first-bytes.ts";
import type { LookRules } from "../look/look-rules.ts";
import { codeOfFailure, EVENT_STREAM, isEventStream, verdictOf } from "../outcome/classify.ts";
import { isCutJson } from "../outcome/json-cut.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import type { Attempt } from "./attempt.ts";
import { judge, takeAnswer } from "./judge.ts";
import { LEFTOVER_MS } from "./leftover.ts";
import type { Phase } from "./phase.ts";

/** How long a stream's head waits for its first event while another target could serve instead. */
const HOLD_MS = 250;

/** One answer before it is taken. */
export class Looking implements Phase {
  readonly name = "looking";
  readonly #attempt: Attempt;
  readonly #head: AnswerHead;
  readonly #rules: LookRules;
  readonly #first: FirstBytes;
  /** Whether it is known that a stream has begun, whose head need not wait for long. */
  #isStream = false;
  #holdTimer: NodeJS.Timeout | undefined;

  constructor(attempt: Attempt, head: AnswerHead, rules: LookRules) {
    this.#attempt = attempt;
    this.#head = head;
    this.#rules = rules;
    this.#first = new FirstBytes(rules);
  }

  /** The head has come. */
  begin(): void {
    const attempt = this.#attempt;
    const { firstEventMs, idleMs } = attempt.lease.target.timeouts;
    attempt.become(this);
    if (this.#isGood) this.#noteStream();
    const limitMs = this.#isGood ? idleMs : LEFTOVER_MS;
    attempt.timer.arm(this.#rules.isEventStream ? firstEventMs : limitMs);
  }

  onData(chunk: Buffer): boolean {
    const look = this.#first.push(chunk);
    if (look !== "more") return this.#judge(look);
    if (!this.#isStream) this.#noteStream();
    return true;
  }

  onEnd(): void {
    this.#judge(this.#lastLook());
    // Whatever it is now, the answer has ended.
    this.#attempt.onEnd();
  }

  onFailure(failure: OutboundFailure): void {
    this.#attempt.fail(codeOfFailure(failure), failure.reason);
  }

  onTimeout(): void {
    if (this.#isGood) {
      this.#attempt.cancel();
      this.#attempt.fail("upstream_first_byte_timeout");
      return;
    }
    // What has come of an error is enough to judge it; one that is the caller's goes on from here.
    this.#judge(this.#first.end(false));
  }

  /** The hold is over, too: the answer must not be taken twice. */
  leave(): void {
    clearTimeout(this.#holdTimer);
  }

  get #isGood(): boolean {
    return this.#head.status < 300;
  }

  #judge(verdict: Verdict): boolean {
    return judge(this.#attempt, verdict, this.#honestHead(), this.#first);
  }

  /** At the end of the body: nothing at all, or nothing in it, or half of it, may be a failure as well. */
  #lastLook(): Verdict {
    const verdict = this.#first.end(true);
    // Only a POST promises a body; an error without one is an error all the same.
    if (this.#isGood && this.#first.isEmpty && this.#attempt.call.request.method !== "POST")
      return VERDICTS.served;
    if (verdict.code !== undefined) return verdict;
    if (isCutJson(this.#head, this.#first.bytes())) return verdictOf("upstream_reset");
    return this.#first.isWithoutContent ? verdictOf("upstream_empty_answer") : verdict;
  }

  /** The head as it should have been where a stream says that it is something else; its headers stay as they are. */
  #honestHead(): AnswerHead {
    const head = this.#head;
    const isMislabelled = this.#first.isEventStream && !isEventStream(head);
    return isMislabelled ? { ...head, contentType: EVENT_STREAM } : head;
  }

  /**
   * A stream's head does not wait for its first event, unless it is to be held. What came with the head is looked at;
   * where another target could serve, what comes shortly after it too: servers report a full queue only then.
   */
  #noteStream(): void {
    if (!this.#first.isEventStream) return;
    this.#isStream = true;
    if (this.#attempt.options.holdsFirstEvent || this.#rules.wantsContent) return;
    // What came in one segment with the head is told before the next tick.
    process.nextTick(() => this.#attempt.guard(() => this.#endHold()));
  }

  #endHold(): void {
    const attempt = this.#attempt;
    if (!attempt.isIn(this)) return;
    if (attempt.options.hasAnother())
      this.#holdTimer = setTimeout(() => attempt.guard(() => this.#commit()), HOLD_MS);
    else this.#commit();
  }

  /** Takes the stream before its first event. */
  #commit(): void {
    takeAnswer(this.#attempt, this.#honestHead(), this.#first.bytes())?.flushHead();
  }
}
