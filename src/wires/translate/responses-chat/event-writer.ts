// Collects the events of a Responses stream, numbered in their order.

import type { JsonObject } from "../../errors/json-prefix.ts";

/** One stream's events. A silent one collects nothing, for an answer that is told whole. */
export class EventWriter {
  readonly #isSilent: boolean;
  #sequence = 0;
  #events: JsonObject[] = [];

  constructor(isSilent: boolean) {
    this.#isSilent = isSilent;
  }

  event(type: string, fields: JsonObject): void {
    if (this.#isSilent) return;
    this.#events.push(numbered(type, this.#sequence, fields));
    this.#sequence += 1;
  }

  /** That of the next event. */
  get number(): number {
    return this.#sequence;
  }

  /** The next event was told by someone else. */
  skip(): void {
    this.#sequence += 1;
  }

  /** Puts what was collected since it was last asked into a list. */
  take(out: JsonObject[]): void {
    for (const event of this.#events) out.push(event);
    this.#events.length = 0;
  }
}

/** One event. */
export function numbered(type: string, sequence: number, fields: JsonObject): JsonObject {
  return { type, sequence_number: sequence, ...fields };
}
