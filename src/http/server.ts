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
    },
    (message: IncomingMessage, response: ServerResponse) => {
      const reply = new NodeReply(message, response);
      listener(new NodeRequest(message, reply), reply);
    },
  );
  server.maxRequestsPerSocket = 0;
  server.timeout = 0;
  server.on("clientError", refuseBrokenHttp);
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

/** The engine could not read a request: answer in OpenAI's shape where that is still possible, then close. */
function refuseBrokenHttp(error: ParseError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  // An answer is under way on this connection: a second head would corrupt it.
  const busy = socket as Socket & { readonly _httpMessage?: { readonly headersSent: boolean } | null };
  if (busy._httpMessage?.headersSent === true) {
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
