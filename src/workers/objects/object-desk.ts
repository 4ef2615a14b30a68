// The homes of stored objects in the process that owns the gateway: it takes over what each serving process learns,
// tells the others, and has all of them tell at once when one does not know an id. What it knows is saved.

import type { StoredObjects } from "../../objects/stored-objects.ts";
import {
  type ObjectNews,
  type ObjectOrder,
  type ObjectReport,
  saysNothingNew,
  takeObjects,
} from "./object-news.ts";
import { Rounds } from "./rounds.ts";

/**
 * They tell within some milliseconds. One that is busy is waited for, since it may know whose an object is; one that
 * hangs is not: endpoints are asked instead.
 */
const WAIT_MS = 1_000;

/** A serving process, as this file needs it. */
export type ObjectMember = {
  /** Its start order is sent, and what it knew from the beginning with it. */
  readonly isStarted: boolean;
  /** It hears orders: one that has not begun to serve has nothing to tell. */
  readonly isListening: boolean;
  send(order: ObjectOrder): void;
};

/** All of them. */
export class ObjectDesk {
  readonly #objects: StoredObjects;
  readonly #members: () => Iterable<ObjectMember>;
  readonly #rounds = new Rounds(() => this.#haveAllTell());
  /** Who has not told yet in the round under way. */
  readonly #silent = new Set<ObjectMember>();
  #round = 0;
  #allTold: () => void = () => undefined;

  constructor(objects: StoredObjects, members: () => Iterable<ObjectMember>) {
    this.#objects = objects;
    this.#members = members;
  }

  /** A process tells. */
  take(member: ObjectMember, { news, round }: ObjectReport): void {
    if (!saysNothingNew(news)) {
      takeObjects(this.#objects, news);
      this.#pass(news, member);
    }
    if (round === this.#round) this.leave(member);
  }

  /** A process does not know these ids; when this resolves it was sent what anybody knows of them. Never rejects. */
  async ask(member: ObjectMember, ids: readonly string[]): Promise<void> {
    await this.#rounds.ask();
    const changes = ids.flatMap((id) => this.#objects.table.changeOf(id) ?? []);
    if (changes.length > 0) member.send({ kind: "objects", news: { changes, absent: [] } });
  }

  /** It has told, or is gone: nobody waits for it. */
  leave(member: ObjectMember): void {
    if (this.#silent.delete(member) && this.#silent.size === 0) this.#allTold();
  }

  async #haveAllTell(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#round += 1;
    this.#allTold = resolve;
    this.#silent.clear();
    for (const member of this.#members()) if (member.isListening) this.#silent.add(member);
    for (const member of this.#silent) member.send({ kind: "tell_objects", round: this.#round });
    if (this.#silent.size === 0) return;
    const timer = setTimeout(resolve, WAIT_MS);
    await promise;
    clearTimeout(timer);
  }

  #pass(news: ObjectNews, from: ObjectMember): void {
    for (const member of this.#members())
      if (member.isStarted && member !== from) member.send({ kind: "objects", news });
  }
}
