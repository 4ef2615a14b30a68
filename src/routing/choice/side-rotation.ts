// Which rotation a pick moves: the model's own, or one aside for picks that have not all targets to choose from for a
// reason of their own, so that they take no turn from others.

import { boundOf, type IsExcluded, within } from "../balancer.ts";
import type { Breaker } from "../health/breaker.ts";
import { USUAL_OPERATION } from "../health/operation-breakers.ts";
import type { Model, RotationCell, Target } from "../model.ts";

/** What is known of targets. */
export interface OperationFacts {
  readonly isPristine: boolean;
  /** The health of the model there for the operation; undefined while there was no strike. */
  targetBreaker(target: Target, operation: string): Breaker | undefined;
}

/** A pick: of a retry where it leaves out what was tried. */
type Pick = { readonly isTried: IsExcluded | undefined; readonly operation?: string | undefined };

/**
 * A second rotation of each model, for retries and for operations that are ejected somewhere for themselves. In the
 * model's own rotation they would move the turns of requests that have nothing to do with it: the shares of these were
 * no longer exact for as long as anything fails.
 */
export class SideRotation {
  readonly #facts: OperationFacts;
  /** By the cell of the model's own rotation, which is the same one for as long as model and target are. */
  readonly #cells = new WeakMap<RotationCell, RotationCell>();

  constructor(facts: OperationFacts) {
    this.#facts = facts;
  }

  /** The model with the cells that a pick is to move. O(targets); O(1) for chat that is no retry. */
  inTurn(model: Model, { isTried, operation }: Pick): Model {
    return isTried !== undefined || this.#isApart(model, operation) ? this.#aside(model) : model;
  }

  /** The same with copies of the cells, for a pick without effect. */
  copyOf(model: Model, pick: Pick): Model {
    const isAside = pick.isTried !== undefined || this.#isApart(model, pick.operation);
    const bound = boundOf(model.targets);
    const rotation = model.rotation.map((own) => {
      return { current: isAside ? within(bound, this.#cells.get(own)?.current ?? 0) : own.current };
    });
    return { ...model, rotation };
  }

  #isApart(model: Model, operation = USUAL_OPERATION): boolean {
    if (operation === USUAL_OPERATION || this.#facts.isPristine) return false;
    return model.targets.some((target) => {
      const breaker = this.#facts.targetBreaker(target, operation);
      return breaker !== undefined && (breaker.state !== "closed" || breaker.weightFactor() < 1);
    });
  }

  #aside(model: Model): Model {
    const bound = boundOf(model.targets);
    const rotation = model.rotation.map((own) => {
      const cell = this.#cells.get(own) ?? { current: 0 };
      cell.current = within(bound, cell.current);
      this.#cells.set(own, cell);
      return cell;
    });
    return { ...model, rotation };
  }
}
