// Which endpoint keeps which object, by the object's id: filled from answers as they pass, bounded, and small enough to
// be written to the disk whole. Knows nothing of requests. A look-up is O(1), whatever the number of ids.

import { hash } from "node:crypto";

/** Where an object is, and whose it is. */
export type Home = {
  readonly endpoint: string;
  /** The key of the endpoint that it was made with, since another key may be of another account; 0: the only one. */
  readonly credential: number;
  /** The client that made it; undefined where that is not known, or where clients are not told apart. */
  readonly owner: string | undefined;
};

/** What was learnt of an id, for another process. */
export type ObjectChange = {
  /** The id, or its digest. */
  readonly key: string;
  readonly home: Home;
  readonly isPassing: boolean;
  /** It was just made there; else it was found there, and whose it is may be known better elsewhere. */
  readonly isMade: boolean;
};

/** Ids that are remembered of each sort, the newest of them. */
const MAX_IDS = 20_000;
/** Longer ids are kept as their digest, so that memory is bounded by the number of ids. */
const LONGEST_PLAIN = 96;
/** As it is saved: endpoint, credential, owner or null, ids. */
type SavedGroup = readonly [string, number, string | null, readonly string[]];

/** The table. Objects that come with every answer are kept apart from those that people make: they would displace them. */
export class ObjectTable {
  /** Called with what this process learns itself, and with what it goes on using of that which it knew long ago. */
  onChange: ((change: ObjectChange) => void) | undefined;
  readonly #lasting: Generations;
  readonly #passing: Generations;
  /** One value for each home, shared by all its ids. */
  readonly #homes = new Map<string, Home>();
  /** Whose objects have been noted, by the names of client keys. */
  readonly #owners = new Set<string>();
  #revision = 0;

  constructor(maxIds = MAX_IDS) {
    this.#lasting = new Generations(maxIds, (key, home) => this.#tell(key, home, false, false));
    this.#passing = new Generations(maxIds, (key, home) => this.#tell(key, home, true, false));
  }

  /** Changes whenever there is something new to save. */
  get revision(): number {
    return this.#revision;
  }

  get isEmpty(): boolean {
    return this.#lasting.isEmpty && this.#passing.isEmpty;
  }

  /** Whether an object is known that people make, such as a file. */
  get hasLasting(): boolean {
    return !this.#lasting.isEmpty;
  }

  /** Whether objects of other clients than this one are known. */
  hasOthers(owner: string): boolean {
    return this.#owners.size > (this.#owners.has(owner) ? 1 : 0);
  }

  homeOf(id: string): Home | undefined {
    return this.#at(keyOf(id));
  }

  /** What is known of an id, for another process; undefined where nothing is. */
  changeOf(id: string): ObjectChange | undefined {
    const key = keyOf(id);
    const lasting = this.#lasting.get(key);
    const home = lasting ?? this.#passing.get(key);
    return home === undefined ? undefined : { key, home, isPassing: lasting === undefined, isMade: false };
  }

