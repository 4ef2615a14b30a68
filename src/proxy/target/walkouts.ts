// Finds out endpoints that hang although their clients give up first. A client that leaves proves nothing, so that the
// endpoint is asked for its list before it is ejected; where the list comes, only a row of long waits without any
// answer, while other endpoints answer, ejects the one model and operation.

import type { Clock } from "../../core/clock.ts";
import { Impatience, type Walkout } from "../../routing/health/impatience.ts";
import type { TargetHealth } from "../../routing/health/target-health.ts";
import type { Target } from "../../routing/model.ts";
import { COUNTING, type TargetChecks } from "./refusals.ts";

/** Between two questions to one endpoint. */
const ASK_PAUSE_MS = 10_000;

/** An attempt that its client gave up, and where it was. */
export type GivenUp = Walkout & { readonly target: Target };

/** Ejects the endpoint, or (`isSent`) the operation of the model there. */
type Eject = (target: Target, isSent: boolean, operation: string) => void;

/** What walkouts are weighed with. */
export type WalkoutsParts = {
  readonly clock: Clock;
  readonly health: TargetHealth;
  readonly eject: Eject;
  /** `askAlive` tells whether the endpoint is there; undefined when that cannot be told. */
  readonly checks: Pick<TargetChecks, "askAlive">;
};

/** Weighs walkouts. */
export class Walkouts {
  readonly impatience: Impatience;
  readonly #clock: Clock;
  readonly #health: TargetHealth;
  readonly #eject: Eject;
  readonly #checks: WalkoutsParts["checks"];
  /** When each endpoint was asked last. */
  readonly #askedMs = new Map<string, number>();

  constructor({ clock, health, eject, checks }: WalkoutsParts) {
    this.#clock = clock;
    this.#health = health;
    this.#eject = eject;
    this.#checks = checks;
    this.impatience = new Impatience(clock);
  }

  /** A client left before anything of an answer had come. */
  record(walkout: GivenUp): void {
    const { target, operation, startedMs } = walkout;
    if (COUNTING.has(operation)) return;
    const breaker = this.#health.targetBreaker(target, operation);
    // The one request that was let through has learnt that it still hangs.
    if (breaker?.state === "half_open" && this.impatience.isLong(walkout))
      this.#health.recordStrike(target, true, startedMs, operation);
    if (this.impatience.noteWalkout(walkout) !== "nothing") void this.#decide(walkout);
  }

  /** Forgets what is in no table any more. */
  retain(isTargetKept: (key: string) => boolean): void {
    this.impatience.retain(isTargetKept);
    for (const name of this.#askedMs.keys()) if (!isTargetKept(`${name}/`)) this.#askedMs.delete(name);
  }

  async #decide(walkout: GivenUp): Promise<void> {
    const { target, operation } = walkout;
    const { name } = target.endpoint;
    const isThere = await this.#ask(name);
    // What has come from there meanwhile counts.
    const isGone = isThere === false && this.impatience.isSilent(name);
    if (!isGone && !this.impatience.isHanging(walkout)) return;
    this.impatience.endRows(name);
    this.#eject(target, !isGone, operation);
  }

  async #ask(name: string): Promise<boolean | undefined> {
    const nowMs = this.#clock.nowMs();
    if (nowMs - (this.#askedMs.get(name) ?? Number.NEGATIVE_INFINITY) < ASK_PAUSE_MS) return undefined;
    this.#askedMs.set(name, nowMs);
    return await this.#checks.askAlive(name);
  }
}
