// A bound on client connections: who comes when it is reached is told so in HTTP and sent away, and where even those
// are too many, cut at once. `node:net` has a bound of its own, but that one closes without a word.

import type { Socket } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import { cutAfterLinger, refuse } from "./refusal.ts";

/** Connections that are being sent away at once, at most. */
const MAX_LEAVING = 256;

/** Counts connections. */
export class ConnectionCap {
  readonly #serve: (socket: Socket) => void;
  readonly #served = new Set<Socket>();
  readonly #leaving = new Set<Socket>();
  #max: number;
  #refused = 0;

  /** `serve` gets the connections there is room for. */
  constructor(max: number, serve: (socket: Socket) => void) {
    this.#max = max;
    this.#serve = serve;
  }

  /** Connections that are served now. */
  get open(): number {
    return this.#served.size;
  }

  /** The connections that are served now. */
  get served(): ReadonlySet<Socket> {
    return this.#served;
  }

  /** Connections that were sent away so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes a new bound; cuts nobody. */
  configure(max: number): void {
    this.#max = max;
  }

  /** Serves a connection or sends it away. */
  accept(socket: Socket): void {
    if (this.#served.size < this.#max) {
      this.#served.add(socket);
      socket.once("close", () => this.#served.delete(socket));
      this.#serve(socket);
      return;
    }
    this.#refused += 1;
    if (this.#leaving.size >= Math.min(MAX_LEAVING, Math.ceil(this.#max / 8) + 1)) socket.resetAndDestroy();
    else this.#sendAway(socket);
  }

  /** Cuts those that are on their way out. */
  cutLeaving(): void {
    for (const socket of this.#leaving) socket.destroy();
  }

  /** Cuts every connection, whatever state the engine believes it to be in. */
  cutAll(): void {
    this.cutLeaving();
    for (const socket of this.#served) socket.destroy();
  }

  #sendAway(socket: Socket): void {
    this.#leaving.add(socket);
    socket.once("close", () => this.#leaving.delete(socket));
    // A client that breaks off meanwhile needs no answer; unheard, its error would end the process.
    socket.on("error", () => undefined);
    socket.once("end", () => socket.end());
    // Clients mistrust an answer that comes before they have asked.
    socket.once("data", () => refuse(socket, overloaded()));
    socket.resume();
    cutAfterLinger(socket);
  }
}

function overloaded(): GatewayError {
  const message = "The gateway has as many connections open as it may (server.max_connections).";
  return new GatewayError("overloaded", { message, headers: ["retry-after", "1"] });
}
