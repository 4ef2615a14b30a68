// What the attempts of one request at one model want of targets, and what is remembered of them meanwhile: which were
// tried, and how long may still be waited. Plain values; `targets.ts` acts on them.

import type { Departure } from "../../http/departure.ts";
import type { IsExcluded } from "../../routing/balancer.ts";
import type { Occasion } from "../../routing/choice/why-chosen.ts";
import type { Asker } from "../../routing/health/rechecks.ts";
import type { Entrant } from "../../routing/health/tiers.ts";
import type { Model } from "../../routing/model.ts";
import type { RequestMarks } from "./refusals.ts";
import { TriedTargets } from "./tried-targets.ts";

/** What one pick depends on. */
export type PickRequest = Entrant & {
  readonly isStream: boolean;
  /** What a sticky model keeps together; undefined where nothing is. */
  readonly stickyKey: string | undefined;
};

/** What targets are asked for. */
export type TargetWish = {
  readonly isStream: boolean;
  /** As health is kept for it. */
  readonly operation: string;
  readonly stickyKey: string | undefined;
  readonly marks: RequestMarks;
  readonly departure: Departure;
  /** What the model is now: after a wait a reload, or a new list, may have brought other targets. */
  readonly modelNow: () => Model;
  /** When all of it must be over, on the monotonic clock; Infinity where it need not. */
  readonly deadlineMs: number;
  /** Whether the end of a short rest is waited for. */
  readonly awaitsRests: boolean;
  /** Why its first target is looked for, where the routing alone would not say that. */
  readonly cause?: "fallback" | "home" | undefined;
};

/** One request's search for targets at one model. */
export class TargetRequest implements PickRequest {
  readonly isStream: boolean;
  readonly operation: string;
  readonly stickyKey: string | undefined;
  readonly marks: RequestMarks;
  readonly departure: Departure;
  readonly modelNow: () => Model;
  readonly deadlineMs: number;
  readonly awaitsRests: boolean;
  readonly tried = new TriedTargets();
  /** A wait for a slot came to nothing: all that could be asked were full for too long. */
  isFull = false;
  /** Milliseconds of rests that were waited for. */
  awaitedMs = 0;
  /** Whether a rest that ended just between two looks is looked for; once after each wait, so that it comes to an end. */
  mayLookAgain = true;

  /** What the next attempt is for: kept by `Targets`, which knows why it gives a target. */
  occasion: Occasion;

  constructor(wish: TargetWish) {
    this.isStream = wish.isStream;
    this.operation = wish.operation;
    this.stickyKey = wish.stickyKey;
    this.marks = wish.marks;
    this.departure = wish.departure;
    this.modelNow = wish.modelNow;
    this.deadlineMs = wish.deadlineMs;
    this.awaitsRests = wish.awaitsRests;
    this.occasion = wish.cause ?? "first";
  }

  get isTried(): IsExcluded | undefined {
    return this.tried.isTried;
  }

  get identity(): () => Asker {
    return this.marks.identity;
  }
}
