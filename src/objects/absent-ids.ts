// Ids of which every endpoint has said that it has no such object: for a while nobody is asked again. Bounded.

import type { Clock } from "../core/clock.ts";

/** An object that is made elsewhere meanwhile, past the gateway, is found after this time. */
const REMEMBERED_MS = 60_000;
const MAX_IDS = 10_000;

/** The ids, each with the end of its time. */
export class AbsentIds {
  /** Called with what this process has found out itself. */
  onAdd: ((id: string) => void) | undefined;
  readonly #clock: Clock;
  readonly #untilMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(id: string): void {
    this.take(id);
    this.onAdd?.(id);
  }

  /** Takes over what another process has found out. */
  take(id: string): void {
    if (this.#untilMs.size >= MAX_IDS) {
      const { done, value } = this.#untilMs.keys().next();
      if (done !== true) this.#untilMs.delete(value);
    }
    this.#untilMs.set(id, this.#clock.nowMs() + REMEMBERED_MS);
  }

  has(id: string): boolean {
    const untilMs = this.#untilMs.get(id);
    if (untilMs === undefined) return false;
    if (this.#clock.nowMs() < untilMs) return true;
    this.#untilMs.delete(id);
    return false;
  }

  /** There are other endpoints now. */
  clear(): void {
    this.#untilMs.clear();
  }
}
