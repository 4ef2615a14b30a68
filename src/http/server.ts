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
      // We refuse such a request ourselves, in OpenAI's shape.
      requireHostHeader: false,
    },
    guarded(listener),
  );
  server.maxRequestsPerSocket = 0;
  server.timeout = 0;
  server.on("clientError", refuseBrokenHttp);
  server.on("checkExpectation", (message: IncomingMessage, response: ServerResponse) =>
    refuseHead(
      new NodeReply(message, response),
      new GatewayError("bad_request", { status: 417, message: EXPECTATION }),
    ),
  );
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

const EXPECTATION = "The only expectation that can be met is 100-continue.";

/** Hands requests on but for those whose head is ambiguous, and what follows these on their connection. */
function guarded(listener: RequestListener) {
  const refused = new WeakSet<Socket>();
  return (message: IncomingMessage, response: ServerResponse): void => {
    if (refused.has(message.socket)) return;
    const reply = new NodeReply(message, response);
    const request = new NodeRequest(message, reply);
    if (request.headFault === undefined) {
      listener(request, reply);
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

/** What `node:http` keeps on a socket: the answer to the request that is being served. */
type BusySocket = Socket & {
  readonly _httpMessage?: {
    readonly headersSent: boolean;
    readonly req: { readonly complete: boolean };
  } | null;
};

type ParseError = Error & { readonly code?: string };

/** The engine could not read a request: answer in OpenAI's shape where that is still possible, then close. */
function refuseBrokenHttp(error: ParseError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  // An answer is under way on this connection: a second head would corrupt it. And where an earlier request still
  // waits for its answer, ours would be taken for that.
  const { _httpMessage: answer } = socket as BusySocket;
  if (answer?.headersSent === true || answer?.req.complete === true) {
    socket.destroy();
    return;
  }
  refuse(socket, new GatewayError(codeOf(error), { cause: error }));
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
}
