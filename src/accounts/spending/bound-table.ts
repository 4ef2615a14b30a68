// Which limits and budgets there are, and which of them a request is about: those of its key, of the tags of that, of its
// model, and of all. Found once for each key and each model, however many there are.

import type { Clock } from "../../core/clock.ts";
import { matchesGlob } from "../../core/glob.ts";
import type { Model } from "../../routing/model.ts";
import type { Caller } from "../caller.ts";
import type { BudgetSettings, LimitSettings } from "../key-rules.ts";
import { Budget, type BudgetParts, budgetId } from "./budget.ts";
import type { CountNews } from "./count-news.ts";
import { LimitScope, type ScopeName, scopeId } from "./limit-scope.ts";
import { Periods } from "./period.ts";

/** `limits` and `budgets` of a configuration. */
export type AccountSettings = {
  readonly limits: {
    readonly all: LimitSettings;
    readonly models: Readonly<Record<string, LimitSettings>>;
    readonly tags: Readonly<Record<string, LimitSettings>>;
  };
  readonly budgets: readonly (BudgetSettings & { readonly tag: string | undefined })[];
};

/** A key, as far as it is counted. */
export type CountedKey = {
  readonly id: string;
  readonly name: string;
  readonly limits?: LimitSettings | undefined;
  readonly budget?: BudgetSettings | undefined;
};

/** What bounds somebody. */
export type Bounds = { readonly scopes: readonly LimitScope[]; readonly budgets: readonly Budget[] };

const NONE: readonly LimitScope[] = [];

/** The table. */
export class BoundTable {
  readonly scopes = new Map<string, LimitScope>();
  readonly budgets = new Map<string, Budget>();
  readonly #clock: Clock;
  readonly #news: CountNews | undefined;
  readonly #periods = new Map<string, Periods>();
  readonly #parts: BudgetParts;
  /** Those of the configuration; the others come and go by themselves. */
  #configKeys: ReadonlySet<string> = new Set();
  #shared: readonly Budget[] = [];
  #tags: ReadonlySet<string> = new Set();
  #patterns: readonly string[] = [];
  #ofCaller = new WeakMap<Caller, Bounds>();
  #ofModel = new WeakMap<Model, readonly LimitScope[]>();
  #ofAll: Bounds = { scopes: [], budgets: [] };
  #isShared = false;

  constructor(clock: Clock, news: CountNews | undefined) {
    this.#clock = clock;
    this.#news = news;
    this.#parts = { news, periodsOf: (timeZone) => this.#periodsOf(timeZone) };
  }

  /** Whether there are none at all. */
  get isEmpty(): boolean {
    return this.scopes.size === 0 && this.budgets.size === 0;
  }

