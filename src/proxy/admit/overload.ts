// Refuses new requests before those under way suffer: the bound on requests in flight over all endpoints, its queue,
// the room for their bodies, and what `pressure.ts` says of memory and the event loop.

import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../core/clock.ts";
import { GatewayError } from "../../core/errors.ts";
import { SliceQueue } from "../../core/slices.ts";
import type { Log } from "../../core/summary.ts";
import type { Departure } from "../../http/departure.ts";
import { BodyRoom, bodyRoomBytes } from "./body-room.ts";
import { Gate } from "./gate.ts";
import { makePressure, memoryLimitBytes, type Pressure } from "./pressure.ts";

const IN_FLIGHT = "The gateway has as many requests under way as it may (server.max_in_flight).";
/** How long requests that were cut may take to end. */
const MOST_ENDING_MS = 1_000;
const RETRY_AFTER = ["retry-after", "1"] as const;

/** What the guards are made of. */
export type OverloadParts = {
  readonly gate: Gate;
  readonly pressure: Pressure;
  readonly bodies: BodyRoom;
  readonly slices: SliceQueue;
};

/** The guards. */
export class Overload {
  readonly gate: Gate;
  readonly pressure: Pressure;
  readonly bodies: BodyRoom;
  /** Where the work on large bodies is done. */
  readonly slices: SliceQueue;

  constructor(parts: OverloadParts) {
    this.gate = parts.gate;
    this.pressure = parts.pressure;
    this.bodies = parts.bodies;
    this.slices = parts.slices;
  }

  /**
   * Before anything of a body is read: refuses what would be refused anyway. Takes nothing, since a body that is slow to
   * come must not keep others out.
   * @throws GatewayError overloaded
   */
  refuseHopeless(): void {
    if (this.pressure.isShedding) {
      this.pressure.noteShed();
      throw tooMuch("The gateway is short of memory or of time and takes no new requests for a moment.");
    }
    if (this.gate.isFull && this.gate.isQueueFull) throw tooMuch(IN_FLIGHT);
  }

  /**
   * Takes a slot for a request whose body is there; `leave` must follow. Undefined when it could be had at once, as
   * nearly always.
   * @throws GatewayError overloaded, client_closed; from the promise
   */
  enter(departure: Departure): Promise<void> | undefined {
    if (this.gate.tryEnter()) return undefined;
    return this.#wait(departure);
  }

  leave(): void {
    this.gate.leave();
  }

  /** Resolves once no request is under way: one whose connection was cut ends a moment later. Takes a second at most. */
  async emptied(): Promise<void> {
    const lastMs = performance.now() + MOST_ENDING_MS;
    while (this.gate.inFlight > 0 && performance.now() < lastMs) await setImmediate();
  }

  async #wait(departure: Departure): Promise<void> {
    const end = await departure.whileWaiting((onCancel) => this.gate.enter(onCancel));
    if (end === "entered" && !departure.isGone) return;
    if (end === "entered") this.gate.leave();
    departure.refuseIfGone();
    throw tooMuch(IN_FLIGHT);
  }
}

/** The guards of this process; `processes`: among how many the memory is divided. */
export function makeOverload(clock: Clock, log: Log, processes = 1): Overload {
  return new Overload({
    gate: new Gate(),
    pressure: makePressure(clock, log, memoryLimitBytes() / processes),
    bodies: new BodyRoom(bodyRoomBytes(memoryLimitBytes() / processes)),
    slices: new SliceQueue(),
  });
}

function tooMuch(message: string): GatewayError {
  return new GatewayError("overloaded", { message, headers: RETRY_AFTER });
}
