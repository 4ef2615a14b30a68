// What the owner tells of the endpoints' lists: those that have changed since it told last.

import type { CatalogueView } from "../catalogue/catalogue-view.ts";
import type { Clock } from "../core/clock.ts";
import type { EndpointModels } from "../routing/model.ts";
import { sharedOffsetMs } from "./health/shared-time.ts";
import type { ListNews } from "./messages.ts";

/** Remembers what was told. */
export class ListTeller {
  readonly #clock: Clock;
  readonly #offsetMs: number;
  #told: ReadonlyMap<string, EndpointModels> = new Map();
  #lastText = "";

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = sharedOffsetMs(clock);
  }

  /** What is new; undefined where nothing is. */
  news(catalogue: CatalogueView): ListNews | undefined {
    const whole = this.whole(catalogue);
    // The catalogue gives the same object until a list changes.
    const lists = whole.lists.filter((list) => this.#told.get(list.endpointName) !== list);
    const text = JSON.stringify([whole.hasFirstAnswers, whole.untold]);
    if (lists.length === 0 && text === this.#lastText) return undefined;
    this.#told = new Map(whole.lists.map((list) => [list.endpointName, list]));
    this.#lastText = text;
    return { ...whole, lists };
  }

  /** All that is known now. */
  whole(catalogue: CatalogueView): ListNews {
    const { waitMs, ...untold } = catalogue.untold();
    return {
      lists: catalogue.lists(),
      hasFirstAnswers: catalogue.hasFirstAnswers,
      untold,
      untoldUntilMs: this.#clock.nowMs() + waitMs + this.#offsetMs,
    };
  }
}
