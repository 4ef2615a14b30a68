// A bound on client connections: who comes when it is reached is told so in HTTP and sent away, and where even those
// are too many, cut at once. `node:net` has a bound of its own, but that one closes without a word.

import type { Socket } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import { cutAfterLinger, refuse } from "./refusal.ts";

/** Connections that are being sent away at once, at most. */
const MAX_LEAVING = 256;

/** Makes of a connection what HTTP is spoken on: itself, or TLS over it. Not called back where that fails. */
export type Opener = (socket: Socket, ready: (opened: Socket) => void) => void;

/** Counts connections. */
export class ConnectionCap {
  readonly #open: Opener;
  readonly #serve: (socket: Socket) => void;
  readonly #served = new Set<Socket>();
  readonly #leaving = new Set<Socket>();
  #max: number;
  #refused = 0;

  /** `serve` gets the connections there is room for, as `open` makes them; they count from their first moment on. */
  constructor(max: number, open: Opener, serve: (socket: Socket) => void) {
    this.#max = max;
    this.#open = open;
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
      this.#count(this.#served, socket);
      this.#open(socket, (opened) => {
        this.#replace(this.#served, socket, opened);
        this.#serve(opened);
      });
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

  #count(sockets: Set<Socket>, socket: Socket): void {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  }

  /** What is spoken on is what is drained and cut; its end is that of the connection below it. */
  #replace(sockets: Set<Socket>, socket: Socket, opened: Socket): void {
    if (opened === socket) return;
    sockets.delete(socket);
    this.#count(sockets, opened);
  }

  #sendAway(socket: Socket): void {
    this.#count(this.#leaving, socket);
    cutAfterLinger(socket);
    this.#open(socket, (opened) => {
      this.#replace(this.#leaving, socket, opened);
      this.#tell(opened);
    });
  }

  #tell(socket: Socket): void {
    // A client that breaks off meanwhile needs no answer; unheard, its error would end the process.
    socket.on("error", () => undefined);
    socket.once("end", () => socket.end());
    // Clients mistrust an answer that comes before they have asked.
    socket.once("data", () => refuse(socket, overloaded()));
    socket.resume();
  }
}

function overloaded(): GatewayError {
  const message = "The gateway has as many connections open as it may (server.max_connections).";
  return new GatewayError("overloaded", { message, headers: ["retry-after", "1"] });
}
