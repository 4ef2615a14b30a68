// The end of a server's connections: those without a request are kept for requests to come while others are under
// way, and closed when nobody is and nothing has come for a moment.

import type { Socket } from "node:net";
import { endLingering } from "./lingering.ts";

/** How often connections are looked at while the server drains. */
export const SWEEP_MS = 100;

/** So many looks without a byte: a request that was on its way at the signal is here by then. */
const QUIET_SWEEPS = 5;

type Quiet = { readonly bytes: number; readonly sweeps: number };

/** Looks at all connections again and again until they are gone. */
export class DrainSweep {
  readonly #sockets: ReadonlySet<Socket>;
  readonly #closing: WeakSet<Socket>;
  readonly #isFree: (socket: Socket) => boolean;
  readonly #quiet = new WeakMap<Socket, Quiet>();

  /**
   * `closing`: connections that serve no further request; those that are closed here are added. `isFree`: whether no
   * answer is due on one.
   */
  constructor(sockets: ReadonlySet<Socket>, closing: WeakSet<Socket>, isFree: (socket: Socket) => boolean) {
    this.#sockets = sockets;
    this.#closing = closing;
    this.#isFree = isFree;
  }

  /** One look. */
  sweep(): void {
    let isAnyBusy = false;
    const idle: Socket[] = [];
    for (const socket of this.#sockets) {
      if (!this.#isFree(socket)) isAnyBusy = true;
      else if (!this.#closing.has(socket) && this.#isQuiet(socket)) idle.push(socket);
    }
    if (isAnyBusy) return;
    for (const socket of idle) {
      this.#closing.add(socket);
      endLingering(socket);
    }
  }

  #isQuiet(socket: Socket): boolean {
    const { bytesRead: bytes } = socket;
    const before = this.#quiet.get(socket);
    const sweeps = before?.bytes === bytes ? before.sweeps + 1 : 0;
    this.#quiet.set(socket, { bytes, sweeps });
    return sweeps >= QUIET_SWEEPS;
  }
}
