// The inbound HTTP engine on `node:http`: turns its objects into the seam of `message.ts`. Knows nothing of
// models or endpoints. The one user of `node:http`'s server; started by `gateway.ts`.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { errorEnvelope, GatewayError } from "../core/errors.ts";
import type { RequestListener } from "./message.ts";
import { NodeReply } from "./node-reply.ts";
import { NodeRequest } from "./node-request.ts";

/** Limits of the listener. */
export type ServerLimits = {
  /** Request line and headers together, in bytes. */
  readonly maxHeadBytes: number;
  /** Until the head of a request must be complete. */
  readonly headMs: number;
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveMs: number;
};

/** Defaults: generous to clients that reuse connections, strict to those that never finish a head. */
export const DEFAULT_LIMITS: ServerLimits = { maxHeadBytes: 32 * 1024, headMs: 10_000, keepAliveMs: 75_000 };

/** A listening server. */
export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** Takes no new connections and closes idle ones; resolves when the last request has been answered. */
  drain(): Promise<void>;
  /** Cuts every connection. */
  cut(): void;
}

/**
 * Listens and hands each request to `listener`.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export async function listen(
  address: { readonly host: string; readonly port: number },
  limits: ServerLimits,
  listener: RequestListener,
): Promise<HttpServer> {
  // An import of node:http reads all of its exports, and the lazy ones among them load WebSocket and fetch: 8 MiB.
  const { createServer } = process.getBuiltinModule("node:http");
  const onRequest = (message: IncomingMessage, response: ServerResponse): void => {
    const reply = new NodeReply(message, response);
    const request = new NodeRequest(message, reply);
    if (isAmbiguous(message, request)) refuseAmbiguous(reply);
    else listener(request, reply);
  };
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeadBytes,
      headersTimeout: limits.headMs,
      // A body may take as long as it keeps coming; silence is bounded by `readBody`.
      requestTimeout: 0,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: 2_000,
      noDelay: true,
      keepAlive: true,
      insecureHTTPParser: false,
      // The engine's own answer has no body; ours is `refuseAmbiguous`.
      requireHostHeader: false,
    },
    onRequest,
  );
  server.maxRequestsPerSocket = 0;
  server.timeout = 0;
  // An expectation that nobody knows may be ignored (RFC 9110 §10.1.1); the engine would answer without a body.
  server.on("checkExpectation", onRequest);
  const waiting = new WeakSet<Socket>();
  server.on("clientError", (error: ParseError, socket: Socket) => refuseBrokenHttp(error, socket, waiting));
  server.on("connect", (_message: IncomingMessage, socket: Socket) =>
    refuse(socket, new GatewayError("method_not_allowed")),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: address.host, port: address.port, backlog: 1024 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return new NodeServer(server);
}

class NodeServer implements HttpServer {
  readonly host: string;
  readonly port: number;
  readonly #server: Server;

  constructor(server: Server) {
    const address = server.address() as AddressInfo;
    this.host = address.address;
    this.port = address.port;
    this.#server = server;
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  cut(): void {
    this.#server.closeAllConnections();
  }
}

type ParseError = Error & { readonly code?: string };

/** How long a client may go on sending after it was refused: closing at once would lose the answer to a reset. */
const LINGER_MS = 2_000;

type AnsweringSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/**
 * The engine could not read a request: answer in OpenAI's shape where that is still possible, then close. It is
 * called again for everything that still comes.
 */
function refuseBrokenHttp(error: ParseError, socket: AnsweringSocket, waiting: WeakSet<Socket>): void {
  if (error.code === "ECONNRESET" || socket.destroyed) {
    socket.destroy();
    return;
  }
  if (!socket.writable || waiting.has(socket)) return;
  const answering = socket._httpMessage;
  if (answering?.headersSent === true) {
    // A second head would corrupt the answer that is under way.
    socket.destroy();
    return;
  }
  if (answering?.req.complete === true) {
    // What is broken came after a request that is still being answered: that answer goes first.
    waiting.add(socket);
    answering.once("close", () => {
      waiting.delete(socket);
      refuseBrokenHttp(error, socket, waiting);
    });
    return;
  }
  refuse(socket, new GatewayError(codeOf(error), { cause: error }));
}

/** Another version of HTTP, or no single host (RFC 9112 §3.2): two servers in a row might read it differently. */
function isAmbiguous(message: IncomingMessage, request: NodeRequest): boolean {
  if (message.httpVersionMajor !== 1 || request.hostCount > 1) return true;
  return request.hostCount === 0 && message.httpVersionMinor === 1;
}

function refuseAmbiguous(reply: NodeReply): void {
  const error = new GatewayError("bad_request");
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

function codeOf(error: ParseError): "headers_too_large" | "request_timeout" | "bad_request" {
  if (error.code === "HPE_HEADER_OVERFLOW") return "headers_too_large";
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return "request_timeout";
  return "bad_request";
}

function refuse(socket: Socket, error: GatewayError): void {
  const body = errorEnvelope(error);
  const head = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    "",
    body,
  ];
  socket.end(head.join("\r\n"));
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}
