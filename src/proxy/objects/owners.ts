// Whose an object is: clients with keys of different names do not reach one another's objects, where it is known who
// has made them. Plain keys, which have no name of their own, are one client.

import type { Caller } from "../../accounts/caller.ts";
import type { Home } from "../../objects/object-table.ts";

/** Whether an object is another client's. */
export function isOthers(home: Home, caller: Caller | undefined): boolean {
  return caller !== undefined && home.owner !== undefined && home.owner !== caller.owner;
}

/** Whether an object is told in a list: who may use some models only is told of what it has made itself. */
export function isListed(home: Home | undefined, caller: Caller | undefined): boolean {
  if (caller === undefined) return true;
  if (home?.owner === undefined) return caller.models === undefined;
  return home.owner === caller.owner;
}
