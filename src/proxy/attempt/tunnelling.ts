// The third phase of an attempt at an endpoint that has left HTTP: bytes pass both ways until one side is done. As behind
// the first byte of an answer, nothing can be retried.

import { openTunnel, type Switched } from "../tunnel/open-tunnel.ts";
import type { Tunnel } from "../tunnel/tunnel.ts";
import type { Attempt } from "./attempt.ts";
import type { Phase } from "./phase.ts";

/** Takes the switch: the client leaves HTTP too. */
export function tunnelAnswer(attempt: Attempt, switched: Switched): void {
  attempt.rival?.abandon("lost");
  if (attempt.phase === "done") {
    switched.connection.destroy();
    return;
  }
  new Tunnelling(attempt).begin(switched);
}

class Tunnelling implements Phase {
  readonly name = "relaying";
  readonly #attempt: Attempt;
  #tunnel: Tunnel | undefined;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
  }

  begin(switched: Switched): void {
    const attempt = this.#attempt;
    attempt.become(this);
    // The tunnel has a limit of silence of its own.
    attempt.timer.disarm();
    attempt.lease.recordAnswer(switched.headers);
    this.#tunnel = openTunnel(attempt.call, attempt.lease.target, switched, (fault) => {
      this.#tunnel = undefined;
      attempt.settle({ kind: "answered", fault });
    });
  }

  /** Never happens: the connection is the tunnel's. */
  onData(): boolean {
    return true;
  }

  /** Never happens, as `onData`. */
  onEnd(): void {}

  /** Never happens, as `onData`. */
  onFailure(): void {}

  /** Never happens: the timer is off. */
  onTimeout(): void {}

  /** The client is gone, or something of ours broke: both sides are cut. Where the tunnel is over by itself it is gone. */
  leave(): void {
    this.#tunnel?.cut();
  }
}
