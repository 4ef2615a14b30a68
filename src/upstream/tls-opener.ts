// TLS over a connection to one peer. The session is kept between connections, so that the next handshake is a short
// one; one opener belongs to one peer of one route.

import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { isIP } from "../core/net/ip.ts";
import type { Trust } from "./trust.ts";

/** Begins handshakes, again and again, with one peer and one set of authorities. */
export class TlsOpener {
  readonly #trust: Trust;
  #session: Buffer | undefined;

  constructor(trust: Trust) {
    this.#trust = trust;
  }

  /** Begins a handshake on a connection. `servername`: where the peer is to be known by another name than `hostname`. */
  open(hostname: string, servername: string | undefined, connection: Socket): TLSSocket {
    const { connect } = process.getBuiltinModule("node:tls");
    const socket = connect({
      socket: connection,
      // An address is no server name (RFC 6066 §3); its certificate is checked against the address.
      servername: servername ?? (isIP(hostname) === 0 ? hostname : ""),
      // What the certificate is checked against.
      host: hostname,
      secureContext: this.#trust.context(),
      session: this.#session,
      ALPNProtocols: ["http/1.1"],
      // Said outright, since otherwise NODE_TLS_REJECT_UNAUTHORIZED=0 would turn the checks off.
      rejectUnauthorized: true,
    });
    this.#keepSession(socket);
    return socket;
  }

  /** The handshake has failed: a session that the peer no longer takes must not be offered for ever. */
  forgetSession(): void {
    this.#session = undefined;
  }

  /**
   * A resumed session brings no certificate, and so its name is not checked again: only the session of a connection
   * that passed the checks may be kept. TLS 1.2 gives it before they are made.
   */
  #keepSession(socket: TLSSocket): void {
    let early: Buffer | undefined;
    let isChecked = false;
    socket.once("secureConnect", () => {
      isChecked = true;
      this.#session = early ?? this.#session;
    });
    socket.on("session", (session: Buffer) => {
      if (isChecked) this.#session = session;
      else early = session;
    });
  }
}
