// All that is known of targets, in front of it one question: `acquire`, which gives an attempt the lease of a target, at
// once or after a wait. What is known outlives reloads. Choosing is `chooser.ts`, learning `learning.ts`.

import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import { openPriceBook, type PriceBook } from "../../pricing/price-book.ts";
import { KnownSockets } from "../../routing/abilities/known-sockets.ts";
import { LackingApis } from "../../routing/abilities/lacking-apis.ts";
import { UsageOptions } from "../../routing/abilities/usage-options.ts";
import { TargetLoads } from "../../routing/choice/target-load.ts";
import { choiceOf } from "../../routing/choice/why-chosen.ts";
import type { BreakerOptions } from "../../routing/health/breaker-options.ts";
import { Cooldowns } from "../../routing/health/cooldown.ts";
import { Rechecks } from "../../routing/health/rechecks.ts";
import { TargetHealth } from "../../routing/health/target-health.ts";
import type { Model, Target } from "../../routing/model.ts";
import type { RetryBudgetOptions } from "../../routing/retry/retry-budget.ts";
import { RetryBudgets } from "../../routing/retry/retry-budgets.ts";
import type { Proof } from "../../routing/retry/retry-policy.ts";
import { UsageRatios } from "../../wires/usage/usage-ratios.ts";
import type { Gate } from "../admit/gate.ts";
import { Chooser, type LookAhead } from "./chooser.ts";
import { EndpointGates } from "./endpoint-gates.ts";
import { Facts } from "./facts.ts";
import { Learning } from "./learning.ts";
import { Lease } from "./lease.ts";
import { isRefusedIn, NO_CHECKS, type TargetChecks } from "./refusals.ts";
import { RestWaits } from "./rest-waits.ts";
import { TargetLog } from "./target-log.ts";
import type { TargetRequest } from "./target-request.ts";
import type { TargetsSnapshot } from "./targets-snapshot.ts";
import { UnderWay } from "./under-way.ts";

/** What targets are kept with. */
export type TargetsParts = {
  readonly clock: Clock;
  readonly log: Log;
  /** Questions to endpoints; without them nobody is asked. */
  readonly checks?: TargetChecks | undefined;
  /** Where several processes share it; else each has its own. */
  readonly health?: TargetHealth | undefined;
  /** What targets cost; left out: what the tables of the program say. */
  readonly prices?: PriceBook | undefined;
};

/**
 * The lease of a target: now, or the promise of one, which is undefined where there is none to be had. The promise
 * rejects with `client_closed` where the client leaves meanwhile.
 */
export type Acquired = Lease | Promise<Lease | undefined>;

/** The targets of all models. */
export class Targets {
  readonly clock: Clock;
  readonly health: TargetHealth;
  readonly budgets: RetryBudgets;
  /** Which endpoints do not know which paths. */
  readonly lacking: LackingApis;
  /** Which endpoints tell what a stream used when they are asked to. */
  readonly usageOptions: UsageOptions;
  /** What is paid for what is used. */
  readonly prices: PriceBook;
  /** What streams use that do not tell. */
  readonly usageRatios = new UsageRatios();
  /** Which endpoints have sockets, and which have none. */
  readonly sockets: KnownSockets;
  readonly gates = new EndpointGates();
  readonly underWay = new UnderWay();
  readonly restWaits: RestWaits;
  readonly chooser: Chooser;
  readonly learning: Learning;
  /** Ejections, rests and what else was found out, for whoever listens. */
  readonly facts = new Facts();
  readonly log: TargetLog;
  readonly #loads: TargetLoads;
  readonly #rechecks: Rechecks;
  #resets = 0;

