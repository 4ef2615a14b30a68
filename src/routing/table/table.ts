// The routing table: which public names there are and which targets each has. Compiled whole from the plan and the
// model lists, never edited; a request only looks up.

import { NameIndex } from "../../core/nearest.ts";
import type { Rotations } from "../balancer.ts";
import { makeRoom } from "../make-room.ts";
import type { Endpoint, EndpointModels, Model, ModelEntry, RotationCell, RoutingPlan } from "../model.ts";
import { mayTakeSuffix, otherNamesOf, splitSuffix, withSuffix } from "./other-names.ts";
import { makeTarget, type RoutingNote, TableCompiler, withSettings } from "./table-compiler.ts";

/** At most this many names that nobody lists, such as pins (`endpoint/model`), are remembered by one table. */
const MAX_MADE = 10_000;
/** Unknown names whose nearest ones are remembered: a client in a loop asks for the same few. */
const MAX_NEAR = 256;

/** The compiled snapshot: public name to `Model`. */
export class RoutingTable {
  /** All names, hidden ones included. */
  readonly models: ReadonlyMap<string, Model>;
  readonly notes: readonly RoutingNote[];
  readonly #plan: RoutingPlan;
  readonly #lists: ReadonlyMap<string, EndpointModels>;
  readonly #ids: ReadonlyMap<string, ReadonlyMap<string, ModelEntry>>;
  readonly #made = new Map<string, Model>();
  readonly #near = new Map<string, readonly string[]>();
  /** Endpoints with one of their keys: as many as there are keys. */
  readonly #keyed = new Map<string, Endpoint>();
  #names: NameIndex | undefined;
  #public: readonly Model[] | undefined;

  constructor(plan: RoutingPlan, lists: readonly EndpointModels[], rotations: Rotations) {
    const compiler = new TableCompiler(plan, lists, rotations);
    this.models = compiler.models;
    this.notes = compiler.notes;
    this.#plan = plan;
    this.#lists = compiler.lists;
    this.#ids = compiler.ids;
  }

  /**
   * The model of a public name; else the pin that `endpoint/model` stands for, where that endpoint serves the model or
   * has no list to tell; else what the name may mean otherwise (`other-names.ts`). One map look-up for known names,
   * whatever their number.
   */
  resolve(name: string): Model | undefined {
    return this.models.get(name) ?? this.#made.get(name) ?? this.#make(name);
  }

  /** Names for `GET /models`: what a client can call now. The same list each time. */
  publicModels(): readonly Model[] {
    this.#public ??= [...this.models.values()].filter((model) => model.isPublic && model.targets.length > 0);
    return this.#public;
  }

  /** The public names that were most likely meant by one that nobody lists, best first. */
  nearest(name: string, count: number): readonly string[] {
    const known = this.#near.get(name);
    if (known !== undefined) return known;
    this.#names ??= new NameIndex(this.publicModels().map((model) => model.name));
    const near = this.#names.nearest(name, count);
    makeRoom(this.#near, MAX_NEAR);
    this.#near.set(name, near);
    return near;
  }

  /** A model for requests that name none and can only go to this endpoint. */
  nameless(endpoint: Endpoint, upstreamModel: string): Model {
    const targets = [makeTarget(endpoint, upstreamModel, 1, false)];
    const bare = { name: "", origin: "pin", isPublic: false, targets, rotation: [{ current: 0 }] } as const;
    return withSettings({ ...bare, entry: undefined }, this.#plan);
  }

  /** A model for requests that name none and that any of these may serve; `rotation`: whose turn it is, in their order. */
  namelessAmong(endpoints: readonly Endpoint[], rotation: readonly RotationCell[]): Model {
    const targets = endpoints.map((endpoint) => makeTarget(endpoint, "", undefined, false));
    const bare = { name: "", origin: "pin", isPublic: false, targets, rotation } as const;
    return withSettings({ ...bare, entry: undefined }, this.#plan);
  }

  /**
   * An endpoint with only one of its keys, for objects that were made with it; itself where it has no other, or none of
   * this number. The same value each time. Undefined where the endpoint is not in use.
   */
  atKey(name: string, credential: number): Endpoint | undefined {
    const endpoint = this.#plan.endpoints.find((one) => one.name === name && one.enabled);
    if (endpoint === undefined || endpoint.credentials.length === 1) return endpoint;
    const mark = `${name}#${credential}`;
    const known = this.#keyed.get(mark);
    if (known !== undefined) return known;
    const key = endpoint.credentials.find(({ id }) => id === credential);
    if (key === undefined) return endpoint;
    const made: Endpoint = { ...endpoint, credentials: [key] };
    this.#keyed.set(mark, made);
    return made;
  }

  /** Where new objects go that name no model; undefined where the configuration does not say. */
  get defaultEndpoint(): string | undefined {
    return this.#plan.defaultEndpoint;
  }

  get endpoints(): readonly Endpoint[] {
    return this.#plan.endpoints;
  }

  #make(name: string): Model | undefined {
    const model = this.#pin(name) ?? this.#sameAs(name) ?? this.#suffixed(name);
    if (model !== undefined && this.#made.size < MAX_MADE) this.#made.set(name, model);
    return model;
  }

  #pin(name: string): Model | undefined {
    const slash = name.indexOf("/");
    if (slash <= 0 || slash === name.length - 1) return undefined;
    const endpoint = this.#plan.endpoints.find((candidate) => candidate.name === name.slice(0, slash));
    const upstreamModel = endpoint && this.#nameAt(endpoint, name.slice(slash + 1));
    if (endpoint === undefined || upstreamModel === undefined) return undefined;
    const targets = endpoint.enabled ? [makeTarget(endpoint, upstreamModel, undefined, false)] : [];
    // A single target needs no lasting rotation, and names from clients must not fill the registry.
    const rotation = targets.map(() => ({ current: 0 }));
    const entry = this.#ids.get(endpoint.name)?.get(upstreamModel);
    return withSettings({ name, origin: "pin", isPublic: false, targets, rotation, entry }, this.#plan);
  }

  /** What an endpoint is to be asked for by this name of its own; undefined where its list has nothing like it. */
  #nameAt(endpoint: Endpoint, name: string): string | undefined {
    const list = this.#lists.get(endpoint.name);
    if (list === undefined || list.source === "unknown") return name;
    const ids = this.#ids.get(endpoint.name);
    const other = [name, ...otherNamesOf(name)].find((candidate) => ids?.has(candidate));
    if (other !== undefined) return other;
    const split = splitSuffix(name);
    return split !== undefined && ids?.has(split.bare) && mayTakeSuffix(endpoint, name) ? name : undefined;
  }

  #sameAs(name: string): Model | undefined {
    for (const other of otherNamesOf(name)) {
      const model = this.models.get(other);
      if (model !== undefined && model.targets.length > 0) return model;
    }
    return undefined;
  }

  #suffixed(name: string): Model | undefined {
    const split = splitSuffix(name);
    const bare = split && (this.models.get(split.bare) ?? this.#sameAs(split.bare));
    return bare && withSuffix(bare, name, split.suffix);
  }
}
