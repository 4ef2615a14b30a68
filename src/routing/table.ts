// The routing table: which public names there are and which targets each has. Compiled whole from the plan and
// the model lists, never edited; a request only looks up. Built by `gateway.ts`, read by `proxy/` and `cli/`.

import type { Rotations } from "./balancer.ts";
import type { Endpoint, EndpointModels, Model, ModelEntry, Override, RoutingPlan, Target } from "./model.ts";
import { fallbackOf, settingsOf, timeoutsOf } from "./model-settings.ts";

/** Something about the plan that works, but perhaps not as meant. For `check`, the start table and `models`. */
export type RoutingNote = {
  readonly kind:
    | "not_among_targets"
    | "unlisted_target"
    | "no_usable_target"
    | "overrides_ignored"
    | "name_clash";
  readonly model: string;
  readonly endpoint: string | undefined;
  readonly message: string;
};

/** At most this many pins (`endpoint/model` names nobody lists) are remembered by one table. */
const MAX_PINS = 10_000;

/** The compiled snapshot: public name to `Model`. */
export class RoutingTable {
  /** All names, hidden ones included. */
  readonly models: ReadonlyMap<string, Model>;
  readonly notes: readonly RoutingNote[];
  readonly #plan: RoutingPlan;
  readonly #lists: ReadonlyMap<string, EndpointModels>;
  readonly #pins = new Map<string, Model>();
  /** Names `endpoint/model` that another endpoint lists as an id of its own: they mean the endpoint all the same. */
  readonly #clashes = new Map<string, Model>();

  constructor(plan: RoutingPlan, lists: readonly EndpointModels[], rotations: Rotations) {
    const compiler = new Compiler(plan, lists, rotations);
    this.models = compiler.models;
    this.#plan = plan;
    this.#lists = compiler.lists;
    this.notes = [...compiler.notes, ...this.#findClashes()];
  }

  #findClashes(): RoutingNote[] {
    const notes: RoutingNote[] = [];
    for (const { name, origin, targets } of this.models.values()) {
      const pin = origin === "listed" && name.includes("/") ? this.#pin(name) : undefined;
      if (pin === undefined) continue;
      this.#clashes.set(name, pin);
      const endpoint = name.slice(0, name.indexOf("/"));
      const others = [...new Set(targets.map((target) => target.endpoint.name))].join(", ");
      const message = `\`${name}\` means the model of the endpoint ${endpoint}, although ${others} lists an id of that spelling: give one of the endpoints another name, or an alias to the other model.`;
      notes.push({ kind: "name_clash", model: name, endpoint, message });
    }
    return notes;
  }

  /**
   * The pin where `endpoint/model` clashes with a listed id, the model of a public name, else the pin that `endpoint/model` stands for, where that endpoint serves the
   * model or has no list to tell. One map look-up for known names, whatever their number.
   */
  resolve(name: string): Model | undefined {
    const clash = this.#clashes.size === 0 ? undefined : this.#clashes.get(name);
    return clash ?? this.models.get(name) ?? this.#pins.get(name) ?? this.#pin(name);
  }

  /** Names for `GET /models`: what a client can call now. */
  publicModels(): Model[] {
    return [...this.models.values()].filter((model) => model.isPublic && model.targets.length > 0);
  }

