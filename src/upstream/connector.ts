// Opens connections to one origin: TCP, and TLS over it. The TLS session is kept between connections, so that the next
// handshake is a short one; one connector belongs to one route.

import { connect as connectTcp, isIP, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Trust } from "./trust.ts";

/** Where undici wants to be connected to; its names. */
export type Destination = {
  readonly hostname: string;
  readonly port: string;
  readonly protocol: string;
  readonly servername?: string | undefined;
};

/** Called once: with an error, or with a socket that is ready to be written to. */
export type Connected = (...result: [error: null, socket: Socket] | [error: Error, socket: null]) => void;

/** How long a connection is silent before the system asks whether its peer is still there. */
const KEEP_ALIVE_PROBE_MS = 60_000;
const READ_BUFFER_BYTES = 64 * 1024;

/** A connection was not made within its time. */
class ConnectTimeoutError extends Error {
  readonly code = "ETIMEDOUT";
}

/** Connects, again and again, to one origin with one set of authorities. */
export class Connector {
  readonly #trust: Trust;
  #session: Buffer | undefined;

  constructor(trust: Trust) {
    this.#trust = trust;
  }

  /** Begins to connect; destroying the socket with an error ends that at once. `timeoutMs` holds to the handshake's end. */
  connect(destination: Destination, timeoutMs: number, done: Connected): Socket {
    const isSecure = destination.protocol === "https:";
    const socket = isSecure ? this.#connectTls(destination) : connectPlain(destination);
    socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
    socket.setNoDelay(true);
    let isDone = false;
    const timer = setTimeout(() => socket.destroy(new ConnectTimeoutError()), timeoutMs);
    socket.once(isSecure ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      isDone = true;
      done(null, socket);
    });
    socket.on("error", (error) => {
      clearTimeout(timer);
      if (isDone) return;
      isDone = true;
      // A session that the peer no longer takes must not be offered for ever.
      this.#session = undefined;
      done(error, null);
    });
    return socket;
  }

  #connectTls({ hostname, port, servername }: Destination): Socket {
    const { connect } = process.getBuiltinModule("node:tls");
    const socket = connect({
      host: hostname,
      port: portOf(port, 443),
      // An address is no server name (RFC 6066 §3); its certificate is checked against the address.
      servername: servername ?? (isIP(hostname) === 0 ? hostname : ""),
      secureContext: this.#trust.context(),
      session: this.#session,
      ALPNProtocols: ["http/1.1"],
      // Said outright, since otherwise NODE_TLS_REJECT_UNAUTHORIZED=0 would turn the checks off.
      rejectUnauthorized: true,
    });
    this.#keepSession(socket);
    return socket;
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

function connectPlain({ hostname, port }: Destination): Socket {
  const options = { host: hostname, port: portOf(port, 80), highWaterMark: READ_BUFFER_BYTES };
  return connectTcp(options);
}

function portOf(port: string, usual: number): number {
  return port === "" ? usual : Number(port);
}
