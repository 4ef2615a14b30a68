// Smooth weighted round-robin: which target of a model is next. Knows nothing of health or requests; whom to
// leave out is the caller's to say.
//
// The algorithm is nginx's (ngx_http_upstream_round_robin.c): each candidate gains its weight, the one with the
// most is picked (the first of equals) and loses the sum. Weights 5, 1, 1 give a a b a c a a. It draws no lots,
// so that the shares are exact in every window of `sum of weights` picks, and it does not wait, so that they
// stay exact under concurrency.

import type { Model, RotationCell, Target } from "./model.ts";

/** Says whether a target must be left out of this pick. */
export type IsExcluded = (target: Target) => boolean;

/** The share of its weight that a target gets, over 0 to 1: less than 1 only in slow start (`Breaker`). */
export type WeightFactor = (target: Target) => number;

/** Factors are rounded to multiples of this: sums of such numbers are exact in floating point. */
const FACTOR_STEP = 1 / 64;

/**
 * Picks the next target and advances the rotation; undefined when every target is excluded. Targets of weight 0
 * (draining) are picked only when nothing else is left, and then evenly. Excluded targets do not accumulate.
 * With factors of 1 it counts in whole numbers; what a slow start or an absence leaves in the cells costs at most
 * one turn in the first period afterwards. O(targets of the model), no allocation.
 */
export function pickTarget(
  model: Model,
  isExcluded: IsExcluded | undefined,
  weightFactor?: WeightFactor | undefined,
): Target | undefined {
  return pickAmong(model, isExcluded, weightFactor) ?? pickAmong(model, isExcluded, "draining");
}

/** The target that `pickTarget` would give now; changes nothing. */
export function peekTarget(
  model: Model,
  isExcluded: IsExcluded | undefined,
  weightFactor?: WeightFactor | undefined,
): Target | undefined {
  const rotation = model.rotation.map((cell) => ({ current: cell.current }));
  return pickTarget({ ...model, rotation }, isExcluded, weightFactor);
}

function pickAmong(
  model: Model,
  isExcluded: IsExcluded | undefined,
  weightFactor: WeightFactor | undefined | "draining",
): Target | undefined {
  const { targets, rotation } = model;
  const isDraining = weightFactor === "draining";
  let bestTarget: Target | undefined;
  let bestCell: RotationCell | undefined;
  let total = 0;
  for (let index = 0; index < targets.length; index++) {
    const target = targets[index];
    const cell = rotation[index];
    if (target === undefined || cell === undefined) continue;
    if ((target.weight === 0) !== isDraining) continue;
    if (isExcluded?.(target)) continue;
    let weight = isDraining ? 1 : target.weight;
    if (!isDraining && weightFactor !== undefined) weight *= stepped(weightFactor(target));
    cell.current += weight;
    total += weight;
    if (bestCell === undefined || cell.current > bestCell.current) {
      bestCell = cell;
      bestTarget = target;
    }
  }
  if (bestCell !== undefined) bestCell.current -= total;
  return bestTarget;
}

/** What weights of before have left could keep a target out, or alone, for as many turns as they were large. */
export function boundOf(targets: readonly Target[]): number {
  return targets.reduce((sum, target) => sum + Math.max(1, target.weight), 0);
}

/** A cell's count, cut to the bound on either side. */
export function within(bound: number, current: number): number {
  return Math.max(-bound, Math.min(bound, current));
}

function stepped(factor: number): number {
  if (factor >= 1) return 1;
  return Math.max(FACTOR_STEP, Math.round(factor / FACTOR_STEP) * FACTOR_STEP);
}

/**
 * The rotation of every model that has moved: public name, then target and `current` in turn. Names and numbers
 * only, so that it can be written to disk.
 */
export type SavedRotations = readonly (readonly [string, readonly (readonly [string, number])[]])[];

/** Cells in a saved state at most; of more, those that were found first. */
const MAX_SAVED_CELLS = 4_096;

/**
 * The rotation state of every model, by public name and target. It outlives routing tables, so that a reload or
 * a new model list does not start the rotation anew.
 */
