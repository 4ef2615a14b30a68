// One connection over undici's `Client`, which speaks HTTP/1.1 and connects anew by itself when the peer closed it.
// Also mends what its parser makes of interim answers.

import type { Socket } from "node:net";
import type { Dispatcher, Client as UndiciConnection } from "undici";
import symbols from "undici/lib/core/symbols.js";
import Client from "undici/lib/dispatcher/client.js";
import type { OutboundRequest } from "../client.ts";
import type { Connecting } from "../connector.ts";
import type { Opening } from "../names/reach.ts";
import { sentBody } from "./outbound-body.ts";

/** Idle connections are closed after this; a shorter hint of the server (`Keep-Alive: timeout=`) wins. */
const IDLE_MS = 30_000;
const MAX_HINT_MS = 600_000;
/** How much earlier than the server's hint we close, against races. */
const HINT_MARGIN_MS = 1_000;
const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;

/** The library connects anew while a request waits, at once and without end, where each connection breaks unasked. */
const MOST_SOCKETS_A_CALL = 2;

const CONTINUE = 100;
const SWITCHING = 101;
const PROCESSING = 102;

/** undici's callbacks of one call (undici, docs/docs/api/Dispatcher.md, "DispatchHandler"). */
export type CallHandler = Dispatcher.DispatchHandler;

/** undici's hold on one call: pause, resume, abort. */
export type CallController = Dispatcher.DispatchController;

/** Every connection was broken before the request could be written. */
class BrokenUnaskedError extends Error {
  readonly code = "ECONNRESET";
}

/** Serves one request at a time. */
export class Connection {
  /** How long the next connecting may take. */
  connectMs = 0;
  /** Answers received on the present socket. */
  served = 0;
  #socket: Socket | undefined;
  /** While it connects. */
  #opening: Opening | undefined;
  #fault: Error | undefined;
  #isSwitching = false;
  /** Sockets that were opened for the present call. */
  #opened = 0;
  readonly #client: UndiciConnection;

  constructor(origin: string, connector: Connecting, onIdleClose: (connection: Connection) => void) {
    this.#client = new Client(origin, {
      connect: (options, callback) => {
        this.#opened += 1;
        if (this.#opened > MOST_SOCKETS_A_CALL) {
          queueMicrotask(() => callback(new BrokenUnaskedError(), null));
          return undefined;
        }
        this.#opening = connector.connect(options, this.connectMs, (...result) => {
          this.#opening = undefined;
          this.#socket = result[1] ?? this.#socket;
          if (result[1] !== null) this.#noteFault(result[1]);
          callback(...result);
          if (result[1] !== null) this.#mendParser(result[1]);
        });
        return undefined;
      },
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: MAX_HINT_MS,
      keepAliveTimeoutThreshold: HINT_MARGIN_MS,
      // Time limits are the caller's: those of the library are silent five minutes.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
      allowH2: false,
      useMilo: false,
    });
    this.#client.on("connect", () => {
      this.served = 0;
    });
    this.#client.on("disconnect", () => onIdleClose(this));
    this.#client.on("connectionError", ignore);
  }

  /**
   * Sends a request; connects before if need be. `protocol`: asks to switch to it. Never calls `handler` again after
   * `destroy`, but for one error.
   */
  dispatch(request: OutboundRequest, handler: CallHandler, protocol?: string): void {
    this.#opened = 0;
    const { body, headers } = sentBody(request.body, request.headers);
    const options: Dispatcher.DispatchOptions = {
      upgrade: protocol ?? null,
      path: request.path,
      // A method is a token; the library's type knows only the registered ones.
      method: request.method as Dispatcher.HttpMethod,
      headers: headers as string[],
      // The library takes iterables, which its type leaves out.
      body: body as Buffer | null,
    };
    this.#client.dispatch(options, handler);
  }

  /** Closes it once it is idle. */
  close(): void {
    void this.#client.close().catch(ignore);
  }

  /** Cuts it, also in the middle of connecting: the library would wait for the connection, and close it then. */
  destroy(): void {
    void this.#client.destroy().catch(ignore);
    this.#opening?.destroy(new Error("cancelled"));
  }

  peerAddress(): string | undefined {
    return this.#socket?.remoteAddress;
  }

  /** Bytes that the peer has sent on the present socket. */
  get bytesRead(): number {
    return this.#socket?.bytesRead ?? 0;
  }

  /** The present socket did not end, but broke: what was read of an answer without a length may be half of it. */
  get isBroken(): boolean {
    return this.#socket !== undefined && this.#socket.errored !== null;
  }

  /** What broke the present socket first: the library tells of the end that follows instead, as of a TLS alert. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  #noteFault(socket: Socket): void {
    this.#fault = undefined;
    socket.once("error", (error) => {
      this.#fault = error;
    });
  }

  /** The peer has left HTTP with a 101, asked for or not. */
  get isSwitching(): boolean {
    return this.#isSwitching;
  }

  /**
   * The library breaks the connection at an interim answer 100, since it never asks for one; but one may come all the
   * same, and is to be passed over (RFC 9110 §15.2). It is told of a 102, which it skips. A 101 is noted: the
   * library's error does not say that the answer was at fault.
   */
  #mendParser(socket: ReadingSocket): void {
    const parser = socket[symbols.kParser];
    if (parser === undefined || parser === null) return;
    const inner = parser.onHeadersComplete;
    parser.onHeadersComplete = (status, isUpgrade, isKeptAlive) => {
      this.#isSwitching = status === SWITCHING;
      return inner.call(parser, status === CONTINUE ? PROCESSING : status, isUpgrade, isKeptAlive);
    };
  }
}

/** What undici keeps on a socket. */
type ReadingSocket = Socket & { readonly [symbols.kParser]?: Parser | null };

type Parser = {
  onHeadersComplete(status: number, isUpgrade: boolean, isKeptAlive: boolean): number;
};

function ignore(): void {}
