// Which targets a run has asked, and which of these may be asked once more: with another key, or when their limit is
// over. Not what is known of targets beyond this one request.

import type { IsExcluded } from "../../routing/balancer.ts";
import type { Verdict } from "../../routing/health/failure-class.ts";
import type { Target } from "../../routing/model.ts";
import { isKeyFailure } from "../outcome/classify.ts";

/** The targets that one run has asked. */
export class TriedTargets {
  #tried: Target[] = [];
  /** Made for the first pick that has something to leave out. */
  #isTried: IsExcluded | undefined;
  /** Of those tried, the ones where only a key failed and another one may be free. */
  #otherKeys: Target[] = [];
  /** Of those tried, the ones that said "not now", and until when. */
  #limited: Map<string, number> | undefined;

  /** For a pick; undefined while none was tried. */
  get isTried(): IsExcluded | undefined {
    if (this.#tried.length === 0) return undefined;
    this.#isTried ??= (target) => isAmong(this.#tried, target);
    return this.#isTried;
  }

  get hasOtherKeys(): boolean {
    return this.#otherKeys.length > 0;
  }

  add(target: Target): void {
    if (!isAmong(this.#tried, target)) this.#tried.push(target);
  }

  /** Remembers why it failed; `untilMs`: when it may be asked again, on the monotonic clock, where that is known. */
  noteFailure(target: Target, verdict: Verdict, untilMs: number | undefined): void {
    if (verdict.cooldown === "rate_limited" && untilMs !== undefined) {
      this.#limited ??= new Map();
      this.#limited.set(target.key, untilMs);
    }
    if (target.endpoint.credentials.length > 1 && isKeyFailure(verdict)) this.#otherKeys.push(target);
  }

  /** Lets those be asked again where one key failed and `isFree` says that there is another; false when there is none. */
  forgetWhereOtherKeys(isFree: (target: Target) => boolean): boolean {
    const free = this.#otherKeys.filter(isFree);
    this.#otherKeys = [];
    return this.#forget(free);
  }

  /** When a target that was over its limit may be asked again, by its own word to this request. */
  limitedUntilMs(target: Target): number | undefined {
    return this.#limited?.get(target.key);
  }

  /** Lets those be asked again whose limit is over now. */
  forgetLimited(nowMs: number): void {
    for (const [key, untilMs] of this.#limited ?? []) {
      if (nowMs < untilMs) continue;
      this.#limited?.delete(key);
      this.#tried = this.#tried.filter((target) => target.key !== key);
    }
  }

  #forget(targets: readonly Target[]): boolean {
    this.#tried = this.#tried.filter((target) => !isAmong(targets, target));
    return targets.length > 0;
  }
}

/** By what it is and not by identity: a reload makes all targets anew. */
function isAmong(targets: readonly Target[], one: Target): boolean {
  return targets.some((target) => target.key === one.key);
}
