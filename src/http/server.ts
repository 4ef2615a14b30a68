// The inbound HTTP engine on `node:http`: turns its objects into the seam of `message.ts`. Knows nothing of
// models or endpoints. The one user of `node:http`'s server; started by `gateway.ts`.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { errorEnvelope, GatewayError } from "../core/errors.ts";
import { ConnectionCap } from "./connection-cap.ts";
import type { RequestListener } from "./message.ts";
import { NodeReply, type StallLimit } from "./node-reply.ts";
import { NodeRequest } from "./node-request.ts";
import { connectionsWithin, openFilesLimit } from "./open-files.ts";
import { refuse } from "./refusal.ts";

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

const DRAIN_SWEEP_MS = 100;
/** How long an idle connection may still bring a request once the drain has begun. */
const IDLE_GRACE_MS = 500;

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
  /** Takes no new connections and closes idle ones; resolves when the last request has been answered. */
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
  const stall = { ms: limits.writeStallMs };
  const onRequest = guarded(listener, stall);
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
      // We refuse such a request ourselves, in OpenAI's shape.
      requireHostHeader: false,
    },
    onRequest,
  );
  server.maxRequestsPerSocket = 0;
  server.timeout = 0;
  server.on("clientError", refuserOfBrokenHttp());
  // An expectation that nobody knows may be ignored (RFC 9110 §10.1.1); the engine would answer without a body.
  server.on("checkExpectation", onRequest);
  server.on("checkContinue", (message: IncomingMessage, response: ServerResponse) => {
    // Behind a request whose answer is due the interim answer would land in the middle of that one. The client sends
    // its body without it after a while (RFC 9110 §10.1.1).
    if (isItsTurn(message.socket, response)) response.writeContinue();
    onRequest(message, response);
  });
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
  return new NodeServer(server, limits, stall);
}

/** Hands requests on but for those whose head is ambiguous, and what follows these on their connection. */
function guarded(listener: RequestListener, stall: StallLimit) {
  const refused = new WeakSet<Socket>();
  return (message: IncomingMessage, response: ServerResponse): void => {
    if (refused.has(message.socket)) return;
    const reply = new NodeReply(message, response, stall);
    const request = new NodeRequest(message, reply);
    if (request.headFault === undefined) {
      // The listener catches what happens in it; this is for what happens before it can.
      try {
        listener(request, reply);
      } catch {
        reply.destroy();
      }
      return;
    }
    refused.add(message.socket);
    refuseHead(reply, new GatewayError("bad_request", { message: request.headFault }));
  };
}

/** Answers in turn, after what was asked before on the connection, and closes it. */
function refuseHead(reply: NodeReply, error: GatewayError): void {
  const body = Buffer.from(errorEnvelope(error));
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
  readonly #stall: { ms: number };
  readonly #fitting = connectionsWithin(openFilesLimit());
  #maxConnections: number;

  constructor(server: Server, limits: ServerLimits, stall: { ms: number }) {
    const address = server.address() as AddressInfo;
    this.host = address.address;
    this.port = address.port;
    this.#server = server;
    this.#stall = stall;
    this.#maxConnections = Math.min(limits.maxConnections, this.#fitting);
    // The engine takes connections as an event that may as well be emitted by others (node:http, 'connection'):
    // its own listener is moved behind the cap.
    const serve = server.listeners("connection");
    server.removeAllListeners("connection");
    this.#cap = new ConnectionCap(this.#maxConnections, (socket) => {
      for (const one of serve) one.call(server, socket);
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
    this.#stall.ms = limits.writeStallMs;
    this.#server.headersTimeout = limits.headMs;
    this.#server.keepAliveTimeout = limits.keepAliveMs;
    this.#maxConnections = Math.min(limits.maxConnections, this.#fitting);
    this.#cap.configure(this.#maxConnections);
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      const startedMs = performance.now();
      // A request may be on its way on a connection that is idle now: closed at once it would be lost. A connection
      // whose last answer ends during the drain is idle only then, and would hold it up.
      const sweep = setInterval(() => {
        if (performance.now() - startedMs >= IDLE_GRACE_MS) this.#server.closeIdleConnections();
      }, DRAIN_SWEEP_MS);
      // The listener alone: the engine's own `close` would close idle connections with it.
      NetServer.prototype.close.call(this.#server, () => {
        clearInterval(sweep);
        resolve();
      });
      this.#cap.cutLeaving();
    });
  }

  cut(): void {
    this.#server.closeAllConnections();
    this.#cap.cutLeaving();
  }
}

/** What `node:http` keeps on a socket: the answer that is being written, or whose turn it is. */
type BusySocket = Socket & {
  readonly _httpMessage?: (ServerResponse & { readonly req: IncomingMessage }) | null;
};

function isItsTurn(socket: BusySocket, response: ServerResponse): boolean {
  return (
    socket._httpMessage === undefined || socket._httpMessage === null || socket._httpMessage === response
  );
}

type ParseError = Error & { readonly code?: string };

/** The engine could not read a request: answer in OpenAI's shape where that is still possible, then close. */
function refuserOfBrokenHttp() {
  const waiting = new WeakSet<Socket>();
  return (error: ParseError, socket: Socket): void => {
    // It was refused already and sends on: what comes is dropped until it closes or its time is up.
    if (waiting.has(socket) || (socket.writableEnded && !socket.destroyed)) return;
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = new GatewayError(codeOf(error), { cause: error });
    const { _httpMessage: answer } = socket as BusySocket;
    if (answer?.req.complete === true) {
      // An earlier request waits for its answer: ours must not be taken for that.
      waiting.add(socket);
      afterAnswers(socket, () => refuse(socket, refusal));
      return;
    }
    // An answer is under way on this connection: a second head would corrupt it.
    if (answer?.headersSent === true) socket.destroy();
    else refuse(socket, refusal);
  };
}

/** Runs once every request that was read has its answer, unless the connection is gone by then. */
function afterAnswers(socket: Socket, run: () => void): void {
  const { _httpMessage: answer } = socket as BusySocket;
  if (socket.destroyed || !socket.writable) return;
  if (answer === null || answer === undefined) run();
  else answer.once("close", () => afterAnswers(socket, run));
}

function codeOf(error: ParseError): "headers_too_large" | "request_timeout" | "bad_request" {
  if (error.code === "HPE_HEADER_OVERFLOW") return "headers_too_large";
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return "request_timeout";
  return "bad_request";
}
