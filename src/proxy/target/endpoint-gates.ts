// The limits on requests under way of the endpoints that have one. Outlives reloads.

import type { Endpoint, Target } from "../../routing/model.ts";
import { Gate, type GateSnapshot, NO_LIMITS, type WaitEnd } from "../admit/gate.ts";
import type { TargetRequest } from "./target-request.ts";

/** How a wait for a slot ended, and where: one was taken, which `gate.leave` gives back, when the end is `entered`. */
type Slot = { readonly end: WaitEnd; readonly target: Target; readonly gate: Gate | undefined };

/** The gate of one endpoint at one moment. */
export type EndpointGateSnapshot = GateSnapshot & { readonly endpoint: string };

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

  /** All gates as they stand now; endpoints without a limit have none. */
  snapshot(): readonly EndpointGateSnapshot[] {
    return [...this.#gates].map(([endpoint, gate]) => ({ endpoint, ...gate.snapshot() }));
  }

  /** Whether who comes now would have to wait. */
  isFull(endpoint: Endpoint): boolean {
    return this.#gates.size > 0 && this.#gates.get(endpoint.name)?.isFull === true;
  }

  /** Requests that wait for a slot; Infinity when one more would be refused at once. */
  queueLength(endpoint: Endpoint): number {
    const gate = this.#gates.get(endpoint.name);
    if (gate === undefined) return 0;
    return gate.isQueueFull ? Number.POSITIVE_INFINITY : gate.waiting;
  }

  /** Takes a slot and returns its gate, which `leave` is due to. Undefined where there is no limit. */
  take(endpoint: Endpoint): Gate | undefined {
    const gate = this.#gates.get(endpoint.name);
    // A pick and this are one synchronous stretch: a target that is not full has a slot.
    return gate?.tryEnter() === true ? gate : undefined;
  }

  /**
   * A slot at one of these full targets, after a wait; undefined when none came free in time, which the request keeps.
   * @throws GatewayError client_closed, when the client left meanwhile: then no slot is held
   */
  async slotFor(
    request: Pick<TargetRequest, "departure" | "isFull">,
    [first, ...others]: readonly [Target, ...Target[]],
  ): Promise<Slot | undefined> {
    const { departure } = request;
    const slot = await departure.whileWaiting((onCancel) => this.#wait(first, others, onCancel));
    const { end, gate } = slot;
    if (end === "entered" && !departure.isGone) return slot;
    if (end === "entered") gate?.leave();
    departure.refuseIfGone();
    request.isFull = true;
    return undefined;
  }

  /**
   * Waits for a slot at the first of these targets, in its queue and for its time, and takes one at any of the others,
   * where this is a second queue, if that is free sooner. `onCancel` as for `Gate.enter`.
   */
  #wait(first: Target, others: readonly Target[], onCancel: (cancel: () => void) => void): Promise<Slot> {
    return new Promise((resolve) => {
      const ends: (() => void)[] = [];
      const settleAt = (target: Target, gate: Gate | undefined) => (end: WaitEnd) => {
        resolve({ end, target, gate });
        // In the same stretch, or another gate could let it in as well. Ending what has ended does nothing.
        for (const leave of ends.splice(0)) leave();
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
        if (another !== undefined) ends.push(another.joinSecondQueue(settleAt(other, another)));
      }
    });
  }
}
