// The health of all targets where several processes share it. Each keeps all of it and decides by its own, at once; what
// changes is told to the others in batches. Counts are added up, of ejections the latest one holds for all. A sum of
// several processes ejects in one of them alone (`decides`), or each would draw another end.

import type { Clock } from "../../core/clock.ts";
import type { Breaker } from "../../routing/health/breaker.ts";
import type { BreakerPlace } from "../../routing/health/breaker-state.ts";
import { USUAL_OPERATION } from "../../routing/health/operation-breakers.ts";
import {
  type EndedEjection,
  type HeldProbe,
  type Served,
  TargetHealth,
} from "../../routing/health/target-health.ts";
import type { Target } from "../../routing/model.ts";
import { type BreakerNews, type HealthNews, movedTurn } from "./health-news.ts";
import { SharedCooldowns } from "./shared-cooldowns.ts";
import { sharedOffsetMs } from "./shared-time.ts";

/** Breakers with something to tell at most, in one batch; further ones count for this process alone. */
const MAX_WAITING = 2_048;

type NewsDraft = {
  readonly place: BreakerPlace;
  successes: number;
  strikes: number;
  inRow: number;
  isProbeOut: boolean | undefined;
};

/** What somebody else's news has changed here. */
export type TakenNews = {
  /** Breakers that were ejected, or are back, by it. */
  readonly turned: readonly BreakerPlace[];
  /** Whether something rests for longer now. */
  readonly hasRests: boolean;
};

/** How a process shares its health. */
export type SharingParts = {
  readonly clock: Clock;
  /** Whether a sum of several processes ejects here: in one of them. */
  readonly decides: boolean;
};

/** The health of this process, told to others. */
export class SharedHealth extends TargetHealth {
  /** Called when there is something to tell, which may be often. */
  onNews: () => void = () => undefined;
  readonly #rests: SharedCooldowns;
  readonly #decides: boolean;
  readonly #offsetMs: number;
  readonly #waiting = new Map<string, NewsDraft>();
  readonly #spent = new Map<string, number>();
  /** When each breaker turned last, as all know it. */
  readonly #toldMs = new WeakMap<Breaker, number>();

  constructor({ clock, decides }: SharingParts) {
    const rests = new SharedCooldowns(clock);
    super(clock, rests);
    this.#rests = rests;
    this.#decides = decides;
    this.#offsetMs = sharedOffsetMs(clock);
    rests.onNews = () => this.onNews();
  }

  override recordStrike(target: Target, wasSent: boolean, startedMs: number, operation?: string): void {
    const place = placeOf(target, wasSent, operation);
    const wasClosed = this.breakerAt(place)?.state !== "open";
    super.recordStrike(target, wasSent, startedMs, operation);
    const draft = this.#draft(place);
    if (draft === undefined || !wasClosed) return;
    draft.strikes += 1;
    draft.inRow += 1;
  }

  override trip(target: Target, wasSent: boolean, operation: string): void {
    super.trip(target, wasSent, operation);
    this.#draft(placeOf(target, wasSent, operation));
  }

  override recordAlive(served: Served): EndedEjection {
    if (this.isPristine) return super.recordAlive(served);
    const { target, operation } = served;
    const places = [placeOf(target, false), placeOf(target, true, operation)];
    const known = places.filter((place) => this.breakerAt(place) !== undefined);
    const ended = super.recordAlive(served);
    for (const place of known) this.#noteSuccess(place);
    return ended;
  }

  override recordListed(target: Target, startedMs: number): boolean {
    const isBack = super.recordListed(target, startedMs);
    if (this.endpointBreaker(target) !== undefined) this.#noteSuccess(placeOf(target, false));
    return isBack;
  }

  override acquireProbe(target: Target, operation?: string): HeldProbe | undefined {
    const held = super.acquireProbe(target, operation);
    if (held === undefined) return undefined;
    const places = [placeOf(target, false), placeOf(target, true, operation)];
    const out = places.filter((place) => this.breakerAt(place)?.isProbeOut === true);
    for (const place of out) this.#noteProbe(place, true);
    return {
      release: () => {
        held.release();
        for (const place of out) this.#noteProbe(place, false);
      },
    };
  }

