// Which endpoints somebody may use, by patterns over their names; and what is left of a model there.

import { matchesGlob } from "../../core/glob.ts";
import type { Model } from "../model.ts";

/** Some of the endpoints. */
export class EndpointScope {
  /** The same for the same patterns in the same order. */
  readonly key: string;
  readonly #patterns: readonly string[];
  /** One model is asked for again and again, and its rotation goes on. */
  readonly #narrowed = new WeakMap<Model, Model>();

  constructor(patterns: readonly string[]) {
    this.key = JSON.stringify(patterns);
    this.#patterns = patterns;
  }

  /** Whether an endpoint is among them. */
  includes(name: string): boolean {
    return this.#patterns.some((pattern) => matchesGlob(pattern, name));
  }

  /** Whether a model is served by one of them. */
  allows({ targets }: Model): boolean {
    return targets.some(({ endpoint }) => this.includes(endpoint.name));
  }

  /** The model with the targets at these endpoints only, in the order and with the turns that they have in the whole one. */
  within(model: Model): Model {
    const known = this.#narrowed.get(model);
    if (known !== undefined) return known;
    const kept = model.targets.flatMap((target, index) =>
      this.includes(target.endpoint.name) ? [{ target, cell: model.rotation[index] ?? { current: 0 } }] : [],
    );
    const targets = kept.map(({ target }) => target);
    const isTiered = targets.some(({ endpoint }) => endpoint.priority !== targets[0]?.endpoint.priority);
    const within =
      targets.length === model.targets.length
        ? model
        : { ...model, targets, rotation: kept.map(({ cell }) => cell), isTiered };
    this.#narrowed.set(model, within);
    return within;
  }
}
