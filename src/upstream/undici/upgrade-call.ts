// A call that asks to leave HTTP. A refusal is an answer like any other; the switch hands the socket over.

import type { Duplex } from "node:stream";
import { firstHeader } from "../../http/first-header.ts";
import type { UpgradeHandler, UpgradeRequest } from "../client.ts";
import { SWITCHED } from "../telling.ts";
import { flatHeaders } from "./raw-headers.ts";
import { UndiciCall } from "./undici-call.ts";
import type { CallController, Connection } from "./undici-connection.ts";
import type { Pool } from "./undici-routes.ts";

/** One such call. */
export class UpgradeCall extends UndiciCall {
  readonly #handler: UpgradeHandler;
  #protocol = "";

  constructor(pool: Pool, connection: Connection, handler: UpgradeHandler) {
    super(pool, connection, handler);
    this.#handler = handler;
  }

  /** Sends the request. */
  ask(request: UpgradeRequest): void {
    const { protocol, method, path, headers } = request;
    this.#protocol = protocol;
    this.start({ method, path, headers, body: undefined }, protocol);
  }

  /** The library has a 101, and has let go of the socket. */
  onRequestUpgrade(controller: CallController, _status: number, _headers: unknown, socket: Duplex): void {
    const headers = flatHeaders(controller.rawHeaders);
    const isAsked = firstHeader(headers, "upgrade")?.toLowerCase() === this.#protocol;
    // An end of the peer's is not ours as well: whoever has the connection may still have something to say.
    socket.allowHalfOpen = true;
    const isTaken = this.handOver(() => {
      if (isAsked) this.#handler.onSwitch(headers, socket);
      else this.#handler.onFailure(SWITCHED);
    });
    if (!isTaken || !isAsked) socket.destroy();
  }
}
