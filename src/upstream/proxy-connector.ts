// Opens connections that go through a forward proxy: to the proxy, by TLS where it wants that; then, for a tunnel,
// CONNECT, and the endpoint's own TLS inside. One connector belongs to one route.

import type { Socket } from "node:net";
import { isIPv6 } from "../core/net/ip.ts";
import { message, verbatim } from "../language/messages.ts";
import { readConnectAnswer } from "./connect-answer.ts";
import { type Connecting, ConnectTimeoutError, type Destination, keepWatched, portOf } from "./connector.ts";
import { type ForwardProxy, ProxyFailure, refusedBy } from "./forward-proxy.ts";
import type { AddressBook } from "./names/address-book.ts";
import { type Opened, type Opening, reach } from "./names/reach.ts";
import { TlsOpener } from "./tls-opener.ts";
import type { Trust } from "./trust.ts";

/** Of this machine, or of nobody: no proxy is to blame, and no other way would do better. */
const NOT_OF_THE_PROXY = new Set(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS"]);
const TLS_CODES =
  /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|EPROTO|.*_CERT|.*_SIGNATURE|UNABLE_TO_|.*HOSTNAME_MISMATCH)/;

/** `tunnel`: the connection is one to the endpoint. `forward`: one to the proxy, which is told the whole URL. */
export type ProxyWay = "tunnel" | "forward";

/** Connects, again and again, to one origin through one proxy. */
export class ProxyConnector implements Connecting {
  readonly proxy: ForwardProxy;
  readonly way: ProxyWay;
  readonly book: AddressBook;
  /** The proxy's. */
  readonly outer: TlsOpener;
  /** The endpoint's. */
  readonly inner: TlsOpener;

  constructor(proxy: ForwardProxy, trust: Trust, way: ProxyWay, book: AddressBook) {
    this.proxy = proxy;
    this.way = way;
    this.book = book;
    this.outer = new TlsOpener(trust.anonymous);
    this.inner = new TlsOpener(trust);
  }

  connect(destination: Destination, timeoutMs: number, done: Opened): Opening {
    const opening = new ProxyOpening(this, destination, done);
    opening.begin(timeoutMs);
    return opening;
  }
}

