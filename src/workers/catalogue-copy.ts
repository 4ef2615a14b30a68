// What a serving process knows of the endpoints' lists: what the owner has sent. It asks no endpoint itself.

import type { UntoldLists } from "../catalogue/catalogue.ts";
import type { CatalogueView } from "../catalogue/catalogue-view.ts";
import { type EndpointStatus, modelsOf } from "../catalogue/model-knowledge.ts";
import type { EndpointModels, RoutingPlan } from "../routing/model.ts";
import type { ListNews } from "./messages.ts";

/** A client that asks for unknown names must not have the owner asked each time. */
const UNKNOWN_PAUSE_MS = 1_000;
const MIN_UNTOLD_WAIT_MS = 1_000;

/** What a copy is kept with. */
export type CopyParts = {
  readonly nowMs: () => number;
  /** Has the owner ask for a name that nobody lists; resolves when the answers are here. */
  readonly askOwner: () => Promise<void>;
  /** Called when the lists say something new. */
  readonly onChange: () => void;
};

/** The lists of all endpoints, as the owner has them. */
export class CatalogueCopy implements CatalogueView {
  readonly #parts: CopyParts;
  readonly #lists = new Map<string, EndpointModels>();
  #plan: RoutingPlan | undefined;
  #news: Pick<ListNews, "untold"> & { readonly untilMs: number };
  #first = Promise.withResolvers<void>();
  #hasFirstAnswers = false;
  #asking: Promise<void> | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: CopyParts) {
    this.#parts = parts;
    this.#news = { untold: { endpoints: [], isNobodyTold: false }, untilMs: 0 };
  }

  /** Takes what the owner sends, with its times as this process counts them; `isTold`: whether others are told of it. */
  take(news: ListNews, untilMs: number, isTold: boolean): void {
    for (const list of news.lists) this.#lists.set(list.endpointName, list);
    this.#news = { untold: news.untold, untilMs };
    if (news.hasFirstAnswers !== this.#hasFirstAnswers) this.#noteFirst(news.hasFirstAnswers);
    if (isTold && news.lists.length > 0) this.#parts.onChange();
  }

  setPlan(plan: RoutingPlan): void {
    this.#plan = plan;
    const names = new Set(plan.endpoints.map(({ name }) => name));
    for (const name of this.#lists.keys()) if (!names.has(name)) this.#lists.delete(name);
  }

  lists(): EndpointModels[] {
    const endpoints = this.#plan?.endpoints ?? [];
    return endpoints.map((one) => this.#lists.get(one.name) ?? modelsOf(one, undefined, "saved"));
  }

  /** The owner's to say. */
  status(): EndpointStatus[] {
    return [];
  }

  get hasFirstAnswers(): boolean {
    return this.#hasFirstAnswers;
  }

  firstAnswers(): Promise<void> {
    return this.#first.promise;
  }

  untold(): UntoldLists {
    const { untold, untilMs } = this.#news;
    return { ...untold, waitMs: Math.max(MIN_UNTOLD_WAIT_MS, untilMs - this.#parts.nowMs()) };
  }

  askForUnknownName(): Promise<void> {
    const nowMs = this.#parts.nowMs();
    if (this.#asking !== undefined) return this.#asking;
    if (nowMs - this.#askedMs < UNKNOWN_PAUSE_MS) return Promise.resolve();
    this.#asking = this.#parts.askOwner().finally(() => {
      this.#asking = undefined;
      this.#askedMs = this.#parts.nowMs();
    });
    return this.#asking;
  }

  askAgain(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #noteFirst(hasFirstAnswers: boolean): void {
    this.#hasFirstAnswers = hasFirstAnswers;
    if (hasFirstAnswers) this.#first.resolve();
    else this.#first = Promise.withResolvers<void>();
  }
}
