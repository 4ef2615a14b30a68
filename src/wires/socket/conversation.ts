// What was said on a socket, by the ids of its responses: input and output, so that a later `response.create` can send
// only what is new. Endpoints know nothing of it while `store` is false. Bounded: the oldest goes first, and who asks for
// it has to send all of it again.

import type { CreateEvent } from "./client-event.ts";
import type { SaidBefore } from "./turn-body.ts";

/** Responses that may be gone on from. An agent goes on from its latest; its branches are few. */
const MAX_RESPONSES = 16;

/** One response, with what it went on from. */
type Spoken = {
  readonly parent: Spoken | undefined;
  /** Items, one behind the other with commas between; the parent's are not among them. */
  readonly items: readonly Buffer[];
  readonly standing: CreateEvent["standing"];
  readonly endpoint: string | undefined;
  readonly bytes: number;
  /** Who goes on from it, and whether it may be asked for itself. */
  uses: number;
};

/** What a response adds to what it went on from. */
export type Added = {
  readonly previousId: string | undefined;
  /** Of its input that is new, and of its output. */
  readonly items: readonly Buffer[];
  readonly standing: CreateEvent["standing"];
  /** Who has answered. */
  readonly endpoint: string | undefined;
};

/** All that is kept for one socket. */
export class SocketConversation {
  readonly #maxBytes: number;
  readonly #spoken = new Map<string, Spoken>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What a response and those before it have said; undefined where it is not known here. */
  said(id: string): SaidBefore | undefined {
    const latest = this.#spoken.get(id);
    if (latest === undefined) return undefined;
    const items: (readonly Buffer[])[] = [];
    for (let spoken: Spoken | undefined = latest; spoken !== undefined; spoken = spoken.parent)
      items.push(spoken.items);
    return { items: items.reverse().flat(), standing: latest.standing, endpoint: latest.endpoint };
  }

  /** Takes a response; the buffers are kept as they are. */
  add(id: string, { previousId, items, standing, endpoint }: Added): void {
    const parent = previousId === undefined ? undefined : this.#spoken.get(previousId);
    if (parent !== undefined) parent.uses += 1;
    let bytes = 0;
    for (const item of items) bytes += item.length;
    for (const member of standing.values()) bytes += member.length;
    this.#drop(id);
    this.#spoken.set(id, { parent, items, standing, endpoint, bytes, uses: 1 });
    this.#bytes += bytes;
    while (this.#spoken.size > MAX_RESPONSES || (this.#bytes > this.#maxBytes && this.#spoken.size > 0))
      this.forgetOldest();
  }

  /** Makes room. */
  forgetOldest(): void {
    for (const id of this.#spoken.keys()) {
      this.#drop(id);
      return;
    }
  }

  #drop(id: string): void {
    let spoken = this.#spoken.get(id);
    this.#spoken.delete(id);
    while (spoken !== undefined) {
      spoken.uses -= 1;
      if (spoken.uses > 0) return;
      this.#bytes -= spoken.bytes;
      spoken = spoken.parent;
    }
  }
}
