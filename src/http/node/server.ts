// The inbound HTTP engine on `node:http`: turns its objects into the seam of `message.ts`. Knows nothing of
// models or endpoints. The one user of `node:http`'s server.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import { envelopeOf } from "../../wires/errors/envelope.ts";
import { isFree, refuserOfBrokenHttp } from "../listener/broken-http.ts";
import { ConnectionCap, type Opener } from "../listener/connection-cap.ts";
import { DrainSweep, SWEEP_MS } from "../listener/drain.ts";
import { connectionsWithin, openFilesLimit } from "../listener/open-files.ts";
import { refuse } from "../listener/refusal.ts";
import type { HttpServer, Listen, Listeners, ServerIdentity, ServerLimits } from "../listener.ts";
import type { RequestListener, UpgradeListener } from "../message.ts";
import { NodeReply } from "./node-reply.ts";
import { NodeRequest } from "./node-request.ts";
import { NodeUpgradeReply, offerOf } from "./node-upgrade.ts";
import { TlsDoor } from "./tls-door.ts";
import { stopAtEarlyRequests, whenItsTurn } from "./turns.ts";

/** Heads are looked at for their time this often, or more often where they have very little of it. */
const HEAD_CHECK_MS = 2_000;

/** What all replies share. */
type Settings = { stallMs: number; isDraining: boolean; readonly closing: WeakSet<Socket> };

/**
 * Listens and hands each request on.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export const listen: Listen = async (address, limits, listeners) => {
  // An import of node:http reads all of its exports, and the lazy ones among them load WebSocket and fetch: 8 MiB.
  const { createServer } = process.getBuiltinModule("node:http");
  const tls = address.tls === undefined ? undefined : new TlsDoor(address.tls, limits.headMs);
  const settings: Settings = { stallMs: limits.writeStallMs, isDraining: false, closing: new WeakSet() };
  const onRequest = guarded(listeners.onRequest, settings);
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
      server.on("error", listeners.onFault ?? (() => undefined));
      resolve();
    });
  });
  // No connection can have come yet: that takes a turn of the event loop.
  return new NodeServer({ server, tls, settings }, limits, listeners);
};

/** What a listening server is made of. */
type NodeParts = {
  readonly server: Server;
  /** Undefined where plain HTTP is spoken. */
  readonly tls: TlsDoor | undefined;
  readonly settings: Settings;
};

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

/**
 * Handles what the parser has let go of: offers that may be taken, when it is their turn; and whatever else it stopped
 * at, which `begin` has read anew.
 */
function upgrader(upgrades: UpgradeListener | undefined, settings: Settings) {
  return (message: IncomingMessage, rest: Buffer, begin: () => void): void => {
    const { socket } = message;
    const protocol = settings.closing.has(socket) ? undefined : wantedOffer(upgrades, message);
    if (protocol === undefined || !isFree(socket)) {
      whenItsTurn(message, rest, protocol !== undefined, begin);
      return;
    }
    const reply = new NodeUpgradeReply(message, rest, protocol, settings);
    // What ends this connection is said by whoever has it: a stop of the server waits for that.
    settings.closing.add(socket);
    const request = new NodeRequest(message, reply, false);
    if (request.headFault !== undefined) {
      refuseHead(reply, new GatewayError("bad_request", { message: request.headFault }));
      return;
    }
    try {
      upgrades?.onUpgrade(request, reply);
    } catch {
      reply.destroy();
    }
  };
}

/** The protocol that a request offers to switch to, where that may be done. */
function wantedOffer(upgrades: UpgradeListener | undefined, message: IncomingMessage): string | undefined {
  const offer = upgrades === undefined ? undefined : offerOf(message);
  if (offer === undefined) return undefined;
  const { method = "", url = "" } = message;
  try {
    return upgrades?.mayTake(offer, method, url) === true ? offer : undefined;
  } catch {
    // A fault of the listener's: it will meet it again, where it is caught, with the request as one like others.
    return undefined;
  }
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
  readonly #tls: TlsDoor | undefined;
  readonly #settings: Settings;
  readonly #fitting = connectionsWithin(openFilesLimit());
  #maxConnections: number;

  constructor({ server, tls, settings }: NodeParts, limits: ServerLimits, listeners: Listeners) {
    const address = server.address() as AddressInfo;
    this.host = address.address;
    this.port = address.port;
    this.#server = server;
    this.#tls = tls;
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
    const open: Opener =
      tls === undefined ? (socket, ready) => ready(socket) : (socket, ready) => tls.open(socket, ready);
    this.#cap = new ConnectionCap(this.#maxConnections, open, begin);
    const upgrade = upgrader(listeners.upgrades, settings);
    server.on("upgrade", (message: IncomingMessage, socket: Socket, rest: Buffer) => {
      upgrade(message, rest, () => begin(socket));
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
    this.#tls?.configure(limits.headMs);
    this.#server.headersTimeout = limits.headMs;
    this.#server.keepAliveTimeout = limits.keepAliveMs;
    this.#maxConnections = Math.min(limits.maxConnections, this.#fitting);
    this.#cap.configure(this.#maxConnections);
  }

  renew(identity: ServerIdentity): void {
    this.#tls?.renew(identity);
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
