// All that a gateway keeps in its data folder: the last good lists and the state of the data plane.

import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import { OBJECTS_FILE, type SavedState, savedStateFor } from "../store/saved-state.ts";
import { type SavedLists, savedListsFor } from "./saved-lists.ts";

/** Where it is kept; nothing is where there is no folder, and no state where there is no configuration file. */
export type KeptPlace = {
  readonly dataDir: string | undefined;
  /** Absolute path of the configuration file, whose own state is kept. */
  readonly configFile?: string | undefined;
  /** Bytes that a list may have when it is read from an endpoint. */
  readonly maxListBytes?: number;
};

/** Lists and state. */
export class Kept {
  readonly lists: SavedLists;
  readonly state: SavedState;
  /** Where stored objects are. */
  readonly objects: SavedState;
  /** Resolves once what nobody uses any more is gone. */
  pruned: Promise<void> = Promise.resolve();

  constructor(place: KeptPlace, log: Log, clock: Clock) {
    this.lists = savedListsFor(place.dataDir, log, clock, place.maxListBytes);
    this.state = savedStateFor(place, log, clock);
    this.objects = savedStateFor(place, log, clock, OBJECTS_FILE);
  }

  /** From now on nothing more is written: the endpoints to come are nobody's. */
  keepNothing(): void {
    this.lists.keepNothing();
    this.state.keepNothing();
    this.objects.keepNothing();
  }

  /** Removes what no configuration has named for 30 days, once all that this one names was looked for. */
  pruneAfter(looked: Promise<void>): void {
    this.pruned = looked.then(async () => {
      await this.lists.prune();
      await this.state.prune();
    });
  }
}
