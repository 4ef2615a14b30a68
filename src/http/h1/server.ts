// The inbound engine over `node:net`: plain requests are served here, and whatever else comes by the engine on
// `node:http`, on the same connection.

import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from "node:net";
import { ConnectionCap } from "../listener/connection-cap.ts";
import { DrainSweep, SWEEP_MS } from "../listener/drain.ts";
import { connectionsWithin, openFilesLimit } from "../listener/open-files.ts";
import type { HttpServer, Listen, Listeners, ServerLimits } from "../listener.ts";
import type { RequestListener } from "../message.ts";
import { NodeEngine } from "../node/server.ts";
import { type ConnectionShare, H1Connection } from "./h1-connection.ts";
import { DateLine } from "./response-head.ts";

/** Waiting connections are looked at for their time this often, or more often where they have very little of it. */
const CHECK_MS = 1_000;

/**
 * Listens and hands each request on.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export const listen: Listen = async (address, limits, listeners) => {
  const server = createNetServer({ allowHalfOpen: true, noDelay: true, keepAlive: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: address.host, port: address.port, backlog: 1024 }, () => {
      server.off("error", reject);
      server.on("error", listeners.onFault ?? (() => undefined));
      resolve();
    });
  });
  return new H1Server(server, limits, listeners);
};

class H1Server implements HttpServer, ConnectionShare {
  readonly host: string;
  readonly port: number;
  readonly onRequest: RequestListener;
  readonly maxHeadBytes: number;
  headMs = 0;
  keepAliveMs = 0;
  stallMs = 0;
  isDraining = false;
  readonly closing = new WeakSet<Socket>();
  readonly #server: Server;
  readonly #cap: ConnectionCap;
  readonly #node: NodeEngine;
  readonly #connections = new Map<Socket, H1Connection>();
  readonly #dates = new DateLine();
  readonly #fitting = connectionsWithin(openFilesLimit());
  #maxConnections = 0;
  #checking: NodeJS.Timeout | undefined;

  constructor(server: Server, limits: ServerLimits, listeners: Listeners) {
    const address = server.address() as AddressInfo;
    this.host = address.address;
    this.port = address.port;
    this.onRequest = listeners.onRequest;
    this.maxHeadBytes = limits.maxHeadBytes;
    this.#server = server;
    this.#node = new NodeEngine(limits, listeners, this.closing);
    this.#cap = new ConnectionCap(limits.maxConnections, (socket) => {
      this.#connections.set(socket, new H1Connection(socket, this));
    });
    server.on("connection", (socket: Socket) => this.#cap.accept(socket));
    this.configure(limits);
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

  nowMs(): number {
    return performance.now();
  }

  dateLine(): string {
    return this.#dates.at(Date.now());
  }

  handOver(socket: Socket, read: Buffer | undefined): void {
    socket.pause();
    if (read !== undefined) socket.unshift(read);
    this.#node.begin(socket);
    socket.resume();
  }

  forget(connection: H1Connection): void {
    this.#connections.delete(connection.socket);
  }

  configure(limits: ServerLimits): void {
    this.headMs = limits.headMs;
    this.keepAliveMs = limits.keepAliveMs;
    this.stallMs = limits.writeStallMs;
    this.#maxConnections = Math.min(limits.maxConnections, this.#fitting);
    this.#cap.configure(this.#maxConnections);
    this.#node.configure(limits);
    clearInterval(this.#checking);
    const everyMs = Math.max(1, Math.min(CHECK_MS, limits.headMs, limits.keepAliveMs));
    this.#checking = setInterval(() => {
      const nowMs = this.nowMs();
      for (const connection of this.#connections.values()) connection.checkTime(nowMs);
    }, everyMs);
    this.#checking.unref();
  }

  drain(): Promise<void> {
    this.isDraining = true;
    this.#node.drain();
    const sweep = new DrainSweep(this.#cap.served, this.closing, (socket) => this.#isFree(socket));
    const timer = setInterval(() => sweep.sweep(), SWEEP_MS);
    return new Promise((resolve) => {
      this.#server.close(() => {
        clearInterval(timer);
        clearInterval(this.#checking);
        this.#node.close();
        resolve();
      });
      this.#cap.cutLeaving();
    });
  }

  #isFree(socket: Socket): boolean {
    return this.#connections.get(socket)?.isFree ?? this.#node.isFree(socket);
  }

  cut(): void {
    this.#cap.cutAll();
  }
}