  override markExhausted(target: Target, waitMs: number): void {
    super.markExhausted(target, waitMs);
    const untilMs = this.exhaustedUntilMs(target.key);
    if (untilMs === undefined || (this.#spent.size >= MAX_WAITING && !this.#spent.has(target.key))) return;
    this.#spent.set(target.key, untilMs);
    this.onNews();
  }

  /** What has not been told yet; it counts as told. Undefined where there is nothing. */
  takeNews(): HealthNews | undefined {
    const rests = this.#rests.takeNews(this.#offsetMs);
    const breakers = [...this.#waiting.values()].flatMap((draft) => this.#newsOf(draft));
    const spent = [...this.#spent].map(([target, ms]) => ({ target, untilMs: ms + this.#offsetMs }));
    this.#waiting.clear();
    this.#spent.clear();
    return rests.length + breakers.length + spent.length === 0 ? undefined : { breakers, rests, spent };
  }

  /** All that is known, for a process that knows nothing. */
  whole(): HealthNews {
    const breakers = [...this.places()].map(([place, breaker]): BreakerNews => {
      const { counts, turn, isProbeOut } = breaker;
      return { place, counts, turn: movedTurn(turn, this.#offsetMs), isProbeOut };
    });
    const spent = this.snapshot().spent.map(({ target, untilMs }) => ({
      target,
      untilMs: untilMs + this.#offsetMs,
    }));
    return { breakers, rests: this.#rests.whole(this.#offsetMs), spent };
  }

  /** Takes over what another process tells. */
  takeOver({ breakers, rests, spent }: HealthNews): TakenNews {
    const turned = breakers.filter((news) => this.#takeBreaker(news)).map(({ place }) => place);
    let hasRests = false;
    for (const rest of rests) hasRests = this.#rests.takeOver(rest, -this.#offsetMs) || hasRests;
    for (const { target, untilMs } of spent) this.markExhaustedUntil(target, untilMs - this.#offsetMs);
    return { turned, hasRests };
  }

  /** The probes that a process had out which is gone are free again. */
  freeProbes(places: Iterable<BreakerPlace>): void {
    for (const place of places) {
      this.breakerAt(place)?.noteProbeElsewhere(false);
      this.#noteProbe(place, false);
    }
  }

  /** True where the breaker was ejected, or is back, by it. */
  #takeBreaker({ place, counts, turn, isProbeOut }: BreakerNews): boolean {
    const breaker = this.madeAt(place);
    const before = breaker.turnedMs;
    const isAdopted = turn !== undefined && breaker.adoptTurn(movedTurn(turn, -this.#offsetMs));
    // What was counted before a turn is forgotten with it.
    if (isAdopted) this.#toldMs.set(breaker, breaker.turnedMs);
    else breaker.addCounts(counts, this.#decides);
    if (isProbeOut !== undefined) breaker.noteProbeElsewhere(isProbeOut);
    if (breaker.turnedMs === before) return false;
    if (!isAdopted) this.#draft(place);
    return true;
  }

  #noteSuccess(place: BreakerPlace): void {
    const draft = this.#draft(place);
    if (draft === undefined) return;
    draft.successes += 1;
    draft.inRow = 0;
  }

  #noteProbe(place: BreakerPlace, isOut: boolean): void {
    const draft = this.#draft(place);
    if (draft !== undefined) draft.isProbeOut = isOut;
  }

  /** Undefined where too much waits already. */
  #draft(place: BreakerPlace): NewsDraft | undefined {
    const key = keyOf(place);
    const known = this.#waiting.get(key);
    if (known !== undefined) return known;
    if (this.#waiting.size >= MAX_WAITING) return undefined;
    const draft = { place, successes: 0, strikes: 0, inRow: 0, isProbeOut: undefined };
    this.#waiting.set(key, draft);
    this.onNews();
    return draft;
  }

  #newsOf({ place, successes, strikes, inRow, isProbeOut }: NewsDraft): BreakerNews[] {
    const breaker = this.breakerAt(place);
    // A person has ended it meanwhile, or its endpoint is gone.
    if (breaker === undefined) return [];
    const isNew = breaker.turnedMs !== (this.#toldMs.get(breaker) ?? Number.NEGATIVE_INFINITY);
    if (isNew) this.#toldMs.set(breaker, breaker.turnedMs);
    const turn = isNew ? movedTurn(breaker.turn, this.#offsetMs) : undefined;
    return [{ place, counts: { successes, strikes, inRow }, turn, isProbeOut }];
  }
}

function placeOf(target: Target, wasSent: boolean, operation = USUAL_OPERATION): BreakerPlace {
  return wasSent ? { target: target.key, operation } : { endpoint: target.endpoint.name };
}

function keyOf(place: BreakerPlace): string {
  return "endpoint" in place ? place.endpoint : `${place.target}\n${place.operation}`;
}
