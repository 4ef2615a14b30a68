// Refuses new requests before those under way suffer: the bound on requests in flight over all endpoints, its queue,
// and what `pressure.ts` says of memory and the event loop. Called by `handle.ts` around each operation.

import { GatewayError } from "../core/errors.ts";
import type { Gate } from "./gate.ts";
import type { Pressure } from "./pressure.ts";

const RETRY_AFTER = ["retry-after", "1"] as const;

/** What is admitted: an exchange, as far as it matters here. */
export type Admitted = {
  readonly isClientGone: boolean;
  onClientGone: (() => void) | undefined;
  heldBytes: number;
};

/** The two guards. */
export class Overload {
  readonly gate: Gate;
  readonly pressure: Pressure;

  constructor(gate: Gate, pressure: Pressure) {
    this.gate = gate;
    this.pressure = pressure;
  }

  /**
   * Before anything of a request is read.
   * @throws GatewayError overloaded, while memory or time are short
   */
  check(): void {
    if (!this.pressure.isShedding) return;
    this.pressure.noteShed();
    throw tooMuch("The gateway is short of memory or of time and takes no new requests for a moment.");
  }

  /**
   * Takes a place for the exchange, whose body is there: one that is still coming would keep a place from others for
   * as long as its sender likes. `leave` must follow. Undefined when it could be had at once, as nearly always.
   * @throws GatewayError overloaded, at once or from the promise; client_closed from the promise
   */
  enter(exchange: Admitted): Promise<void> | undefined {
    if (this.gate.tryEnter()) return undefined;
    return this.#wait(exchange);
  }

  leave(): void {
    this.gate.leave();
  }

  /**
   * Takes room for a piece of a body that has come.
   * @throws GatewayError overloaded
   */
  holdBody(exchange: Admitted, bytes: number): void {
    if (!this.pressure.tryHold(bytes, exchange.heldBytes)) {
      this.pressure.noteShed();
      throw tooMuch("The gateway holds as many bytes of request bodies as it may.");
    }
    exchange.heldBytes += bytes;
  }

  /** The body is not needed any more: its answer has begun, or the exchange is over. */
  releaseBody(exchange: Admitted): void {
    this.pressure.release(exchange.heldBytes);
    exchange.heldBytes = 0;
  }

  async #wait(exchange: Admitted): Promise<void> {
    const entry = await this.gate.enter((cancel) => {
      exchange.onClientGone = cancel;
    });
    exchange.onClientGone = undefined;
    if (entry === "entered" && !exchange.isClientGone) return;
    if (entry === "entered") this.gate.leave();
    if (entry === "cancelled" || exchange.isClientGone) throw new GatewayError("client_closed");
    throw tooMuch("The gateway has as many requests under way as it may (server.max_in_flight).");
  }
}

function tooMuch(message: string): GatewayError {
  return new GatewayError("overloaded", { message, headers: RETRY_AFTER });
}
