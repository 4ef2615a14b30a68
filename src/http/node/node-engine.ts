// The inbound HTTP engine on `node:http`: turns its objects into the seam of `message.ts`. Knows nothing of
// models or endpoints. The one user of `node:http`'s server.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import { envelopeOf } from "../../wires/errors/envelope.ts";
import type { ConnectionEngine, EngineShare } from "../listener/acceptor.ts";
import { isFree, refuserOfBrokenHttp } from "../listener/broken-http.ts";
import { refuse } from "../listener/refusal.ts";
import type { Listeners, ServerLimits } from "../listener.ts";
import type { RequestListener, UpgradeListener } from "../message.ts";
import { NodeReply } from "./node-reply.ts";
import { NodeRequest } from "./node-request.ts";
import { NodeUpgradeReply, offerOf } from "./node-upgrade.ts";
import { stopAtEarlyRequests, whenItsTurn } from "./turns.ts";

/** Heads are looked at for their time this often, or more often where they have very little of it. */
const HEAD_CHECK_MS = 2_000;

/** Serves connections that others have accepted. */
export class NodeEngine implements ConnectionEngine {
  readonly #server: Server;

  constructor(limits: ServerLimits, listeners: Listeners, share: EngineShare) {
    // An import of node:http reads all of its exports, and the lazy ones among them load WebSocket and fetch: 8 MiB.
    const { createServer } = process.getBuiltinModule("node:http");
    const onRequest = guarded(listeners.onRequest, share);
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
    server.on("connect", (message: IncomingMessage, socket: Socket, rest: Buffer) => {
      // Before the answers that are due a client would take it for the first of these.
      if (isFree(socket)) refuse(socket, new GatewayError("method_not_allowed"));
      else whenItsTurn(message, rest, false, () => this.serve(socket));
    });
    const upgrade = upgrader(listeners.upgrades, share);
    server.on("upgrade", (message: IncomingMessage, socket: Socket, rest: Buffer) => {
      upgrade(message, rest, () => this.serve(socket));
    });
    this.#server = server;
    // It begins to look at the time of heads when it listens, which this one never does itself.
    server.emit("listening");
  }

  serve(socket: Socket): void {
    // It takes connections as an event that may as well be emitted by others (node:http, 'connection').
    this.#server.emit("connection", socket);
    stopAtEarlyRequests(socket);
  }

  isFree(socket: Socket): boolean {
    return isFree(socket);
  }

  configure(limits: ServerLimits): void {
    this.#server.headersTimeout = limits.headMs;
    this.#server.keepAliveTimeout = limits.keepAliveMs;
  }

  close(): void {
    // Ends the checks of heads.
    this.#server.close();
  }
}

/** Hands requests on but for those whose head is ambiguous, and what follows these on their connection. */
function guarded(listener: RequestListener, share: EngineShare) {
  return (message: IncomingMessage, response: ServerResponse, isExpecting: boolean): void => {
    if (share.closing.has(message.socket)) return;
    const reply = new NodeReply(message, response, share);
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
    share.closing.add(message.socket);
    refuseHead(reply, new GatewayError("bad_request", { message: request.headFault }));
  };
}

/**
 * Handles what the parser has let go of: offers that may be taken, when it is their turn; and whatever else it stopped
 * at, which `begin` has read anew.
 */
function upgrader(upgrades: UpgradeListener | undefined, share: EngineShare) {
  return (message: IncomingMessage, rest: Buffer, begin: () => void): void => {
    const { socket } = message;
    const protocol = share.closing.has(socket) ? undefined : wantedOffer(upgrades, message);
    if (protocol === undefined || !isFree(socket)) {
      whenItsTurn(message, rest, protocol !== undefined, begin);
      return;
    }
    const reply = new NodeUpgradeReply(message, rest, protocol, share);
    // What ends this connection is said by whoever has it: a stop of the server waits for that.
    share.closing.add(socket);
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