  constructor({ clock, log, checks = NO_CHECKS, health: shared, prices }: TargetsParts) {
    this.clock = clock;
    this.health = shared ?? new TargetHealth(clock, new Cooldowns(clock));
    this.budgets = new RetryBudgets(clock);
    this.lacking = new LackingApis(clock);
    this.usageOptions = new UsageOptions(clock);
    this.prices = prices ?? openPriceBook(undefined, clock);
    this.sockets = new KnownSockets(clock);
    this.restWaits = new RestWaits(clock);
    this.#loads = new TargetLoads(clock);
    this.#rechecks = new Rechecks(clock);
    this.log = new TargetLog(clock, log, this.health.cooldowns);
    this.facts.subscribe(this.log.onFact);
    const { health, gates, restWaits, facts } = this;
    const rechecks = this.#rechecks;
    this.learning = new Learning({ clock, health, rechecks, facts, checks });
    this.chooser = new Chooser({
      clock,
      health,
      gates,
      loads: this.#loads,
      rechecks,
      restWaits,
      prices: this.prices,
    });
  }

  /** Changes whenever something changes that outlives the process: a turn of a rotation, a rest that was ended. */
  get revision(): number {
    return this.chooser.picks + this.#resets;
  }

  /**
   * Leases the next target: at once where one has room, else after a wait for a slot where all are full, or for the end
   * of a rest that is short. `proof`, for a retry: whether it should, or must, be in use and without a strike.
   */
  acquire(model: Model, request: TargetRequest, proof?: Proof): Acquired {
    const target = this.chooser.pick(model, request, proof);
    // Where all are ejected the pick asks for no room.
    if (target !== undefined) return this.#acquireAt(model, target, request);
    const [first, ...others] = this.chooser.fullTargets(model, request, proof);
    if (first === undefined) return this.#afterRest(model, request, undefined);
    return this.#afterWait(model, [first, ...others], request, proof);
  }

  /** Leases this target once more and no other, when it has a slot. */
  acquireAt(model: Model, target: Target, request: TargetRequest): Acquired {
    request.occasion = "again";
    return this.#acquireAt(model, target, request);
  }

