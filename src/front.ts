// Decides by its path which part answers a request: an ordered table, looked through before any key is asked for, since
// each part has keys of its own or none. It knows nothing of what the parts do.

import type { Log } from "./core/summary.ts";
import type { InboundRequest, Reply } from "./http/message.ts";
import { pathOf } from "./wires/paths/router.ts";

/**
 * Answers one request; a promise where it has to wait for something, which settles when that is over. Throws only where
 * not even a refusal could be made.
 */
export type PartHandler = (request: InboundRequest, reply: Reply) => Promise<void> | undefined;

/** What answers the requests of some paths. */
export type Part = {
  /** Whether it answers a request for this path, which is as the client sent it and without its query. */
  readonly takes: (path: string, request: InboundRequest) => boolean;
  readonly handle: PartHandler;
};

/** The table. */
export class Front {
  readonly #parts: readonly Part[];
  readonly #rest: PartHandler;
  readonly #log: Log;

  /** The first of the parts that takes a path answers; `rest`, whose promise never rejects, answers where none does. */
  constructor(parts: readonly Part[], rest: PartHandler, log: Log) {
    this.#parts = parts;
    this.#rest = rest;
    this.#log = log;
  }

  /** Has one request answered. Never throws: whatever happens in a request stays there, and its client is cut off. */
  answer(request: InboundRequest, reply: Reply): void {
    try {
      const part = this.#partFor(request);
      // To catch what is never thrown would be one more promise for each request.
      if (part === undefined) void this.#rest(request, reply);
      else part.handle(request, reply)?.catch((cause: unknown) => this.#giveUp(reply, cause));
    } catch (cause) {
      this.#giveUp(reply, cause);
    }
  }

  #partFor(request: InboundRequest): Part | undefined {
    if (this.#parts.length === 0) return undefined;
    const path = pathOf(request.target);
    for (const part of this.#parts) if (part.takes(path, request)) return part;
    return undefined;
  }

  #giveUp(reply: Reply, cause: unknown): void {
    this.#log.error("internal", "A request could not even be refused.", {}, cause);
    reply.destroy();
  }
}
