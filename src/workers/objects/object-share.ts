// The homes of stored objects in one serving process: what it learns is told to the owner in batches, what others learn
// is taken over, and ids that it does not know are asked for before any endpoint is.

import type { ObjectChange } from "../../objects/object-table.ts";
import type { StoredObjects } from "../../objects/stored-objects.ts";
import {
  type ObjectNews,
  type ObjectOrder,
  type ObjectReport,
  saysNothingNew,
  takeObjects,
} from "./object-news.ts";
import { Rounds } from "./rounds.ts";

/** Of what was found, and not made, so much waits at most: a list may be long, and the rest is found again. */
const MAX_FOUND = 4_096;
/** Ids in one question; of more the owner tells nothing of its own, only what others have just learnt. */
const MAX_ASKED = 4_096;

/** How it reaches the owner. */
export type ObjectLine = {
  readonly send: (report: ObjectReport) => void;
  /** Resolves when it has answered, or is gone. */
  readonly ask: (question: { readonly ask: "objects"; readonly ids: readonly string[] }) => Promise<unknown>;
};

/** One process's share of what is known. */
export class ObjectShare {
  /** Called when there is something to tell, which may be often. */
  onNews: () => void = () => undefined;
  readonly #objects: StoredObjects;
  readonly #line: ObjectLine;
  readonly #questions = new Rounds(() => this.#ask());
  #changes: ObjectChange[] = [];
  #absent: string[] = [];
  #wanted = new Set<string>();

  constructor(objects: StoredObjects, line: ObjectLine) {
    this.#objects = objects;
    this.#line = line;
    objects.table.onChange = (change) => this.#note(change);
    objects.absent.onAdd = (id) => this.#noteAbsent(id);
    objects.askOthers = (ids) => this.#want(ids);
  }

  /** Does what the owner says. */
  obey(order: ObjectOrder): void {
    if (order.kind === "objects") takeObjects(this.#objects, order.news);
    else this.tell(order.round);
  }

  /** Tells what has not been told; with a round always. */
  tell(round?: number): void {
    const news: ObjectNews = { changes: this.#changes, absent: this.#absent };
    if (round === undefined && saysNothingNew(news)) return;
    this.#changes = [];
    this.#absent = [];
    this.#line.send({ kind: "objects", news, round });
  }

  #note(change: ObjectChange): void {
    if (!change.isMade && this.#changes.length >= MAX_FOUND) return;
    this.#changes.push(change);
    this.onNews();
  }

  #noteAbsent(id: string): void {
    if (this.#absent.length >= MAX_FOUND) return;
    this.#absent.push(id);
    this.onNews();
  }

  #want(ids: readonly string[]): Promise<void> {
    for (const id of ids) if (this.#wanted.size < MAX_ASKED) this.#wanted.add(id);
    return this.#questions.ask();
  }

  async #ask(): Promise<void> {
    const ids = [...this.#wanted];
    this.#wanted = new Set();
    await this.#line.ask({ ask: "objects", ids });
  }
}
