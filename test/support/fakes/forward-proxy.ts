// A forward proxy over real sockets: tunnels by CONNECT, whole URLs, credentials; and the ways in which proxies fail.

import { once } from "node:events";
import {
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { Condition } from "../condition.ts";
import { certificate } from "../tls.ts";

/** What a proxy does with what it is asked for. */
export type ProxyMood =
  | "serve"
  /** Takes the connection and says nothing. */
  | "silent"
  /** Closes at CONNECT without a word. */
  | "cut"
  /** Says that there is a tunnel, and cuts it. */
  | "cut-tunnel"
  /** Says something that is no HTTP. */
  | "garbage"
  /** Sends a head without an end. */
  | "flood"
  /** Sends interim answers for ever. */
  | "interim"
  /** Says that it has left HTTP. */
  | "switch"
  /** Says that there is a tunnel, and talks in it unasked: at once, or a moment later. */
  | "talk"
  | "talk-later"
  /** Answers with this status. */
  | number;

/** How one is started. */
export type ForwardProxyOptions = {
  /** `user:password`, as it must come. */
  readonly credentials?: string;
  readonly isSecure?: boolean;
  /** Asks who connects to it, and serves whoever says nothing too. */
  readonly asksForCertificate?: boolean;
};

/** Names that lead to this machine when a proxy is asked for them, and nowhere else. */
function isElsewhere(hostname: string): boolean {
  return /\.(?:test|example)$/.test(hostname);
}

/** A proxy. */
export class FakeForwardProxy {
  mood: ProxyMood = "serve";
  /** What was asked for by CONNECT. */
  readonly tunnels: string[] = [];
  /** The URLs that were asked for whole. */
  readonly forwarded: string[] = [];
  /** All the heads that have come, as name and value. */
  readonly heads: (readonly string[])[] = [];
  connections = 0;
  /** The common name of the certificate of each connection by TLS; undefined where there was none. */
  readonly shown: unknown[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #changed = new Condition();
  readonly #options: ForwardProxyOptions;

  constructor(options: ForwardProxyOptions) {
    this.#options = options;
    const asking = { requestCert: options.asksForCertificate === true, rejectUnauthorized: false };
    this.#server =
      options.isSecure === true ? createSecureServer({ ...certificate("good"), ...asking }) : createServer();
    this.#server.on("secureConnection", (socket: TLSSocket) =>
      this.shown.push(socket.getPeerCertificate().subject?.CN),
    );
    this.#server.on("connection", (socket: Socket) => {
      this.connections += 1;
      this.#keep(socket);
    });
    this.#server.on("request", (request, response) => this.#forward(request, response));
    this.#server.on("connect", (request: IncomingMessage, socket: Socket, rest: Buffer) =>
      this.#tunnel(request, socket, rest),
    );
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Its address, with `user:password@` where they are given. */
  url(credentials = ""): string {
    const scheme = this.#options.isSecure === true ? "https" : "http";
    return `${scheme}://${credentials === "" ? "" : `${credentials}@`}127.0.0.1:${this.port}`;
  }

  /** Resolves when so many tunnels were asked for. */
  async whenTunnels(count: number): Promise<void> {
    await this.#changed.until(() => this.tunnels.length >= count);
  }

  /** Resolves when so many connections are open, onward ones among them. */
  async whenOpen(count: number): Promise<void> {
    await this.#changed.until(() => this.#sockets.size === count);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#changed.notify();
    });
  }

  #isLetIn(request: IncomingMessage): boolean {
    const { credentials } = this.#options;
    this.heads.push(request.rawHeaders);
    if (credentials === undefined) return true;
    return request.headers["proxy-authorization"] === `Basic ${Buffer.from(credentials).toString("base64")}`;
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    this.forwarded.push(request.url ?? "");
    const { mood } = this;
    if (!this.#isLetIn(request)) {
      response.writeHead(407, { "proxy-authenticate": 'Basic realm="p"' }).end("who are you?");
      return;
    }
    if (mood === "silent") return;
    if (typeof mood === "number") {
      response.writeHead(mood, { "x-squid-error": "ERR 0" }).end("no");
      return;
    }
    if (mood !== "serve") {
      request.socket.destroy();
      return;
    }
    const { hostname, port, pathname, search } = new URL(request.url ?? "");
    const { "proxy-authorization": _, ...headers } = request.headers;
    const onward = ask({
      host: isElsewhere(hostname) ? "127.0.0.1" : hostname,
      port,
      path: pathname + search,
      method: request.method,
      headers,
      agent: false,
    });
    onward.on("error", () => response.destroy());
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  }

  #tunnel(request: IncomingMessage, socket: Socket, rest: Buffer): void {
    this.tunnels.push(request.url ?? "");
    this.#keep(socket);
    this.#changed.notify();
    const { mood } = this;
    if (!this.#isLetIn(request)) {
      socket.end('HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm="p"\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    // Read on, so that the end of the connection is seen.
    if (mood === "silent") socket.resume().once("end", () => socket.end());
    else if (mood === "cut") socket.destroy();
    else if (mood === "garbage") socket.write("SSH-2.0-OpenSSH_9.6\r\n");
    else if (mood === "flood") socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(40_000)}`);
    else if (mood === "interim") sendForEver(socket, "HTTP/1.1 102 Processing\r\n\r\n".repeat(100));
    else if (mood === "switch") socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    else if (mood === "talk") socket.write("HTTP/1.1 200 OK\r\n\r\nhello");
    else if (mood === "talk-later") {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      setImmediate(() => socket.write("hello"));
    } else if (typeof mood === "number") socket.end(`HTTP/1.1 ${mood} No\r\nContent-Length: 0\r\n\r\n`);
    else if (mood === "cut-tunnel") {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      // The handshake has begun by then.
      socket.once("data", () => socket.destroy());
    } else this.#join(request.url ?? "", socket, rest);
  }

  #join(authority: string, socket: Socket, rest: Buffer): void {
    const { hostname, port } = new URL(`http://${authority}`);
    const host = isElsewhere(hostname) ? "127.0.0.1" : hostname.replace(/^\[|\]$/g, "");
    const onward = connect({ host, port: Number(port), allowHalfOpen: true });
    this.#keep(onward);
    onward.once("connect", () => {
      // An interim answer, which some send, before the real one.
      socket.write("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 Connection established\r\nVia: p\r\n\r\n");
      onward.write(rest);
      onward.pipe(socket);
      socket.pipe(onward);
    });
    onward.on("close", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  }
}

function sendForEver(socket: Socket, text: string): void {
  while (socket.writable && socket.write(text));
  if (socket.writable) socket.once("drain", () => sendForEver(socket, text));
}

/** Starts one, closed when the test is over. */
export async function forwardProxyFor(
  t: TestContext,
  options: ForwardProxyOptions = {},
): Promise<FakeForwardProxy> {
  const proxy = new FakeForwardProxy(options);
  await proxy.listen();
  t.after(() => proxy.close());
  return proxy;
}
