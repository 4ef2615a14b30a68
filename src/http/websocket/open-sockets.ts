// The sockets that are served here, as far as a stop of the gateway has to reach them: a connection that has left HTTP
// hears nothing of it otherwise.

/** One socket. */
export interface DrainedSocket {
  /** Ends it once nothing is under way on it. Must not throw. */
  drain(): void;
}

/** All that are open. */
export class OpenSockets {
  readonly #open = new Set<DrainedSocket>();
  #isDraining = false;

  /** One has been opened. */
  add(socket: DrainedSocket): void {
    this.#open.add(socket);
    if (this.#isDraining) socket.drain();
  }

  delete(socket: DrainedSocket): void {
    this.#open.delete(socket);
  }

  /** Ends all, and those that are still to come. */
  drain(): void {
    this.#isDraining = true;
    for (const socket of this.#open) socket.drain();
  }
}
