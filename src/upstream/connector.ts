// Opens connections to one origin: TCP, and TLS over it. One connector belongs to one route. Those through a proxy are
// opened by `proxy-connector.ts`.

import { connect as connectTcp, type Socket } from "node:net";
import { TlsOpener } from "./tls-opener.ts";
import type { Trust } from "./trust.ts";

/** Where undici wants to be connected to; its names. */
export type Destination = {
  readonly hostname: string;
  readonly port: string;
  readonly protocol: string;
  readonly servername?: string | undefined;
};

/** Connects, again and again, to one origin. */
export interface Connecting {
  /** Begins to connect; destroying the socket with an error ends that at once. `timeoutMs` holds to the last handshake's end. */
  connect(destination: Destination, timeoutMs: number, done: Connected): Socket;
}

/** Called once: with an error, or with a socket that is ready to be written to. */
export type Connected = (...result: [error: null, socket: Socket] | [error: Error, socket: null]) => void;

/** How long a connection is silent before the system asks whether its peer is still there. */
const KEEP_ALIVE_PROBE_MS = 60_000;
const READ_BUFFER_BYTES = 64 * 1024;

/** A connection was not made within its time. */
export class ConnectTimeoutError extends Error {
  readonly code = "ETIMEDOUT";
}

/** Connects straight to one origin with one set of authorities. */
export class Connector implements Connecting {
  readonly #tls: TlsOpener;

  constructor(trust: Trust) {
    this.#tls = new TlsOpener(trust);
  }

  connect(destination: Destination, timeoutMs: number, done: Connected): Socket {
    const isSecure = destination.protocol === "https:";
    const { hostname, port, servername } = destination;
    const socket = isSecure
      ? this.#tls.open(hostname, servername, { host: hostname, port: portOf(port, 443) })
      : connectPlain(hostname, portOf(port, 80));
    keepWatched(socket);
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
      this.#tls.forgetSession();
      done(error, null);
    });
    return socket;
  }
}

/** Begins to connect by TCP alone. */
export function connectPlain(host: string, port: number): Socket {
  // The option is passed on to the stream, which the type leaves out.
  const options = { host, port, highWaterMark: READ_BUFFER_BYTES };
  return connectTcp(options);
}

/** Has small writes sent at once, and the system ask from time to time whether the peer is still there. */
export function keepWatched(socket: Socket): void {
  socket.setKeepAlive(true, KEEP_ALIVE_PROBE_MS);
  socket.setNoDelay(true);
}

/** The port of a URL, whose usual one is left out there. */
export function portOf(port: string, usual: number): number {
  return port === "" ? usual : Number(port);
}
