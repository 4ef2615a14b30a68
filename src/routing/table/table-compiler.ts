// Compiles a routing table: which public names there are and which targets each has, from the plan and the lists of
// models; and what in these may not be as meant. Used once for a table.

import { type Message, message } from "../../language/messages.ts";
import type { Rotations } from "../balancer.ts";
import type { Endpoint, EndpointModels, Model, ModelEntry, Override, RoutingPlan, Target } from "../model.ts";
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
  readonly message: Message;
};

type ModelDraft = { name: string; origin: Model["origin"]; targets: Target[]; entry: ModelEntry | undefined };

/** Builds one table; thrown away afterwards. */
export class TableCompiler {
  readonly models = new Map<string, Model>();
  readonly notes: RoutingNote[] = [];
  readonly lists: ReadonlyMap<string, EndpointModels>;
  readonly #plan: RoutingPlan;
  readonly #rotations: Rotations;
  readonly #drafts = new Map<string, ModelDraft>();
  readonly #hidden = new Set<string>();
  readonly ids = new Map<string, ReadonlyMap<string, ModelEntry>>();

  constructor(plan: RoutingPlan, lists: readonly EndpointModels[], rotations: Rotations) {
    this.#plan = plan;
    this.#rotations = rotations;
    this.lists = new Map(lists.map((list) => [list.endpointName, list]));
    for (const list of lists)
      this.ids.set(list.endpointName, new Map(list.entries.map((entry) => [entry.id, entry])));
    this.#addListed();
    if (plan.mode === "merge") this.#addOverrides();
    else if (plan.overrides.length > 0) this.#noteIgnoredOverrides();
    if (plan.mode === "merge") this.#putPinsFirst();
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

  /** `endpoint/model` means the endpoint of that name first, also where another one lists an id of that spelling. */
  #putPinsFirst(): void {
    const byName = new Map(this.#plan.endpoints.map((endpoint) => [endpoint.name, endpoint]));
    for (const draft of this.#drafts.values()) {
      const slash = draft.name.indexOf("/");
      const endpoint = slash > 0 ? byName.get(draft.name.slice(0, slash)) : undefined;
      if (endpoint === undefined || !endpoint.enabled || draft.origin !== "listed") continue;
      const model = draft.name.slice(slash + 1);
      const ids = this.ids.get(endpoint.name);
      const isServed = model !== "" && !this.#isUnlisted(endpoint, model);
      if (!isServed || ids?.has(draft.name) === true) continue;
      this.#noteClash(draft, endpoint, model);
      draft.origin = "pin";
      draft.targets = [makeTarget(endpoint, model, undefined, false)];
      draft.entry = ids?.get(model) ?? draft.entry;
    }
  }

  #noteClash(draft: ModelDraft, endpoint: Endpoint, model: string): void {
    const others = draft.targets.map((target) => target.endpoint.name).join(", ");
    const key = draft.targets[0]?.key ?? "";
    const values = { name: draft.name, model, endpoint: endpoint.name, others, key };
    this.#note("name_clash", draft.name, endpoint.name, message("note.name_clash", values));
  }

  #overrideTargets(override: Override, original: ModelDraft | undefined): Target[] {
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
    return this.ids.get(endpoint.name)?.has(model) !== true;
  }

  #noteOverride(override: Override, targets: readonly Target[], original: ModelDraft | undefined): void {
    const { name } = override;
    if (targets.length === 0) {
      this.#note(
        "no_usable_target",
        name,
        undefined,
        message("note.no_usable_target", { name, reasons: whyUnusable(override, this.#plan) }),
      );
    }
    for (const target of targets) {
      if (!target.isUnlisted) continue;
      const endpoint = target.endpoint.name;
      const said = message("note.unlisted_target", { name, key: target.key, endpoint });
      this.#note("unlisted_target", name, endpoint, said);
    }
    for (const listed of original?.targets ?? []) {
      if (targets.some((target) => target.endpoint === listed.endpoint)) continue;
      const endpoint = listed.endpoint.name;
      const said = message("note.not_among_targets", { endpoint, name, key: listed.key });
      this.#note("not_among_targets", name, endpoint, said);
    }
  }

  #noteIgnoredOverrides(): void {
    this.#note("overrides_ignored", "", undefined, message("note.overrides_ignored"));
  }

  #note(kind: RoutingNote["kind"], model: string, endpoint: string | undefined, said: Message): void {
    this.notes.push({ kind, model, endpoint, message: said });
  }

  #finish(draft: ModelDraft): void {
    const rotation = this.#rotations.cellsOf(draft.name, draft.targets);
    const isPublic = !this.#hidden.has(draft.name);
    this.models.set(draft.name, withSettings({ ...draft, isPublic, rotation }, this.#plan));
  }
}

/** A model with what the plan says of how it is served. */
export function withSettings(
  bare: Omit<Model, "settings" | "fallbacks" | "isTiered">,
  plan: RoutingPlan,
): Model {
  const settings = settingsOf(plan, bare.name);
  const targets = bare.targets.map((target) => {
    const timeouts = timeoutsOf(settings, target.endpoint);
    return timeouts === target.timeouts ? target : { ...target, timeouts };
  });
  const isTiered = targets.some((target) => target.endpoint.priority !== targets[0]?.endpoint.priority);
  return { ...bare, targets, settings, isTiered, fallbacks: fallbackOf(plan, bare.name)?.steps ?? [] };
}

/** Why an override has no target that can be used. */
function whyUnusable(override: Override, plan: RoutingPlan): Message {
  const reasons = override.targets.map((target) => {
    if (target.kind === "every") return message("note.unlisted_everywhere");
    const endpoint = plan.endpoints.find((candidate) => candidate.name === target.endpointName);
    return endpoint === undefined
      ? message("note.unconfigured", { endpoint: target.endpointName })
      : message("note.disabled", { endpoint: target.endpointName });
  });
  return reasons.reduce((first, second) => message("note.both", { first, second }));
}

/** One target; without a weight of its own it has the endpoint's. */
export function makeTarget(
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