export class Rotations {
  #cells = new Map<string, Map<string, RotationCell>>();
  /** From an earlier run, for targets that are in no table yet: their endpoint may not have answered so far. */
  readonly #restored = new Map<string, Map<string, number>>();

  /** The cells of a model's targets, in their order; made where there are none yet. */
  cellsOf(modelName: string, targets: readonly Target[]): readonly RotationCell[] {
    let cells = this.#cells.get(modelName);
    if (cells === undefined) {
      cells = new Map();
      this.#cells.set(modelName, cells);
    }
    const known = cells;
    const bound = boundOf(targets);
    return targets.map((target) => {
      const cell = known.get(target.key) ?? { current: this.#takeRestored(modelName, target.key) };
      cell.current = within(bound, cell.current);
      known.set(target.key, cell);
      return cell;
    });
  }

  /** Forgets models and targets that are in neither table any more, so that memory is bounded by the table. */
  retain(models: Iterable<Model>): void {
    const kept = new Map<string, Map<string, RotationCell>>();
    for (const model of models) {
      const cells = new Map<string, RotationCell>();
      model.targets.forEach((target, index) => {
        const cell = model.rotation[index];
        if (cell !== undefined) cells.set(target.key, cell);
      });
      kept.set(model.name, cells);
    }
    this.#cells = kept;
  }

  /** Forgets whose turn it is at an endpoint: what stands behind its name is another one now. */
  forget(endpoint: string): void {
    for (const cells of [...this.#cells.values(), ...this.#restored.values()])
      for (const key of cells.keys()) if (endpointOf(key) === endpoint) cells.delete(key);
  }

  /** What `importState` needs to go on from here. A model at the start of its turn is left out. */
  exportState(): SavedRotations {
    const saved = new Map<string, [string, number][]>();
    let room = MAX_SAVED_CELLS;
    const add = (modelName: string, targetKey: string, current: number): void => {
      if (current === 0 || room === 0) return;
      room -= 1;
      const cells = saved.get(modelName);
      if (cells === undefined) saved.set(modelName, [[targetKey, current]]);
      else cells.push([targetKey, current]);
    };
    for (const [modelName, cells] of this.#cells) {
      for (const [targetKey, cell] of cells) add(modelName, targetKey, cell.current);
    }
    for (const [modelName, cells] of this.#restored) {
      for (const [targetKey, current] of cells) add(modelName, targetKey, current);
    }
    return [...saved];
  }

  /**
   * Goes on where another process stopped; before the first request, or its turns are lost. What is not of the
   * shape of `SavedRotations` is ignored, and a target that is not known yet takes up its turn when it comes. `isKept`
   * says of which endpoints.
   */
  importState(saved: unknown, isKept: (endpoint: string) => boolean = () => true): void {
    let room = MAX_SAVED_CELLS;
    for (const [modelName, cells] of namedEntries(saved)) {
      for (const [targetKey, current] of namedEntries(cells)) {
        if (typeof current !== "number" || !Number.isFinite(current) || room === 0) continue;
        if (!isKept(endpointOf(targetKey))) continue;
        room -= 1;
        const cell = this.#cells.get(modelName)?.get(targetKey);
        if (cell !== undefined) cell.current = current;
        else this.#restore(modelName, targetKey, current);
      }
    }
  }

  #restore(modelName: string, targetKey: string, current: number): void {
    let cells = this.#restored.get(modelName);
    if (cells === undefined) {
      cells = new Map();
      this.#restored.set(modelName, cells);
    }
    cells.set(targetKey, current);
  }

  #takeRestored(modelName: string, targetKey: string): number {
    const cells = this.#restored.get(modelName);
    const current = cells?.get(targetKey) ?? 0;
    if (cells?.delete(targetKey) === true && cells.size === 0) this.#restored.delete(modelName);
    return current;
  }
}

function endpointOf(targetKey: string): string {
  return targetKey.slice(0, targetKey.indexOf("/"));
}

/** The pairs of a list whose first part is a name; nothing of anything else. */
function namedEntries(list: unknown): (readonly [string, unknown])[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) =>
    Array.isArray(entry) && typeof entry[0] === "string" ? [[entry[0], entry[1]] as const] : [],
  );
}
