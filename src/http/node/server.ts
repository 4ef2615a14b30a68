// The inbound HTTP engine on `node:http`: turns its objects into the seam of `message.ts`. Knows nothing of
// models or endpoints. The one user of `node:http`'s server; started by `gateway.ts`.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import { envelopeOf } from "../../wires/errors/envelope.ts";
import { refuserOfBrokenHttp } from "../listener/broken-http.ts";
import { ConnectionCap } from "../listener/connection-cap.ts";
import { DrainSweep, SWEEP_MS } from "../listener/drain.ts";
import { connectionsWithin, openFilesLimit } from "../listener/open-files.ts";
import { refuse } from "../listener/refusal.ts";
import type { RequestListener } from "../message.ts";
import { NodeReply } from "./node-reply.ts";
import { NodeRequest } from "./node-request.ts";
import { stopAtEarlyRequests, whenItsTurn } from "./turns.ts";

/** Limits of the listener. */
export type ServerLimits = {
  /** Request line and headers together, in bytes. */
  readonly maxHeadBytes: number;
  /** Until the head of a request must be complete. */
  readonly headMs: number;
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveMs: number;
  /** Client connections open at most, if the limit on open files allows them; more are told so and closed. */
  readonly maxConnections: number;
  /** How long a client may take nothing of what was written to it. */
  readonly writeStallMs: number;
};

/** Defaults: generous to clients that reuse connections, strict to those that never finish a head. */
export const DEFAULT_LIMITS: ServerLimits = {
  maxHeadBytes: 32 * 1024,
  headMs: 10_000,
  keepAliveMs: 75_000,
  maxConnections: 10_000,
  writeStallMs: 60_000,
};

/** Heads are looked at for their time this often, or more often where they have very little of it. */
const HEAD_CHECK_MS = 2_000;

/** What all replies share. */
type Settings = { stallMs: number; isDraining: boolean; readonly closing: WeakSet<Socket> };

/** A listening server. */
export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** The bound on connections in force: the configured one, or less where too few files may be open. */
  readonly maxConnections: number;
  readonly openConnections: number;
  /** Connections that were closed so far because too many were open. */
  readonly refusedConnections: number;
  /** Takes new limits for connections and requests to come; `maxHeadBytes` needs a new listener. */
  configure(limits: ServerLimits): void;
  /**
   * Takes no new connections. Requests on those that are open are served, each answer as the last of its connection;
   * idle ones are closed once nothing is under way. Resolves when all are closed.
   */
  drain(): Promise<void>;
  /** Cuts every connection. */
  cut(): void;
}