  /** Whether some of them may be about whoever comes. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** Takes the limits and budgets of a configuration, and of its keys; those of keys of the store stay. */
  configure({ limits, budgets }: AccountSettings, keys: readonly CountedKey[]): void {
    const ids = new Set(keys.map(({ id }) => id));
    for (const id of this.#configKeys) if (!ids.has(id)) this.dropKey(id);
    this.#configKeys = ids;
    for (const key of keys) this.takeKey(key);
    const shared = new Set<string>();
    for (const [name, settings] of namedLimits(limits)) {
      if (isEmpty(settings)) continue;
      this.#takeScope(name, settings);
      shared.add(scopeId(name));
    }
    for (const { tag, ...settings } of budgets) {
      const name: ScopeName = tag === undefined ? { kind: "all" } : { kind: "tag", tag };
      this.#takeBudget(name, settings);
      shared.add(budgetId(name, settings));
    }
    for (const [id, { name }] of this.scopes)
      if (name.kind !== "key" && !shared.has(id)) this.scopes.delete(id);
    for (const [id, { name }] of this.budgets)
      if (name.kind !== "key" && !shared.has(id)) this.budgets.delete(id);
    this.#shared = [...this.budgets.values()].filter(({ name }) => name.kind !== "key");
    this.#patterns = Object.keys(limits.models);
    this.#tags = new Set([...Object.keys(limits.tags), ...budgets.flatMap(({ tag }) => tag ?? [])]);
    this.#isShared = shared.size > 0;
    this.#forgetFound();
  }

  /** A key is new, or its limits and budget are others. */
  takeKey({ id, name, limits, budget }: CountedKey): void {
    const scope: ScopeName = { kind: "key", id, name };
    if (limits === undefined || isEmpty(limits)) this.scopes.delete(scopeId(scope));
    else this.#takeScope(scope, limits);
    if (budget === undefined) this.budgets.delete(budgetId(scope, { per: "total" }));
    else this.#takeBudget(scope, budget);
    this.#forgetFound();
  }

  /** A key is gone, and what was counted for it. */
  dropKey(id: string): void {
    const scope: ScopeName = { kind: "key", id, name: "" };
    this.scopes.delete(scopeId(scope));
    this.budgets.delete(budgetId(scope, { per: "total" }));
    this.#forgetFound();
  }

  /** Forgets all keys but these. */
  retainKeys(ids: ReadonlySet<string>): void {
    const isGone = ({ name }: { readonly name: ScopeName }): boolean =>
      name.kind === "key" && !ids.has(name.id);
    for (const [id, scope] of this.scopes) if (isGone(scope)) this.scopes.delete(id);
    for (const [id, budget] of this.budgets) if (isGone(budget)) this.budgets.delete(id);
    this.#forgetFound();
  }

  /** What bounds a caller, whatever it asks for. */
  ofCaller(caller: Caller | undefined): Bounds {
    if (caller === undefined) return this.#ofAll;
    const known = this.#ofCaller.get(caller);
    if (known !== undefined) return known;
    const names: ScopeName[] = [{ kind: "key", id: caller.id, name: caller.name }];
    for (const tag of caller.tags) if (this.#tags.has(tag)) names.push({ kind: "tag", tag });
    names.push({ kind: "all" });
    const bounds = this.#boundsOf(names);
    this.#ofCaller.set(caller, bounds);
    return bounds;
  }

  /** What bounds a model, whoever asks for it. */
  ofModel(model: Model): readonly LimitScope[] {
    if (this.#patterns.length === 0) return NONE;
    const known = this.#ofModel.get(model);
    if (known !== undefined) return known;
    const names = namesOf(model);
    const scopes = this.#patterns
      .filter((pattern) => names.some((name) => matchesGlob(pattern, name)))
      .flatMap((pattern) => this.scopes.get(scopeId({ kind: "model", pattern })) ?? []);
    this.#ofModel.set(model, scopes);
    return scopes;
  }

  #boundsOf(names: readonly ScopeName[]): Bounds {
    const scopes = names.flatMap((name) => this.scopes.get(scopeId(name)) ?? []);
    const ids = new Set(names.map(scopeId));
    const ofKey = names.flatMap((name) =>
      name.kind === "key" ? (this.budgets.get(budgetId(name, { per: "total" })) ?? []) : [],
    );
    return { scopes, budgets: [...ofKey, ...this.#shared.filter(({ name }) => ids.has(scopeId(name)))] };
  }

  #forgetFound(): void {
    this.#ofCaller = new WeakMap();
    this.#ofModel = new WeakMap();
    this.#ofAll = this.#boundsOf([{ kind: "all" }]);
  }

  #takeScope(name: ScopeName, settings: LimitSettings): void {
    const id = scopeId(name);
    const scope = this.scopes.get(id) ?? new LimitScope(name, this.#news);
    scope.configure(settings, this.#clock.nowMs());
    this.scopes.set(id, scope);
  }

  #takeBudget(name: ScopeName, settings: BudgetSettings): void {
    const id = budgetId(name, settings);
    const known = this.budgets.get(id);
    if (known === undefined) this.budgets.set(id, new Budget(name, settings, this.#parts));
    else known.configure(settings);
  }

  #periodsOf(timeZone: string): Periods {
    const known = this.#periods.get(timeZone);
    if (known !== undefined) return known;
    const periods = new Periods(timeZone);
    this.#periods.set(timeZone, periods);
    return periods;
  }
}

/** All limits but those of keys, with their names. */
function namedLimits({
  all,
  models,
  tags,
}: AccountSettings["limits"]): readonly [ScopeName, LimitSettings][] {
  const named = <T extends ScopeName>(name: T, settings: LimitSettings): [ScopeName, LimitSettings] => [
    name,
    settings,
  ];
  return [
    named({ kind: "all" }, all),
    ...Object.entries(tags).map(([tag, settings]) => named({ kind: "tag", tag }, settings)),
    ...Object.entries(models).map(([pattern, settings]) => named({ kind: "model", pattern }, settings)),
  ];
}

/** What limits of models are looked up by: a pin is no way round the limit of the model that it names. */
function namesOf({ name, origin, targets }: Model): readonly string[] {
  const [target] = targets;
  if (origin !== "pin" || target === undefined) return [name];
  return [name, target.upstreamModel, `${target.endpoint.name}/${target.upstreamModel}`];
}

function isEmpty({ requests, tokens, parallel }: LimitSettings): boolean {
  return isUnbounded(requests) && isUnbounded(tokens) && parallel === undefined;
}

function isUnbounded(windows: LimitSettings["requests"]): boolean {
  return windows?.minute === undefined && windows?.hour === undefined && windows?.day === undefined;
}
