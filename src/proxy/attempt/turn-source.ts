// Finds the next attempt of a run its target and begins a turn there: at once where one has room, else after a wait in
// the queue of one that is full. Whether there is a next attempt is for `attempts.ts` to say.

import { GatewayError } from "../../core/errors.ts";
import type { Model, Target } from "../../routing/model.ts";
import type { Proof } from "../../routing/retry/retry-policy.ts";
import type { Gate } from "../admit/gate.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { stickyKeyOf } from "../request/sticky-key.ts";
import type { PickRequest } from "../target/chooser.ts";
import type { Slot } from "../target/endpoint-gates.ts";
import type { Steering } from "../target/steering.ts";
import type { TriedTargets } from "../target/tried-targets.ts";
import type { Turn } from "../target/turn.ts";

/** The turns of one run. */
export class TurnSource {
  readonly #exchange: Exchange;
  readonly #tried: TriedTargets;
  readonly #steering: Steering;
  #isFull = false;

  constructor(exchange: Exchange, tried: TriedTargets) {
    this.#exchange = exchange;
    this.#tried = tried;
    this.#steering = exchange.services.steering;
  }

  /** Whether a wait at a full target was in vain. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** What a pick for this run depends on. */
  pickRequest(model: Model, proof?: Proof): PickRequest {
    const stickyKey = model.settings.strategy === "sticky" ? stickyKeyOf(this.#exchange) : undefined;
    const { isStream, operationKey: operation, marks } = this.#exchange;
    return { isTried: this.#tried.isTried, isStream, stickyKey, operation, identity: marks.identity, proof };
  }

  /**
   * A turn at the next target, after a wait where all are full; undefined when there is none.
   * @throws GatewayError client_closed, from the promise
   */
  next(model: Model, proof?: Proof): Turn | undefined | Promise<Turn | undefined> {
    const steering = this.#steering;
    const request = this.pickRequest(model, proof);
    const target = steering.chooser.pick(model, request);
    // Where all are ejected the pick asks for no room.
    if (target !== undefined && steering.gates.isFull(target.endpoint)) return this.at(model, target);
    if (target !== undefined) return this.#begin(model, target, undefined);
    const [first, ...others] = steering.chooser.fullTargets(model, request);
    return first === undefined ? undefined : this.#nextAt(model, [first, ...others], proof);
  }

  /** A turn at this target and no other, when there is a place. Undefined when none came free in time. */
  at(model: Model, target: Target): Turn | Promise<Turn | undefined> {
    if (!this.#steering.gates.isFull(target.endpoint)) return this.#begin(model, target, undefined);
    return this.#waitAt([target]).then((place) => place && this.#begin(model, place.target, place.gate));
  }

  /** A turn at another target that is free now, for a second attempt beside the first; `mayBegin` has the last word. */
  beside(model: Model, mayBegin: () => boolean): Turn | undefined {
    const target = this.#steering.chooser.pick(model, this.pickRequest(model, "preferred"));
    if (target === undefined || this.#steering.gates.isFull(target.endpoint)) return undefined;
    return mayBegin() ? this.#begin(model, target, undefined) : undefined;
  }

  /** A turn at one of these full targets, or at another if more than being full has come up against it meanwhile. */
  async #nextAt(
    model: Model,
    full: readonly [Target, ...Target[]],
    proof: Proof | undefined,
  ): Promise<Turn | undefined> {
    const place = await this.#waitAt(full);
    if (place === undefined) return undefined;
    const { operationKey } = this.#exchange;
    if (this.#steering.chooser.isWell(place.target, operationKey))
      return this.#begin(model, place.target, place.gate);
    place.gate?.leave();
    return this.next(model, proof);
  }

  /** Undefined when no place came free in time. */
  async #waitAt([first, ...others]: readonly [Target, ...Target[]]): Promise<Slot | undefined> {
    const exchange = this.#exchange;
    const place = await this.#steering.gates.wait(first, others, (cancel) => {
      exchange.onClientGone = cancel;
    });
    const { end: entry, gate } = place;
    if (entry === "entered" && !exchange.isClientGone) return place;
    if (entry === "entered") gate?.leave();
    if (entry === "cancelled" || exchange.isClientGone) throw new GatewayError("client_closed");
    this.#isFull = true;
    return undefined;
  }

  #begin(model: Model, target: Target, gate: Gate | undefined): Turn {
    this.#tried.add(target);
    const { isStream, operationKey: operation, marks } = this.#exchange;
    const { strategy } = model.settings;
    return this.#steering.begin(target, { isStream, strategy, gate, operation, marks });
  }
}
