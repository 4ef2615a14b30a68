// All that is known of the objects that endpoints keep: where they are, which ids nobody has, how often may be asked,
// whose turn it is for a new one, and where the pages of merged lists went on. Outlives reloads.

import type { Clock } from "../core/clock.ts";
import { AbsentIds } from "./absent-ids.ts";
import { AskAllowance } from "./ask-allowance.ts";
import { ListPlaces } from "./list-places.ts";
import { type Home, ObjectTable } from "./object-table.ts";

/** Whose turn an endpoint's is: nginx's `current_weight`. */
type TurnCell = { current: number };

/** Has other processes of the gateway tell what they know of these ids; resolves when it is in the table. */
type AskOthers = (ids: readonly string[]) => Promise<void>;

/** What is known. */
export class StoredObjects {
  /** Undefined where no other process serves. */
  askOthers: AskOthers | undefined;
  readonly table = new ObjectTable();
  readonly absent: AbsentIds;
  readonly allowance: AskAllowance;
  readonly places = new ListPlaces();
  /** Questions that are under way, so that many requests for one id ask once. */
  readonly asking = new Map<string, Promise<Home | undefined>>();
  readonly #turns = new Map<string, TurnCell>();

  /** `processes`: how many serve. */
  constructor(clock: Clock, processes = 1) {
    this.absent = new AbsentIds(clock);
    this.allowance = new AskAllowance(clock, processes);
  }

  /** Whose turn it is among endpoints for an object that may be made anywhere. */
  turnOf(endpoint: string): TurnCell {
    const known = this.#turns.get(endpoint) ?? { current: 0 };
    this.#turns.set(endpoint, known);
    return known;
  }

  /** Another endpoint stands behind a name now. */
  forget(endpoint: string): void {
    this.table.forget(endpoint);
    this.#turns.delete(endpoint);
    this.places.clear();
  }

  /** The endpoints are others now: whoever was not there to be asked may have what nobody had. */
  retain(isKept: (endpoint: string) => boolean): void {
    this.absent.clear();
    for (const name of this.#turns.keys()) if (!isKept(name)) this.#turns.delete(name);
  }
}
