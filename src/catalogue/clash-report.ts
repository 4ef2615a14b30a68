// Tells the log of names that mean two things: `endpoint/model`, where another endpoint lists an id of that
// spelling.

import type { Log } from "../core/summary.ts";
import { english } from "../language/messages.ts";
import type { RoutingTable } from "../routing/table/table.ts";

/** A hundred lines are enough. */
const MAX_TOLD = 100;

/** One line a name, although every list makes a new table. */
export class ClashReport {
  readonly #log: Log;
  readonly #told = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Tells what this table has for the first time. */
  tell(table: RoutingTable): void {
    for (const { kind, model, message: said } of table.notes) {
      if (kind !== "name_clash" || this.#told.has(model) || this.#told.size >= MAX_TOLD) continue;
      this.#told.add(model);
      this.#log.warn("name_clash", `${english(said)}.`, { model });
    }
  }
}
