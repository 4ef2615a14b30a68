// The outbound HTTP engine on undici's `dispatch`: connections and one call on the wire. The one importer of
// undici. It pools connections itself, one request a connection, so that picking one is O(1) and it is known
// whether a connection that broke had been used before. Made by `gateway.ts`.

import type { Socket } from "node:net";
import type { buildConnector as Connecting, Dispatcher, Client as UndiciConnection } from "undici";
import buildConnector from "undici/lib/core/connect.js";
import Client from "undici/lib/dispatcher/client.js";
import type {
  Origin,
  OutboundCall,
  OutboundClient,
  OutboundFailure,
  OutboundHandler,
  OutboundRequest,
  SendOptions,
} from "./client.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { failureOf } from "./failure.ts";
import { flatHeaders } from "./raw-headers.ts";

/** Idle connections are closed after this; a shorter hint of the server (`Keep-Alive: timeout=`) wins. */
const IDLE_MS = 30_000;
const MAX_HINT_MS = 600_000;
/** How much earlier than the server's hint we close, against races. */
const HINT_MARGIN_MS = 1_000;
const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;
/** More 1xx answers than this before the final one is nonsense. */
const MAX_INTERIM = 20;
const KNOWN_CODING = /^(?:chunked|identity)$/i;

/** Makes the engine. */
export function createUndiciClient(): OutboundClient {
  return new UndiciClient();
}

type Pool = ConnectionPool<Connection>;

class UndiciClient implements OutboundClient {
  readonly #pools = new Map<string, Pool>();

