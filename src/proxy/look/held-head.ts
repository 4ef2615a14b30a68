// The head of an answer while nothing of it was passed on, with the first bytes behind it. Made by `attempt.ts`.

import { VERDICTS, type Verdict } from "../../routing/health/failure-class.ts";
import { verdictOf } from "../outcome/classify.ts";
import { isCutJson } from "../outcome/json-cut.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import { FirstBytes, type FirstBytesOptions, type FirstLook } from "./first-bytes.ts";
import { EVENT_STREAM } from "./first-look.ts";

/** How long a stream's head waits for its first event while another target could serve instead. */
const HOLD_MS = 250;

/** When a stream's head goes on before its first event. */
export type CommitRules = {
  /** It is held for its first event, however long that takes. */
  readonly isHeld: boolean;
  /** Whether another target could be asked if this one fails now. */
  readonly hasAnother: () => boolean;
  readonly commit: () => void;
};

/** One answer before it is taken. */
export class HeldHead {
  readonly first: FirstBytes;
  readonly #head: AnswerHead;
  readonly #rules: CommitRules;
  #isStream = false;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(head: AnswerHead, look: FirstBytesOptions, rules: CommitRules) {
    this.#head = head;
    this.first = new FirstBytes(look);
    this.#rules = rules;
    if (head.status < 300) this.#noteStream();
  }

  /** Takes a piece and looks. */
  push(chunk: Buffer): FirstLook {
    const look = this.first.push(chunk);
    if (look === "more" && !this.#isStream) this.#noteStream();
    return look;
  }

  /** At the end of a body that was looked at: nothing at all, or nothing in it, or half of it, may be a failure as well. */
  lastLook(isBodyDue: boolean): Verdict {
    const verdict = this.first.end(true);
    if (!isBodyDue) return VERDICTS.served;
    if (verdict.code !== undefined) return verdict;
    if (isCutJson(this.#head, this.first.bytes())) return verdictOf("upstream_reset");
    return this.first.isWithoutContent ? verdictOf("upstream_empty_answer") : verdict;
  }

  /** The head as it should have been where a stream says that it is something else; its headers stay as they are. */
  get head(): AnswerHead {
    const head = this.#head;
    const isMislabelled = this.first.isEventStream && !head.contentType.startsWith(EVENT_STREAM);
    return isMislabelled ? { ...head, contentType: EVENT_STREAM } : head;
  }

  /** It was judged, or is wanted no more. */
  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  /**
   * A stream's head does not wait for its first event, unless it is to be held. What came with the head is looked at;
   * where another target could serve, what comes shortly after it too: servers report a full queue only then.
   */
  #noteStream(): void {
    if (!this.first.isEventStream) return;
    this.#isStream = true;
    const { isHeld, hasAnother, commit } = this.#rules;
    if (isHeld) return;
    // What came in one segment with the head is told before the next tick.
    process.nextTick(() => {
      if (this.#isOver) return;
      if (hasAnother()) this.#timer = setTimeout(commit, HOLD_MS);
      else commit();
    });
  }
}
