// The outbound HTTP engine on undici's `dispatch`: connections and one call on the wire. The one importer of
// undici. It pools connections itself, one request a connection, so that picking one is O(1) and it is known
// whether a connection that broke had been used before. Made by `gateway.ts`.

import type { Socket } from "node:net";
import type { buildConnector as Connecting, Dispatcher, Client as UndiciConnection } from "undici";
import buildConnector from "undici/lib/core/connect.js";
import Client from "undici/lib/dispatcher/client.js";
import type { FlatHeaders } from "../http/message.ts";
import type {
  Origin,
  OutboundCall,
  OutboundClient,
  OutboundFailure,
  OutboundHandler,
  OutboundRequest,
  SendOptions,
} from "./client.ts";
import { failureOf } from "./failure.ts";

/** Idle connections are closed after this; a shorter hint of the server (`Keep-Alive: timeout=`) wins. */
const IDLE_MS = 30_000;
const MAX_HINT_MS = 600_000;
/** How much earlier than the server's hint we close, against races. */
const HINT_MARGIN_MS = 1_000;
const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;
/** More 1xx answers than this before the final one is nonsense. */
const MAX_INTERIM = 20;
const MAX_IDLE_CONNECTIONS = 1_024;

/** Makes the engine. */
export function createUndiciClient(): OutboundClient {
  return new UndiciClient();
}

class UndiciClient implements OutboundClient {
  readonly #pools = new Map<string, ConnectionPool>();

  send(
    origin: Origin,
    request: OutboundRequest,
    handler: OutboundHandler,
    options?: SendOptions,
  ): OutboundCall {
    const key = `${origin.connectMs} ${origin.origin} ${origin.caPem ?? ""}`;
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new ConnectionPool(origin);
      this.#pools.set(key, pool);
    }
    const call = new Call(pool, pool.take(options?.isFresh === true), handler);
    call.start(request);
    return call;
  }

  retain(keep: ReadonlySet<string>): void {
    for (const [key, pool] of this.#pools) {
      if (keep.has(pool.origin.origin)) continue;
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
    const connect = buildConnector({ timeout: origin.connectMs, allowH2: false, ...authorities(origin) });
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

  /** Bytes that the peer has sent on the present socket. */
  get bytesRead(): number {
    return this.#socket?.bytesRead ?? 0;
  }
}

/** The connections of one origin: a stack of idle ones, the last used first, and those in use. */
class ConnectionPool {
  readonly origin: Origin;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  #isRetired = false;

  constructor(origin: Origin) {
    this.origin = origin;
  }

  take(isFresh: boolean): Connection {
    const connection =
      (isFresh ? undefined : this.#idle.pop()) ?? new Connection(this.origin, (gone) => this.#forget(gone));
    this.#busy.add(connection);
    return connection;
  }

  /** Takes a connection back whose call is over and whose answer was read to its end. */
  giveBack(connection: Connection): void {
    this.#busy.delete(connection);
    if (this.#isRetired || this.#idle.length >= MAX_IDLE_CONNECTIONS) {
      void connection.client.close().catch(ignore);
      return;
    }
    this.#idle.push(connection);
  }

  /** Cuts a connection whose call was dropped or failed. */
  discard(connection: Connection): void {
    this.#busy.delete(connection);
    void connection.client.destroy().catch(ignore);
  }

  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle.splice(0)) void connection.client.close().catch(ignore);
  }

  destroyAll(): void {
    this.#isRetired = true;
    for (const connection of [...this.#idle.splice(0), ...this.#busy])
      void connection.client.destroy().catch(ignore);
    this.#busy.clear();
  }

  /** The peer closed an idle connection: it is not kept, so that the stack holds live ones. */
  #forget(connection: Connection): void {
    const index = this.#idle.indexOf(connection);
    if (index === -1) return;
    this.#idle.splice(index, 1);
    void connection.client.close().catch(ignore);
  }
}

/**
 * One call: undici's callbacks in, ours out (undici, docs/docs/api/Dispatcher.md, "DispatchHandler"). The headers
 * are taken from the controller's raw bytes, since the library's own object decodes them as UTF-8.
 */
class Call implements OutboundCall, Dispatcher.DispatchHandler {
  readonly #pool: ConnectionPool;
  readonly #connection: Connection;
  readonly #handler: OutboundHandler;
  #controller: Dispatcher.DispatchController | undefined;
  #isStarting = true;
  #isOver = false;
  /** What the connection had read before this call, when it had served others. */
  #readBefore: number | undefined;
  #interim = 0;

  constructor(pool: ConnectionPool, connection: Connection, handler: OutboundHandler) {
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
    this.#handler.onHead(status, flatten(controller.rawHeaders));
  }

  /** A piece of body has come. */
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isOver && !this.#handler.onData(chunk)) controller.pause();
  }

  /** The answer is complete. */
  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection.served += 1;
    this.#pool.giveBack(this.#connection);
    this.#handler.onEnd();
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
    this.#handler.onFailure(failure);
  }
}

/** An option `ca` replaces the usual authorities, so they are named with it. */
function authorities(origin: Origin): { readonly ca?: string[] } {
  if (origin.caPem === undefined) return {};
  const { rootCertificates } = process.getBuiltinModule("node:tls");
  return { ca: [...rootCertificates, origin.caPem] };
}

/** Header bytes are Latin-1 (RFC 9110 §5.5); names in lower case, as everywhere inside. */
function flatten(raw: Dispatcher.DispatchController["rawHeaders"]): FlatHeaders {
  if (!Array.isArray(raw)) return [];
  const flat: string[] = new Array(raw.length);
  for (let index = 0; index < raw.length; index += 2) {
    flat[index] = latin1(raw[index]).toLowerCase();
    flat[index + 1] = latin1(raw[index + 1]);
  }
  return flat;
}

function latin1(bytes: Buffer | string | undefined): string {
  if (bytes === undefined || typeof bytes === "string") return bytes ?? "";
  return bytes.toString("latin1");
}

function ignore(): void {}
