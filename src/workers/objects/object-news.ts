// What processes tell one another of the objects that endpoints keep. Plain data.

import type { ObjectChange } from "../../objects/object-table.ts";
import type { StoredObjects } from "../../objects/stored-objects.ts";

/** What one has learnt since it told last. */
export type ObjectNews = {
  readonly changes: readonly ObjectChange[];
  /** What endpoints were asked for that none of them has. */
  readonly absent: readonly string[];
};

/** From a serving process; `round` where the owner has asked for it, also when there is nothing to tell. */
export type ObjectReport = {
  readonly kind: "objects";
  readonly news: ObjectNews;
  readonly round: number | undefined;
};

/** From the owner: what others have learnt, and that it waits for what this one has. */
export type ObjectOrder =
  | { readonly kind: "objects"; readonly news: ObjectNews }
  | { readonly kind: "tell_objects"; readonly round: number };

/** Whether there is nothing in it. */
export function saysNothingNew({ changes, absent }: ObjectNews): boolean {
  return changes.length + absent.length === 0;
}

/** Takes news over. */
export function takeObjects(objects: StoredObjects, { changes, absent }: ObjectNews): void {
  for (const change of changes) objects.table.take(change);
  for (const id of absent) objects.absent.take(id);
}
