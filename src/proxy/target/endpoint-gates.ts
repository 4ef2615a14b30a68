// The limits on requests under way of the endpoints that have one. Outlives reloads.

import type { Endpoint, Target } from "../../routing/model.ts";
import { type Entry, Gate, NO_LIMITS } from "../admit/gate.ts";

/** How a wait ended, and where: the gate is due a `leave` when the entry is `entered`. */
export type Place = { readonly entry: Entry; readonly target: Target; readonly gate: Gate | undefined };

/** One gate for each endpoint with `max_in_flight`. */
export class EndpointGates {
  readonly #gates = new Map<string, Gate>();

  /** True while no endpoint has a limit: then nothing need be asked. */
  get isEmpty(): boolean {
    return this.#gates.size === 0;
  }

  /** Takes the endpoints' limits, at start and at a reload; what is under way keeps counting. */
  configure(endpoints: readonly Endpoint[]): void {
    const limited = endpoints.filter((endpoint) => Number.isFinite(endpoint.maxInFlight));
    const names = new Set(limited.map((endpoint) => endpoint.name));
    for (const [name, gate] of this.#gates) {
      if (names.has(name)) continue;
      // Who waits is let in. Who is under way still counts should the limit come back, as it does when an endpoint
      // is gone from the file for a moment.
      gate.configure(NO_LIMITS);
      if (gate.inFlight === 0) this.#gates.delete(name);
    }
    for (const { name, maxInFlight, queue } of limited) {
      const gate = this.#gates.get(name) ?? new Gate();
      gate.configure({ max: maxInFlight, queueMax: queue.max, queueMs: queue.timeoutMs });
      this.#gates.set(name, gate);
    }
  }

  /** The gate of an endpoint; undefined where there is no limit. */
  of(name: string): Gate | undefined {
    return this.#gates.get(name);
  }

  /** All gates, by endpoint, for metrics and diagnostics. */
  all(): ReadonlyMap<string, Gate> {
    return this.#gates;
  }

  isFull(endpoint: Endpoint): boolean {
    return this.#gates.size > 0 && this.#gates.get(endpoint.name)?.isFull === true;
  }

  /** Requests that wait for a place; Infinity when one more would be refused at once. */
  queueLength(endpoint: Endpoint): number {
    const gate = this.#gates.get(endpoint.name);
    if (gate === undefined) return 0;
    return gate.isQueueFull ? Number.POSITIVE_INFINITY : gate.waiting;
  }

  /** Takes a place; the gate it was taken at, which `leave` is due to. Undefined where there is no limit. */
  take(endpoint: Endpoint): Gate | undefined {
    const gate = this.#gates.get(endpoint.name);
    // A pick and this are one synchronous stretch: a target that is not full has a place.
    return gate?.tryEnter() === true ? gate : undefined;
  }

  /**
   * Waits for a place at the first of these targets, in its queue and for its time, and takes one at any of the
   * others if that is free sooner. `onCancel` as for `Gate.enter`.
   */
  wait(first: Target, others: readonly Target[], onCancel: (cancel: () => void) => void): Promise<Place> {
    return new Promise((resolve) => {
      const ends: (() => void)[] = [];
      const settleAt = (target: Target, gate: Gate | undefined) => (entry: Entry) => {
        resolve({ entry, target, gate });
        // In the same stretch, or another gate could let it in as well. Ending what has ended does nothing.
        for (const end of ends.splice(0)) end();
      };
      const gate = this.#gates.get(first.endpoint.name);
      const settle = settleAt(first, gate);
      if (gate === undefined) return settle("entered");
      const end = gate.wait(settle);
      if (end === undefined) return;
      ends.push(end);
      onCancel(end);
      for (const other of others) {
        const another = this.#gates.get(other.endpoint.name);
        if (another !== undefined) ends.push(another.joinAsGuest(settleAt(other, another)));
      }
    });
  }
}