  send(
    origin: Origin,
    request: OutboundRequest,
    handler: OutboundHandler,
    options?: SendOptions,
  ): OutboundCall {
    const key = `${origin.connectMs} ${origin.origin} ${origin.caPem ?? ""}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new ConnectionPool(origin.origin, (forget) => new Connection(origin, forget));
      this.#pools.set(key, pool);
    }
    const call = new Call(pool, pool.take(options?.isFresh === true), handler);
    call.start(request);
    return call;
  }

  retain(keep: ReadonlySet<string>): void {
    for (const [key, pool] of this.#pools) {
      if (keep.has(pool.origin)) continue;
      this.#pools.delete(key);
      pool.retire();
    }
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    for (const pool of pools) pool.destroyAll();
  }
}

/** One connection that serves one request at a time; it connects anew by itself when the peer closed it. */
class Connection {
  readonly client: UndiciConnection;
  /** Answers received on the present socket. */
  served = 0;
  #socket: Socket | undefined;

  constructor(origin: Origin, onIdleClose: (connection: Connection) => void) {
    // Said outright, since otherwise NODE_TLS_REJECT_UNAUTHORIZED=0 would turn the checks off.
    const rejectUnauthorized = true;
    const connect = buildConnector({
      timeout: origin.connectMs,
      allowH2: false,
      rejectUnauthorized,
      ...authorities(origin),
    });
    const connectAndKeep: Connecting.connector = (options, callback) => {
      connect(options, (...result) => {
        this.#socket = result[1] ?? undefined;
        callback(...result);
      });
    };
    this.client = new Client(origin.origin, {
      connect: connectAndKeep,
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: MAX_HINT_MS,
      keepAliveTimeoutThreshold: HINT_MARGIN_MS,
      // Time limits are the caller's: those of the library are silent five minutes.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
      allowH2: false,
    });
    this.client.on("connect", () => {
      this.served = 0;
    });
    this.client.on("disconnect", () => onIdleClose(this));
    this.client.on("connectionError", ignore);
  }

  /** Closes it once it is idle. */
  close(): void {
    void this.client.close().catch(ignore);
  }

  /** Cuts it. */
  destroy(): void {
    void this.client.destroy().catch(ignore);
  }

  /** Bytes that the peer has sent on the present socket. */
  get bytesRead(): number {
    return this.#socket?.bytesRead ?? 0;
  }
}

/**
 * One call: undici's callbacks in, ours out (undici, docs/docs/api/Dispatcher.md, "DispatchHandler"). The headers
 * are taken from the controller's raw bytes, since the library's own object decodes them as UTF-8.
 */
class Call implements OutboundCall, Dispatcher.DispatchHandler {
  readonly #pool: Pool;
  readonly #connection: Connection;
  readonly #handler: OutboundHandler;
  #controller: Dispatcher.DispatchController | undefined;
  #isStarting = true;
  #isOver = false;
  /** What the connection had read before this call, when it had served others. */
  #readBefore: number | undefined;
  #interim = 0;

  constructor(pool: Pool, connection: Connection, handler: OutboundHandler) {
    this.#pool = pool;
    this.#connection = connection;
    this.#handler = handler;
  }

  start(request: OutboundRequest): void {
    const options: Dispatcher.DispatchOptions = {
      path: request.path,
      // A method is a token; the library's type knows only the registered ones.
      method: request.method as Dispatcher.HttpMethod,
      headers: request.headers as string[],
      body: request.body ?? null,
    };
    this.#connection.client.dispatch(options, this);
    this.#isStarting = false;
  }

  resume(): void {
    this.#controller?.resume();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pool.discard(this.#connection);
  }

  /** The request is about to be written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error("cancelled"));
    else if (this.#connection.served > 0) this.#readBefore = this.#connection.bytesRead;
  }

  /** A head has come. */
  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.#isOver) return;
    if (status < 200) {
      this.#interim += 1;
      if (this.#interim > MAX_INTERIM)
        this.#fail({ kind: "bad_response", reason: "TOO_MANY_INTERIM", isStale: false });
      return;
    }
    const headers = flatHeaders(controller.rawHeaders);
    if (hasOtherCoding(headers)) {
      this.#fail({ kind: "bad_response", reason: "TRANSFER_CODING", isStale: false });
      return;
    }
    try {
      this.#handler.onHead(status, headers);
    } catch (error) {
      this.#onThrow(error);
    }
  }

  /** A piece of body has come. */
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      if (!this.#handler.onData(chunk)) controller.pause();
    } catch (error) {
      this.#onThrow(error);
    }
  }

  /** The answer is complete. */
  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.served += 1;
    this.#pool.giveBack(this.#connection);
    try {
      this.#handler.onEnd();
    } catch (error) {
      this.#onThrow(error);
    }
  }

  /** The call failed, before or after the head. */
  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#isOver) return;
    // A connection that was used before and from which nothing has come since may have been closed in passing.
    const isStale = this.#readBefore !== undefined && this.#connection.bytesRead === this.#readBefore;
    const failure = failureOf(error, this.#controller !== undefined, isStale);
    if (this.#isStarting) queueMicrotask(() => this.#fail(failure));
    else this.#fail(failure);
  }

  #fail(failure: OutboundFailure): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pool.discard(this.#connection);
    try {
      this.#handler.onFailure(failure);
    } catch (error) {
      // It has been told; who cannot take that and has no `onThrow` cannot be told anything.
      this.#handler.onThrow?.(error);
    }
  }

  /**
   * The library takes an exception for a failure of the connection, or, at the end of an answer, for nothing at all:
   * whoever waits for this call would never hear of it.
   */
  #onThrow(error: unknown): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#pool.discard(this.#connection);
    }
    const handler = this.#handler;
    try {
      if (handler.onThrow !== undefined) handler.onThrow(error);
      else handler.onFailure({ kind: "bad_response", reason: "HANDLER_THREW", isStale: false });
    } catch {
      // As in `#fail`.
    }
  }
}

/** Only `chunked` is undone by the library; of anything else the bytes would pass for the body (RFC 9112 §6.1). */
function hasOtherCoding(headers: readonly string[]): boolean {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] === "transfer-encoding" && !KNOWN_CODING.test(headers[index + 1] ?? "")) return true;
  }
  return false;
}

/** An option `ca` replaces the usual authorities, so they are named with it. */
function authorities(origin: Origin): { readonly ca?: string[] } {
  if (origin.caPem === undefined) return {};
  const { rootCertificates } = process.getBuiltinModule("node:tls");
  return { ca: [...rootCertificates, origin.caPem] };
}

function ignore(): void {}