  /** A model for requests that name none and can only go to this endpoint. */
  nameless(endpoint: Endpoint, upstreamModel: string): Model {
    const targets = [makeTarget(endpoint, upstreamModel, 1, false)];
    const bare = { name: "", origin: "pin", isPublic: false, targets, rotation: [{ current: 0 }] } as const;
    return withSettings({ ...bare, entry: undefined }, this.#plan);
  }

  get endpoints(): readonly Endpoint[] {
    return this.#plan.endpoints;
  }

  #pin(name: string): Model | undefined {
    const slash = name.indexOf("/");
    if (slash <= 0 || slash === name.length - 1) return undefined;
    const endpointName = name.slice(0, slash);
    const upstreamModel = name.slice(slash + 1);
    const endpoint = this.#plan.endpoints.find((candidate) => candidate.name === endpointName);
    if (endpoint === undefined) return undefined;
    const list = this.#lists.get(endpointName);
    const isKnown = list !== undefined && list.source !== "unknown";
    const entry = list?.entries.find((candidate) => candidate.id === upstreamModel);
    if (isKnown && entry === undefined) return undefined;
    const targets = endpoint.enabled ? [makeTarget(endpoint, upstreamModel, undefined, false)] : [];
    // A single target needs no lasting rotation, and names from clients must not fill the registry.
    const rotation = targets.map(() => ({ current: 0 }));
    const model = withSettings(
      { name, origin: "pin", isPublic: false, targets, rotation, entry },
      this.#plan,
    );
    if (this.#pins.size < MAX_PINS) this.#pins.set(name, model);
    return model;
  }
}

type Draft = { name: string; origin: Model["origin"]; targets: Target[]; entry: ModelEntry | undefined };

/** Builds one table; thrown away afterwards. */
class Compiler {
  readonly models = new Map<string, Model>();
  readonly notes: RoutingNote[] = [];
  readonly lists: ReadonlyMap<string, EndpointModels>;
  readonly #plan: RoutingPlan;
  readonly #rotations: Rotations;
  readonly #drafts = new Map<string, Draft>();
  readonly #hidden = new Set<string>();
  readonly #ids = new Map<string, ReadonlySet<string>>();

  constructor(plan: RoutingPlan, lists: readonly EndpointModels[], rotations: Rotations) {
    this.#plan = plan;
    this.#rotations = rotations;
    this.lists = new Map(lists.map((list) => [list.endpointName, list]));
    for (const list of lists)
      this.#ids.set(list.endpointName, new Set(list.entries.map((entry) => entry.id)));
    this.#addListed();
    if (plan.mode === "merge") this.#addOverrides();
    else if (plan.overrides.length > 0) this.#noteIgnoredOverrides();
    for (const draft of this.#drafts.values()) this.#finish(draft);
    rotations.retain(this.models.values());
  }

  #addListed(): void {
    for (const endpoint of this.#plan.endpoints) {
      if (!endpoint.enabled) continue;
      for (const entry of this.lists.get(endpoint.name)?.entries ?? []) {
        const isPrefix = this.#plan.mode === "prefix";
        const name = isPrefix ? `${endpoint.name}/${entry.id}` : entry.id;
        const target = makeTarget(endpoint, entry.id, undefined, false);
        const draft = this.#drafts.get(name);
        if (draft !== undefined) draft.targets.push(target);
        else
          this.#drafts.set(name, { name, origin: isPrefix ? "prefix" : "listed", targets: [target], entry });
      }
    }
  }

  /** All overrides read the drafts as listed, so that their order in the file does not matter. */
  #addOverrides(): void {
    const listed = new Map(this.#drafts);
    const merged = new Set<string>();
    for (const override of this.#plan.overrides) {
      const original = listed.get(override.name);
      const targets = this.#overrideTargets(override, original);
      for (const target of targets) merged.add(target.key);
      this.#noteOverride(override, targets, original);
      const entry = original?.entry;
      this.#drafts.set(override.name, { name: override.name, origin: "override", targets, entry });
    }
    if (!this.#plan.hideMerged) return;
    for (const draft of this.#drafts.values()) {
      const isMerged = draft.targets.every((target) => merged.has(target.key));
      if (draft.origin === "listed" && isMerged) this.#hidden.add(draft.name);
    }
  }

  #overrideTargets(override: Override, original: Draft | undefined): Target[] {
    const targets = new Map<string, Target>();
    const explicit = new Set(
      override.targets.flatMap((one) => (one.kind === "one" ? [`${one.endpointName}/${one.model}`] : [])),
    );
    for (const wanted of override.targets) {
      if (wanted.kind === "one") {
        const endpoint = this.#plan.endpoints.find((candidate) => candidate.name === wanted.endpointName);
        if (endpoint === undefined || !endpoint.enabled) continue;
        const target = makeTarget(
          endpoint,
          wanted.model,
          wanted.weight,
          this.#isUnlisted(endpoint, wanted.model),
        );
        targets.set(target.key, target);
        continue;
      }
      for (const target of original?.targets ?? []) {
        if (explicit.has(target.key)) continue;
        targets.set(target.key, makeTarget(target.endpoint, target.upstreamModel, wanted.weight, false));
      }
    }
    return [...targets.values()];
  }

