// Opens connections to one origin: TCP, and TLS over it. One connector belongs to one route. Those through a proxy are
// opened by `proxy-connector.ts`.

import type { Socket } from "node:net";
import type { AddressBook } from "./names/address-book.ts";
import { type Host, type Opened, type Opening, reach } from "./names/reach.ts";
import { type ReadTaker, SharedReads } from "./shared-reads.ts";
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
  /**
   * Begins to connect, and calls `done` once. `timeoutMs` holds from the name's lookup to the last handshake's end. What
   * `taker` takes, `data` may not be told of.
   */
  connect(destination: Destination, timeoutMs: number, done: Opened, taker?: ReadTaker): Opening;
}

/** How long a connection is silent before the system asks whether its peer is still there. */
const KEEP_ALIVE_PROBE_MS = 60_000;

/** A connection was not made within its time. */
export class ConnectTimeoutError extends Error {
  readonly code = "ETIMEDOUT";
}

/** Connects straight to one origin with one set of authorities. */
export class Connector implements Connecting {
  readonly #book: AddressBook;
  readonly #tls: TlsOpener;
  #reads: SharedReads | undefined = undefined;

  constructor(trust: Trust, book: AddressBook) {
    this.#book = book;
    this.#tls = new TlsOpener(trust);
  }

  connect(destination: Destination, timeoutMs: number, done: Opened, taker?: ReadTaker): Opening {
    const opening = new DirectOpening(this.#tls, destination, done);
    const isRead = taker !== undefined && destination.protocol !== "https:";
    opening.begin(this.#book, timeoutMs, isRead ? this.#readingFor(taker) : undefined);
    return opening;
  }

  /** TLS reads for itself. */
  #readingFor(taker: ReadTaker): Host["readingOf"] {
    this.#reads ??= new SharedReads();
    const reads = this.#reads;
    return (socketOf) => reads.option(taker, socketOf);
  }
}

/** One connection being opened. */
class DirectOpening implements Opening {
  readonly #tls: TlsOpener;
  readonly #destination: Destination;
  readonly #done: Opened;
  /** What is under way: TCP, then the handshake. */
  #stage: Opening | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(tls: TlsOpener, destination: Destination, done: Opened) {
    this.#tls = tls;
    this.#destination = destination;
    this.#done = done;
  }

  begin(book: AddressBook, timeoutMs: number, readingOf: Host["readingOf"]): void {
    const { hostname, port, protocol } = this.#destination;
    const isSecure = protocol === "https:";
    this.#timer = setTimeout(() => this.destroy(new ConnectTimeoutError()), timeoutMs);
    const host = { hostname, port: portOf(port, isSecure ? 443 : 80), readingOf };
    this.#stage = reach(book, host, (error, socket) => {
      if (error !== null) this.#fail(error);
      else if (this.#isOver) socket.destroy();
      else this.#onReached(socket, isSecure);
    });
  }

  destroy(error: Error): void {
    if (this.#isOver) return;
    const stage = this.#stage;
    this.#end();
    stage?.destroy(error);
    queueMicrotask(() => this.#done(error, null));
  }

  #onReached(socket: Socket, isSecure: boolean): void {
    keepWatched(socket);
    if (!isSecure) {
      this.#end();
      this.#done(null, socket);
      return;
    }
    const { hostname, servername } = this.#destination;
    const secure = this.#tls.open(hostname, servername, socket);
    this.#stage = secure;
    secure.once("secureConnect", () => {
      if (this.#isOver) return;
      this.#end();
      this.#done(null, secure);
    });
    secure.on("error", (error) => {
      if (this.#isOver) return;
      this.#tls.forgetSession();
      this.#fail(error);
      socket.destroy();
    });
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#end();
    this.#done(error, null);
  }

  #end(): void {
    this.#isOver = true;
    this.#stage = undefined;
    clearTimeout(this.#timer);
  }
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