/** One connection being opened. */
class ProxyOpening implements Opening {
  readonly #connector: ProxyConnector;
  readonly #destination: Destination;
  readonly #done: Opened;
  /** What is waited for, as it is told when it takes too long or breaks off. */
  #stage: "proxy" | "answer" | "endpoint" = "proxy";
  /** What is under way: the connection to the proxy while it is made, and then that connection. */
  #under: Opening | undefined;
  #isDone = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(connector: ProxyConnector, destination: Destination, done: Opened) {
    this.#connector = connector;
    this.#destination = destination;
    this.#done = done;
  }

  begin(timeoutMs: number): void {
    const { proxy, outer, book } = this.#connector;
    const { hostname, port } = proxy;
    this.#timer = setTimeout(() => this.#giveUp(this.#tooLate()), timeoutMs);
    this.#under = reach(book, { hostname, port }, (error, tcp) => {
      if (error !== null) {
        this.#fail(error);
        return;
      }
      if (this.#isDone) {
        tcp.destroy();
        return;
      }
      keepWatched(tcp);
      const socket = proxy.isSecure ? outer.open(hostname, undefined, tcp) : tcp;
      this.#under = socket;
      socket.on("error", (cause) => this.#fail(cause));
      socket.once("close", () => this.#fail(new Error("closed")));
      if (proxy.isSecure) socket.once("secureConnect", () => this.#onProxy(socket));
      else this.#onProxy(socket);
    });
  }

  destroy(error: Error): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clearTimeout(this.#timer);
    this.#under?.destroy(error);
    queueMicrotask(() => this.#done(error, null));
  }

  /** The end of the connection to the proxy ends it all. */
  #giveUp(error: Error): void {
    const under = this.#under;
    this.#fail(error);
    under?.destroy(error);
  }

  #onProxy(socket: Socket): void {
    if (this.#connector.way === "forward") {
      this.#succeed(socket);
      return;
    }
    this.#stage = "answer";
    const onEnd = (): void => void socket.destroy();
    socket.once("end", onEnd);
    readConnectAnswer(socket, (status) => {
      socket.off("end", onEnd);
      this.#onAnswer(socket, status);
    });
    socket.write(this.#request());
  }

  #request(): string {
    const { hostname, port, protocol } = this.#destination;
    const host = isIPv6(hostname) ? `[${hostname}]` : hostname;
    const authority = `${host}:${portOf(port, protocol === "https:" ? 443 : 80)}`;
    const authorization = this.#connector.proxy.authorization();
    const credentials = authorization === undefined ? "" : `Proxy-Authorization: ${authorization}\r\n`;
    return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
  }

  #onAnswer(socket: Socket, status: number | undefined): void {
    const { proxy, inner } = this.#connector;
    if (status === undefined || status > 299) {
      const failure =
        status === undefined
          ? new ProxyFailure("proxy_failed", proxy, message("proxy.noHttp"))
          : refusedBy(proxy, status, "proxy.askedConnect");
      this.#fail(failure);
      socket.destroy();
      return;
    }
    this.#stage = "endpoint";
    if (this.#destination.protocol !== "https:") {
      if (socket.readableLength === 0) this.#succeed(socket);
      else socket.destroy(new ProxyFailure("proxy_failed", proxy, message("proxy.tooMuch")));
      return;
    }
    const { hostname, servername } = this.#destination;
    const secure = inner.open(hostname, servername, socket);
    secure.once("secureConnect", () => this.#succeed(secure));
    secure.on("error", (error) => {
      if (!this.#isDone) inner.forgetSession();
      this.#fail(error);
      socket.destroy();
    });
  }

  #succeed(socket: Socket): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clearTimeout(this.#timer);
    this.#done(null, socket);
  }

  #fail(error: Error): void {
    if (this.#isDone) return;
    this.#isDone = true;
    clearTimeout(this.#timer);
    if (this.#stage === "proxy") this.#connector.outer.forgetSession();
    this.#done(this.#told(error), null);
  }

  #tooLate(): Error {
    const { proxy } = this.#connector;
    switch (this.#stage) {
      case "proxy":
        return new ProxyFailure("proxy_timeout", proxy, message("proxy.connectLate"));
      case "answer":
        return new ProxyFailure("proxy_timeout", proxy, message("proxy.answerLate"));
      case "endpoint":
        return new ConnectTimeoutError();
    }
  }

  /** The error as it is told: the proxy's where it was the proxy that failed. */
  #told(error: Error): Error {
    const { proxy } = this.#connector;
    const code = codeOf(error);
    if (error instanceof ProxyFailure || NOT_OF_THE_PROXY.has(code)) return error;
    switch (this.#stage) {
      case "proxy":
        return new ProxyFailure(
          "proxy_unreachable",
          proxy,
          code === "" ? message("proxy.noConnection") : verbatim(code),
        );
      case "answer":
        return new ProxyFailure("proxy_failed", proxy, message("proxy.closed"));
      case "endpoint":
        // What its certificate lacks is the endpoint's own matter, and so is its time.
        if (TLS_CODES.test(code) || error instanceof ConnectTimeoutError) return error;
        return new ProxyFailure("proxy_failed", proxy, message("proxy.cutTunnel"));
    }
  }
}

/** The code of an error, or of the first of several (happy eyeballs gathers one an address); empty for none. */
function codeOf(error: object): string {
  if ("code" in error && typeof error.code === "string") return error.code;
  if ("errors" in error && Array.isArray(error.errors) && typeof error.errors[0] === "object")
    return codeOf(error.errors[0] ?? {});
  return "";
}