  #isUnlisted(endpoint: Endpoint, model: string): boolean {
    const list = this.lists.get(endpoint.name);
    if (list === undefined || list.source === "unknown") return false;
    return this.#ids.get(endpoint.name)?.has(model) !== true;
  }

  #noteOverride(override: Override, targets: readonly Target[], original: Draft | undefined): void {
    const { name } = override;
    if (targets.length === 0) {
      this.#note(
        "no_usable_target",
        name,
        undefined,
        `"${name}" has no usable target: ${whyUnusable(override, this.#plan)}`,
      );
    }
    for (const target of targets) {
      if (!target.isUnlisted) continue;
      const message = `"${name}" uses ${target.key}, but ${target.endpoint.name} says it has no such model`;
      this.#note("unlisted_target", name, target.endpoint.name, message);
    }
    for (const listed of original?.targets ?? []) {
      if (targets.some((target) => target.endpoint === listed.endpoint)) continue;
      const message = `${listed.endpoint.name} lists "${name}" and is not among its targets; add "*" or "${listed.key}"`;
      this.#note("not_among_targets", name, listed.endpoint.name, message);
    }
  }

  #noteIgnoredOverrides(): void {
    this.#note("overrides_ignored", "", undefined, 'routing.model_overrides has no effect in mode "prefix"');
  }

  #note(kind: RoutingNote["kind"], model: string, endpoint: string | undefined, message: string): void {
    this.notes.push({ kind, model, endpoint, message });
  }

  #finish(draft: Draft): void {
    const rotation = this.#rotations.cellsOf(draft.name, draft.targets);
    const isPublic = !this.#hidden.has(draft.name);
    this.models.set(draft.name, withSettings({ ...draft, isPublic, rotation }, this.#plan));
  }
}

/** A model with what the plan says of how it is served. */
function withSettings(bare: Omit<Model, "settings" | "fallbacks" | "isTiered">, plan: RoutingPlan): Model {
  const settings = settingsOf(plan, bare.name);
  const targets = bare.targets.map((target) => {
    const timeouts = timeoutsOf(settings, target.endpoint);
    return timeouts === target.timeouts ? target : { ...target, timeouts };
  });
  const isTiered = targets.some((target) => target.endpoint.priority !== targets[0]?.endpoint.priority);
  return { ...bare, targets, settings, isTiered, fallbacks: fallbackOf(plan, bare.name)?.steps ?? [] };
}

/** Why an override has no target that can be used, in words for the log and the 503. */
function whyUnusable(override: Override, plan: RoutingPlan): string {
  const reasons = override.targets.map((target) => {
    if (target.kind === "every") return "no endpoint lists it";
    const endpoint = plan.endpoints.find((candidate) => candidate.name === target.endpointName);
    return endpoint === undefined
      ? `${target.endpointName} is not configured`
      : `${target.endpointName} is disabled`;
  });
  return reasons.join("; ");
}

function makeTarget(
  endpoint: Endpoint,
  upstreamModel: string,
  weight: number | undefined,
  isUnlisted: boolean,
): Target {
  return {
    key: `${endpoint.name}/${upstreamModel}`,
    endpoint,
    upstreamModel,
    weight: weight ?? endpoint.weight,
    timeouts: endpoint.timeouts,
    isUnlisted,
  };
}