/**
 * Listens and hands each request to `listener`. `onFault` is told when connections cannot be accepted (EMFILE …):
 * the server goes on.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export async function listen(
  address: { readonly host: string; readonly port: number },
  limits: ServerLimits,
  listener: RequestListener,
  onFault: (error: Error) => void = () => undefined,
): Promise<HttpServer> {
  // An import of node:http reads all of its exports, and the lazy ones among them load WebSocket and fetch: 8 MiB.
  const { createServer } = process.getBuiltinModule("node:http");
  const settings: Settings = { stallMs: limits.writeStallMs, isDraining: false, closing: new WeakSet() };
  const onRequest = guarded(listener, settings);
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeadBytes,
      headersTimeout: limits.headMs,
      // A body may take as long as it keeps coming; silence is bounded by `readBody`.
      requestTimeout: 0,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(HEAD_CHECK_MS, limits.headMs),
      noDelay: true,
      keepAlive: true,
      insecureHTTPParser: false,
      // We refuse such a request ourselves, as an error that clients can read.
      requireHostHeader: false,
    },
    (message, response) => onRequest(message, response, false),
  );
  server.maxRequestsPerSocket = 0;
  server.timeout = 0;
  server.on("clientError", refuserOfBrokenHttp());
  // An expectation that nobody knows may be ignored (RFC 9110 §10.1.1); the engine would answer without a body.
  server.on("checkExpectation", (message, response) => onRequest(message, response, false));
  server.on("checkContinue", (message, response) => onRequest(message, response, true));
  server.on("connect", (_message: IncomingMessage, socket: Socket) =>
    refuse(socket, new GatewayError("method_not_allowed")),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: address.host, port: address.port, backlog: 1024 }, () => {
      server.off("error", reject);
      // Without a listener an accept that fails would end the process.
      server.on("error", onFault);
      resolve();
    });
  });
  // No connection can have come yet: that takes a turn of the event loop.
  return new NodeServer(server, limits, settings);
}

/** Hands requests on but for those whose head is ambiguous, and what follows these on their connection. */
function guarded(listener: RequestListener, settings: Settings) {
  return (message: IncomingMessage, response: ServerResponse, isExpecting: boolean): void => {
    if (settings.closing.has(message.socket)) return;
    const reply = new NodeReply(message, response, settings);
    const request = new NodeRequest(message, reply, isExpecting);
    if (request.headFault === undefined) {
      // The listener catches what happens in it; this is for what happens before it can.
      try {
        listener(request, reply);
      } catch {
        reply.destroy();
      }
      return;
    }
    settings.closing.add(message.socket);
    refuseHead(reply, new GatewayError("bad_request", { message: request.headFault }));
  };
}

/** Answers in turn, after what was asked before on the connection, and closes it. */
function refuseHead(reply: NodeReply, error: GatewayError): void {
  const body = Buffer.from(envelopeOf(error));
  const length = String(body.length);
  reply.head(error.status, [
    "content-type",
    "application/json",
    "content-length",
    length,
    "connection",
    "close",
  ]);
  reply.end(body);
}

class NodeServer implements HttpServer {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;
  readonly #cap: ConnectionCap;
  readonly #settings: Settings;
  readonly #fitting = connectionsWithin(openFilesLimit());
  #maxConnections: number;

  constructor(server: Server, limits: ServerLimits, settings: Settings) {
    const address = server.address() as AddressInfo;
    this.host = address.address;
    this.port = address.port;
    this.#server = server;
    this.#settings = settings;
    this.#maxConnections = Math.min(limits.maxConnections, this.#fitting);
    // The engine takes connections as an event that may as well be emitted by others (node:http, 'connection'):
    // its own listener is moved behind the cap.
    const serve = server.listeners("connection");
    server.removeAllListeners("connection");
    const begin = (socket: Socket): void => {
      for (const one of serve) one.call(server, socket);
      stopAtEarlyRequests(socket);
    };
    this.#cap = new ConnectionCap(this.#maxConnections, begin);
    server.on("upgrade", (message: IncomingMessage, socket: Socket, rest: Buffer) => {
      whenItsTurn(socket, message, rest, () => begin(socket));
    });
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
    this.#settings.stallMs = limits.writeStallMs;
    this.#server.headersTimeout = limits.headMs;
    this.#server.keepAliveTimeout = limits.keepAliveMs;
    this.#maxConnections = Math.min(limits.maxConnections, this.#fitting);
    this.#cap.configure(this.#maxConnections);
  }

  drain(): Promise<void> {
    this.#settings.isDraining = true;
    const sweep = new DrainSweep(this.#cap.served, this.#settings.closing);
    const timer = setInterval(() => sweep.sweep(), SWEEP_MS);
    return new Promise((resolve) => {
      // Not the engine's own `close`: that one cuts idle connections at once, and with them requests on their way.
      NetServer.prototype.close.call(this.#server, () => {
        clearInterval(timer);
        // Ends the engine's checks of heads.
        this.#server.close();
        resolve();
      });
      this.#cap.cutLeaving();
    });
  }

  cut(): void {
    this.#server.closeAllConnections();
    this.#cap.cutAll();
  }
}
