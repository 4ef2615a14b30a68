// An item of a response while it is written. It tells its own events, in their order, from the moment when it is its turn;
// what came for it before is held until then.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { EventWriter } from "./event-writer.ts";
import type { ItemStatus } from "./made.ts";

/** Where an item stands. */
export type EntryPlace = { readonly id: string; readonly index: number; readonly writer: EventWriter };

/** One item. */
export interface ItemEntry {
  /** Whether it may be closed when another one begins. */
  readonly mayClose: boolean;
  /** It is its turn: what is known of it is told, and what comes from now on is told at once. */
  open(): void;
  /** Tells its end, and gives the item. */
  close(status: ItemStatus): JsonObject;
}
