// What the owner tells of the endpoints' lists: those that have changed since it told last.

import type { CatalogueView } from "../catalogue/catalogue-view.ts";
import type { EndpointModels } from "../routing/model.ts";
import type { ListNews } from "./messages.ts";

/** Remembers what was told. */
export class ListTeller {
  #told: ReadonlyMap<string, EndpointModels> = new Map();
  #lastText = "";

  /** What is new; undefined where nothing is. `offsetMs`: from the monotonic clock to that of all processes. */
  news(catalogue: CatalogueView, nowMs: number, offsetMs: number): ListNews | undefined {
    const whole = listNews(catalogue, nowMs, offsetMs);
    // The catalogue gives the same object until a list changes.
    const lists = whole.lists.filter((list) => this.#told.get(list.endpointName) !== list);
    const text = JSON.stringify([whole.hasFirstAnswers, whole.untold]);
    if (lists.length === 0 && text === this.#lastText) return undefined;
    this.#told = new Map(whole.lists.map((list) => [list.endpointName, list]));
    this.#lastText = text;
    return { ...whole, lists };
  }
}

/** All that is known now. */
export function listNews(catalogue: CatalogueView, nowMs: number, offsetMs: number): ListNews {
  const { waitMs, ...untold } = catalogue.untold();
  return {
    lists: catalogue.lists(),
    hasFirstAnswers: catalogue.hasFirstAnswers,
    untold,
    untoldUntilMs: nowMs + waitMs + offsetMs,
  };
}
