// Where the next page of a merged list goes on at each endpoint, by the last entry of the page before. Without it that
// is found out by reading again from the beginning. Bounded.

/** How far one endpoint's list was read: behind this id; undefined: not at all yet. `isAtEnd`: to its end. */
export type ListPlace = { readonly after: string | undefined; readonly isAtEnd: boolean };

const MAX_PLACES = 1_000;

/** The places, by list and last entry. */
export class ListPlaces {
  readonly #places = new Map<string, ReadonlyMap<string, ListPlace>>();

  /** By the name of each source; undefined where the entry was not the last one of a page. */
  get(list: string, lastId: string): ReadonlyMap<string, ListPlace> | undefined {
    return this.#places.get(keyOf(list, lastId));
  }

  set(list: string, lastId: string, places: ReadonlyMap<string, ListPlace>): void {
    if (this.#places.size >= MAX_PLACES) {
      const { done, value } = this.#places.keys().next();
      if (done !== true) this.#places.delete(value);
    }
    this.#places.set(keyOf(list, lastId), places);
  }

  clear(): void {
    this.#places.clear();
  }
}

function keyOf(list: string, lastId: string): string {
  return `${list}\n${lastId}`;
}