  /** An endpoint has just made the object, so that whatever was known of the id is out of date. */
  note(id: string, home: Home, isPassing: boolean): void {
    if (id === "") return;
    const key = keyOf(id);
    if (this.#put(isPassing ? this.#passing : this.#lasting, key, home))
      this.#tell(key, home, isPassing, true);
  }

  /** An endpoint has the object; whose it is stays as it was known. */
  noteSeen(id: string, at: Omit<Home, "owner">, isPassing: boolean): void {
    const known = this.homeOf(id);
    if (known?.endpoint === at.endpoint && known.credential === at.credential) return;
    if (id === "") return;
    const owner = known?.endpoint === at.endpoint ? known.owner : undefined;
    const key = keyOf(id);
    const home = { ...at, owner };
    if (this.#put(isPassing ? this.#passing : this.#lasting, key, home))
      this.#tell(key, home, isPassing, false);
  }

  /** Takes over what another process has learnt; nobody is told of it again. */
  take({ key, home, isPassing, isMade }: ObjectChange): void {
    const into = isPassing ? this.#passing : this.#lasting;
    const known = isMade ? undefined : (this.#lasting.peek(key) ?? this.#passing.peek(key));
    const isSame = known?.endpoint === home.endpoint;
    if (known !== undefined && isSame && known.credential === home.credential) into.refresh(key);
    else this.#put(into, key, isSame ? { ...home, owner: known.owner } : home);
  }

  /** Forgets what an endpoint keeps: what stands behind its name is another one now. */
  forget(endpoint: string): void {
    this.#revision += 1;
    for (const generations of [this.#lasting, this.#passing]) generations.drop(endpoint);
    for (const [key, home] of this.#homes) if (home.endpoint === endpoint) this.#homes.delete(key);
  }

  /** What `importState` needs to go on from here: names and ids only. */
  exportState(): { readonly lasting: readonly SavedGroup[]; readonly passing: readonly SavedGroup[] } {
    return { lasting: groupsOf(this.#lasting), passing: groupsOf(this.#passing) };
  }

  /** Takes up what another process has saved; `isKept` says of which endpoints. What is of no such shape is ignored. */
  importState(saved: unknown, isKept: (endpoint: string) => boolean): void {
    if (typeof saved !== "object" || saved === null) return;
    if ("lasting" in saved) this.#importAll(this.#lasting, saved.lasting, isKept);
    if ("passing" in saved) this.#importAll(this.#passing, saved.passing, isKept);
  }

  #importAll(into: Generations, groups: unknown, isKept: (endpoint: string) => boolean): void {
    if (!Array.isArray(groups)) return;
    for (const group of groups) {
      if (!isSavedGroup(group) || !isKept(group[0])) continue;
      const [endpoint, credential, owner, ids] = group;
      const home = { endpoint, credential, owner: owner ?? undefined };
      for (const id of ids.slice(-into.max)) if (id.length <= LONGEST_PLAIN) this.#put(into, id, home);
    }
  }

  #at(key: string): Home | undefined {
    return this.#lasting.get(key) ?? this.#passing.get(key);
  }

  #tell(key: string, home: Home, isPassing: boolean, isMade: boolean): void {
    this.onChange?.({ key, home, isPassing, isMade });
  }

  /** False where nothing is new. */
  #put(into: Generations, key: string, home: Home): boolean {
    const known = into.peek(key);
    const shared = this.#shared(home);
    if (known === shared) {
      into.refresh(key);
      return false;
    }
    into.set(key, shared);
    this.#revision += 1;
    return true;
  }

  #shared(home: Home): Home {
    const key = `${home.endpoint}\n${home.credential}\n${home.owner === undefined ? "" : `by ${home.owner}`}`;
    const known = this.#homes.get(key);
    if (known !== undefined) return known;
    // Endpoints and client keys come and go with reloads; values that are in use stay shared all the same.
    if (this.#homes.size >= MAX_HOMES) this.#homes.clear();
    this.#homes.set(key, home);
    if (home.owner !== undefined && this.#owners.size < MAX_HOMES) this.#owners.add(home.owner);
    return home;
  }
}

const MAX_HOMES = 10_000;

/**
 * A map within a bound, in two halves: what is used goes to the younger one, and when that is full the older one is
 * dropped. Nothing has to be moved or counted for each use.
 */
class Generations {
  readonly max: number;
  readonly #onKept: (key: string, home: Home) => void;
  #young = new Map<string, Home>();
  #old = new Map<string, Home>();

  /** `onKept` is told of what is used that would have been dropped next. */
  constructor(max: number, onKept: (key: string, home: Home) => void) {
    this.max = max;
    this.#onKept = onKept;
  }

  get isEmpty(): boolean {
    return this.#young.size === 0 && this.#old.size === 0;
  }

  get(key: string): Home | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.set(key, old);
    this.#onKept(key, old);
    return old;
  }

  /** What is there; it counts as used by nobody. */
  peek(key: string): Home | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** It counts as used, and nobody is told. */
  refresh(key: string): void {
    const old = this.#young.has(key) ? undefined : this.#old.get(key);
    if (old !== undefined) this.set(key, old);
  }

  set(key: string, home: Home): void {
    if (this.#young.size >= this.max / 2 && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, home);
  }

  drop(endpoint: string): void {
    for (const half of [this.#young, this.#old])
      for (const [key, home] of half) if (home.endpoint === endpoint) half.delete(key);
  }

  /** The oldest first. */
  *entries(): Generator<readonly [string, Home]> {
    for (const entry of this.#old) if (!this.#young.has(entry[0])) yield entry;
    yield* this.#young;
  }
}

function keyOf(id: string): string {
  return id.length <= LONGEST_PLAIN ? id : `sha256:${hash("sha256", id, "base64url")}`;
}

function groupsOf(generations: Generations): SavedGroup[] {
  const groups = new Map<Home, string[]>();
  for (const [id, home] of generations.entries()) {
    const ids = groups.get(home);
    if (ids === undefined) groups.set(home, [id]);
    else ids.push(id);
  }
  return [...groups].map(([home, ids]) => [home.endpoint, home.credential, home.owner ?? null, ids]);
}

function isSavedGroup(group: unknown): group is SavedGroup {
  if (!Array.isArray(group) || group.length !== 4) return false;
  const [endpoint, credential, owner, ids]: readonly unknown[] = group;
  return (
    typeof endpoint === "string" &&
    typeof credential === "number" &&
    (owner === null || typeof owner === "string") &&
    Array.isArray(ids) &&
    ids.every((id) => typeof id === "string")
  );
}
