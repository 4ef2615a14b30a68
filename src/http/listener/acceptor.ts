// Accepts connections for an engine: their bound, TLS, and the drain at the end. What is spoken on them is the engine's.

import cluster from "node:cluster";
import net, { type AddressInfo, createServer, isIPv4, type Server, type Socket } from "node:net";
import type {
  HttpServer,
  Listen,
  ListenAddress,
  Listeners,
  ServerIdentity,
  ServerLimits,
} from "../listener.ts";
import { ConnectionCap, type Opener } from "./connection-cap.ts";
import { DrainSweep, SWEEP_MS } from "./drain.ts";
import { connectionsWithin, openFilesLimit } from "./open-files.ts";
import { TlsDoor } from "./tls-door.ts";

/** Connections that the system takes before they are accepted. */
const BACKLOG = 1024;

/** What an engine shares with whoever accepts for it. */
export interface EngineShare {
  /** How long a client may take nothing of what was written to it. */
  readonly stallMs: number;
  /** The listener is stopping: every answer is the last one on its connection. */
  readonly isDraining: boolean;
  /** Connections whose last answer has been given, or is being given: what comes on them is not served. */
  readonly closing: WeakSet<Socket>;
}

/** Speaks HTTP on connections. */
export interface ConnectionEngine {
  /** Serves a connection to its end. */
  serve(socket: Socket): void;
  /** Whether no answer is due on a connection. */
  isFree(socket: Socket): boolean;
  /** Takes new limits, for what begins from now on. */
  configure(limits: ServerLimits): void;
  /** All connections are gone: no timer may go on. */
  close(): void;
}

/** Makes an engine. */
export type MakeEngine = (limits: ServerLimits, listeners: Listeners, share: EngineShare) => ConnectionEngine;

/** A way to listen that has an engine serve all connections. */
export function listenWith(make: MakeEngine): Listen {
  return async (address, limits, listeners) => {
    // Made first: a certificate that cannot be used is told before anything listens.
    const tls = address.tls === undefined ? undefined : new TlsDoor(address.tls, limits.headMs);
    // HTTP ends its connections itself: a client that has sent all that it will may still wait for an answer.
    const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      listenAt(server, address, () => {
        server.off("error", reject);
        // Without a listener an accept that fails would end the process.
        server.on("error", listeners.onFault ?? (() => undefined));
        resolve();
      });
    });
    // No connection can have come yet: that takes a turn of the event loop.
    return new Acceptor({ server, tls, make }, limits, listeners);
  };
}

/**
 * Listens. Where this process alone listens at an address of IPv4, its socket is bound first, which Node can since 24.19: else
 * Node compiles its pattern for addresses of IPv6 to look at this one, for 4 ms of each start.
 */
function listenAt(server: Server, { host, port }: ListenAddress, onListening: () => void): void {
  if (net.BoundSocket === undefined || cluster.isWorker || !isIPv4(host))
    server.listen({ host, port, backlog: BACKLOG }, onListening);
  else server.listen(new net.BoundSocket({ host, port }), BACKLOG, onListening);
}

/** What a listening server is made of. */
type AcceptorParts = {
  readonly server: Server;
  /** Undefined where plain HTTP is spoken. */
  readonly tls: TlsDoor | undefined;
  readonly make: MakeEngine;
};

class Acceptor implements HttpServer, EngineShare {
  readonly host: string;
  readonly port: number;
  readonly closing = new WeakSet<Socket>();
  stallMs: number;
  isDraining = false;
  readonly #server: Server;
  readonly #tls: TlsDoor | undefined;
  readonly #engine: ConnectionEngine;
  readonly #cap: ConnectionCap;
  readonly #fitting = connectionsWithin(openFilesLimit());
  #maxConnections: number;

  constructor({ server, tls, make }: AcceptorParts, limits: ServerLimits, listeners: Listeners) {
    const address = server.address() as AddressInfo;
    this.host = address.address;
    this.port = address.port;
    this.stallMs = limits.writeStallMs;
    this.#server = server;
    this.#tls = tls;
    this.#maxConnections = Math.min(limits.maxConnections, this.#fitting);
    const engine = make(limits, listeners, this);
    this.#engine = engine;
    const open: Opener =
      tls === undefined ? (socket, ready) => ready(socket) : (socket, ready) => tls.open(socket, ready);
    this.#cap = new ConnectionCap(this.#maxConnections, open, (socket) => engine.serve(socket));
    server.on("connection", (socket: Socket) => this.#cap.accept(socket));
  }

  get maxConnections(): number {
    return this.#maxConnections;
  }

  get openConnections(): number {
    return this.#cap.open;
  }

  get refusedConnections(): number {
    return this.#cap.refused;
  }

  configure(limits: ServerLimits): void {
    this.stallMs = limits.writeStallMs;
    this.#tls?.configure(limits.headMs);
    this.#engine.configure(limits);
    this.#maxConnections = Math.min(limits.maxConnections, this.#fitting);
    this.#cap.configure(this.#maxConnections);
  }

  renew(identity: ServerIdentity): void {
    this.#tls?.renew(identity);
  }

  drain(): Promise<void> {
    this.isDraining = true;
    const sweep = new DrainSweep(this.#cap.served, this.closing, (socket) => this.#engine.isFree(socket));
    const timer = setInterval(() => sweep.sweep(), SWEEP_MS);
    return new Promise((resolve) => {
      this.#server.close(() => {
        clearInterval(timer);
        this.#engine.close();
        resolve();
      });
      this.#cap.cutLeaving();
    });
  }

  cut(): void {
    this.#cap.cutAll();
  }
}
