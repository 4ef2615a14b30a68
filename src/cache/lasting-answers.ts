// Answers that outlive the process: asked for where the memory has none, and told of each answer that is kept. A request
// waits for it for a moment at most, and whatever is wrong with the place, it is a miss.

import type { Clock } from "../core/clock.ts";
import type { AnswerShelf, StoredAnswer } from "../store/stored-answer.ts";
import type { CachedAnswer, LastingAnswersSnapshot } from "./answer-cache.ts";

/** How long a request waits for it. */
const MAX_WAIT_MS = 20;
/** Requests that may wait at once: behind a disk that does not answer they would only be in each other's way. */
const MAX_WAITING = 64;
/** How long a start waits until the place can be asked. */
const MAX_WARM_MS = 1_000;

/** The answers. */
export class LastingAnswers {
  readonly shelf: AnswerShelf | undefined;
  readonly #clock: Clock;
  #isOn = false;
  #waiting = 0;
  /** How often it was emptied: what was asked for before is not used after it. */
  #emptied = 0;
  #hits = 0;
  #late = 0;
  #failed = 0;

  /** `shelf` undefined: nothing outlives the process. */
  constructor(shelf: AnswerShelf | undefined, clock: Clock) {
    this.shelf = shelf;
    this.#clock = clock;
  }

  /** Whether answers are kept beyond the process. */
  get isOn(): boolean {
    return this.#isOn;
  }

  configure(isWanted: boolean): void {
    this.#isOn = isWanted && this.shelf !== undefined;
  }

  /** Resolves when the first request need not wait for a thread to start, or soon. Never rejects. */
  async warm(): Promise<void> {
    const { shelf } = this;
    if (shelf !== undefined && this.#isOn) await this.#within(shelf.find(""), MAX_WARM_MS);
  }

  /** An answer that is not older than so many milliseconds; undefined where there is none in time. Never rejects. */
  async find(key: string, maxAgeMs: number): Promise<CachedAnswer | undefined> {
    const { shelf } = this;
    if (shelf === undefined || !this.#isOn) return undefined;
    if (this.#waiting >= MAX_WAITING) {
      this.#late += 1;
      return undefined;
    }
    const emptied = this.#emptied;
    this.#waiting += 1;
    const asked = shelf.find(key).finally(() => {
      this.#waiting -= 1;
    });
    const found = await this.#within(asked, MAX_WAIT_MS);
    if (found === undefined || emptied !== this.#emptied) return undefined;
    const answer = this.#onOwnClock(found);
    if (answer === undefined || this.#clock.nowMs() - answer.keptMs > maxAgeMs) return undefined;
    this.#hits += 1;
    return answer;
  }

  /** Takes an answer that the memory has taken as well. */
  keep(key: string, answer: CachedAnswer): void {
    if (this.shelf === undefined || !this.#isOn) return;
    const aheadMs = this.#clock.wallMs() - this.#clock.nowMs();
    const { keptMs, untilMs } = answer;
    this.shelf.keep(key, { ...answer, keptMs: keptMs + aheadMs, untilMs: untilMs + aheadMs });
  }

  /** Removes all of them, also where they are not used now. @throws StoreFailure, in the promise */
  async clear(): Promise<void> {
    this.#emptied += 1;
    await this.shelf?.clear();
  }

  /** Empty where it is off. */
  snapshot(): { readonly stored?: LastingAnswersSnapshot } {
    if (!this.#isOn) return {};
    const lost = this.shelf?.lost ?? 0;
    return { stored: { hits: this.#hits, late: this.#late, failed: this.#failed, lost } };
  }

  /** Undefined once that time is over, or where it fails. */
  async #within(asked: Promise<StoredAnswer | undefined>, waitMs: number): Promise<StoredAnswer | undefined> {
    const { promise, resolve } = Promise.withResolvers<"late">();
    const timer = setTimeout(resolve, waitMs, "late");
    try {
      const found = await Promise.race([asked, promise]);
      if (found !== "late") return found;
      this.#late += 1;
    } catch {
      this.#failed += 1;
    } finally {
      clearTimeout(timer);
    }
    return undefined;
  }

  /**
   * The date may have been set back since it was kept: then it counts as kept now, and no answer is used for longer than
   * was said. Undefined where its time is over.
   */
  #onOwnClock({ body, ...found }: StoredAnswer): CachedAnswer | undefined {
    const [nowMs, wallMs] = [this.#clock.nowMs(), this.#clock.wallMs()];
    const ageMs = Math.max(0, wallMs - found.keptMs);
    const leftMs = found.untilMs - found.keptMs - ageMs;
    if (!(leftMs > 0)) return undefined;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return { ...found, body: bytes, keptMs: nowMs - ageMs, untilMs: nowMs + leftMs };
  }
}