  /** Leases this target and no other, when it has a slot. */
  #acquireAt(model: Model, target: Target, request: TargetRequest): Acquired {
    if (!this.gates.isFull(target.endpoint)) return this.#lease(model, target, request, undefined);
    return this.gates.slotFor(request, [target]).then((slot) => {
      return slot === undefined ? undefined : this.#lease(model, slot.target, request, slot.gate);
    });
  }

  /** Leases another target that is free now, for a second attempt beside the first; `mayBegin` has the last word. */
  acquireBeside(model: Model, request: TargetRequest, mayBegin: () => boolean): Lease | undefined {
    const target = this.chooser.pick(model, request, "preferred");
    if (target === undefined || this.gates.isFull(target.endpoint)) return undefined;
    if (!mayBegin()) return undefined;
    request.occasion = "hedge";
    return this.#lease(model, target, request, undefined);
  }

  /** Waits for the end of the first rest, then leases; undefined at once where that is too late. */
  acquireAfterRest(model: Model, request: TargetRequest): Promise<Lease | undefined> {
    return this.#afterRest(model, request, "preferred");
  }

  /** Until the first rest of the model's targets is over, in milliseconds; undefined where that is too late. */
  restMs(model: Model, request: TargetRequest): number | undefined {
    return this.restWaits.restMs(this.chooser, model, request);
  }

  /**
   * What could be asked after the targets that were tried. Where none is left and one of these failed for its key alone,
   * it may be asked again with another.
   */
  lookAhead(model: Model, request: TargetRequest): LookAhead {
    const ahead = this.chooser.lookAhead(model, request);
    const { tried } = request;
    if (ahead.hasUntried || !tried.hasOtherKeys) return ahead;
    const isAnyFree = tried.forgetWhereOtherKeys((target) => this.#hasFreeKey(target, request));
    return isAnyFree ? this.chooser.lookAhead(model, request) : ahead;
  }

  /** A person has ended rests: what is saved is out of date. */
  noteReset(): void {
    this.#resets += 1;
  }

  /** Takes new constants, at a reload. */
  configure(breaker: BreakerOptions, budget: RetryBudgetOptions): void {
    this.health.configure(breaker);
    this.budgets.configure(budget);
  }

  /** Forgets what is in no table any more. */
  retain(isEndpointKept: (name: string) => boolean): void {
    // A pin's state goes with its endpoint: its target is in no table.
    const isTargetKept = (key: string): boolean => isEndpointKept(key.slice(0, key.indexOf("/")));
    this.health.retain(isEndpointKept, isTargetKept);
    this.lacking.retain(isEndpointKept);
    this.usageOptions.retain(isEndpointKept);
    this.sockets.retain(isEndpointKept);
    this.underWay.retain(isEndpointKept);
    this.#loads.retain(isTargetKept);
    this.#rechecks.retain(isTargetKept);
    this.learning.retain(isTargetKept);
  }

  /** Forgets all of one endpoint: what stands behind its name is another one now. */
  forget(name: string): void {
    this.facts.tell({ kind: "forgotten", endpoint: name });
    this.health.forget(name);
    this.lacking.forget(name);
    this.usageOptions.forget(name);
    this.sockets.forget(name);
    this.learning.forgetRefusals(name);
    const isOther = (key: string): boolean => !key.startsWith(`${name}/`);
    this.#loads.retain(isOther);
    this.learning.retain(isOther);
  }

  /** Forgets what was said of a key that was replaced. */
  forgetKey(name: string, credential: number): void {
    this.health.cooldowns.forget(name, credential);
    this.learning.forgetRefusals(name);
  }

  /** All that is known of targets, as it stands now: plain data, and reading it changes nothing. */
  snapshot(): TargetsSnapshot {
    return {
      health: this.health.snapshot(),
      loads: this.#loads.snapshot(),
      budgets: this.budgets.snapshot(),
      gates: this.gates.snapshot(),
      underWay: this.underWay.snapshot(),
      awaitingRests: this.restWaits.waiting,
    };
  }

  /** A lease at one of these full targets, or at another if more than being full has come up against it meanwhile. */
  async #afterWait(
    model: Model,
    full: readonly [Target, ...Target[]],
    request: TargetRequest,
    proof: Proof | undefined,
  ): Promise<Lease | undefined> {
    const slot = await this.gates.slotFor(request, full);
    if (slot === undefined) return undefined;
    if (this.chooser.isWell(slot.target, request.operation)) {
      request.occasion = "room";
      return this.#lease(model, slot.target, request, slot.gate);
    }
    slot.gate?.leave();
    return this.acquire(model, request, proof);
  }

  async #afterRest(
    model: Model,
    request: TargetRequest,
    proof: Proof | undefined,
  ): Promise<Lease | undefined> {
    const now = await this.restWaits.wait(this.chooser, model, request);
    if (now === undefined) return undefined;
    request.occasion = "rest_over";
    return this.acquire(now, request, proof);
  }

  /** `gate`: where a slot was waited for; undefined: one is taken now. */
  #lease(model: Model, target: Target, request: TargetRequest, gate: Gate | undefined): Lease {
    const { marks, operation } = request;
    const choice = choiceOf(this.chooser, model, target, request);
    request.occasion = "first";
    request.tried.add(target);
    if (this.#rechecks.size > 0 && !this.health.hasFreeKey(target))
      this.#rechecks.begin(target.key, marks.identity);
    const { strategy } = model.settings;
    // Loads are kept by names that clients may choose, so only where a strategy reads them.
    const isWeighed = strategy === "least_in_flight" || strategy === "fastest_first_token";
    const isRefused =
      marks.refusedKeys.length === 0
        ? undefined
        : (name: string, id: number): boolean => isRefusedIn(marks, name, id);
    return new Lease(this.learning, {
      clock: this.clock,
      target,
      credential: this.health.takeCredential(target, isRefused),
      probe: this.health.acquireProbe(target, operation),
      gate: gate ?? (this.gates.isEmpty ? undefined : this.gates.take(target.endpoint)),
      count: this.underWay.of(target.endpoint.name),
      load: isWeighed ? this.#loads.of(target.key) : undefined,
      request,
      choice,
    });
  }

  /** Whether one of the keys can be used for the target now, and the request was not refused with it. */
  #hasFreeKey(target: Target, { marks }: TargetRequest): boolean {
    return this.health.hasFreeKey(target, (name, id) => isRefusedIn(marks, name, id));
  }
}
