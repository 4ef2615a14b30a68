// One TCP (or TLS) connection at the fake endpoint: reads requests, records them, has each answered in turn.

import type { Socket } from "node:net";
import { EndedEarly, type Framing, type Head, headerOf, SocketReader } from "../socket-reader.ts";
import { FakeExchange } from "./fake-exchange.ts";

/** How a request is answered: a value that may be combined with others and used again. */
export type Behaviour = {
  /** Runs before the body was read, and the body stays unread while it runs. */
  readonly isEarly?: boolean;
  run(exchange: FakeExchange): Promise<void>;
};

/** A request as the fake endpoint got it. */
export class RecordedRequest {
  /** Which connection it came on, from 1. */
  readonly connection: number;
  readonly method: string;
  /** The request target, path and query, as sent. */
  readonly path: string;
  /** Name, value, name, value …, as sent. */
  readonly headers: readonly string[];
  /** The bytes of the head. */
  readonly rawHead: Buffer;
  /** Resolves with the body without its framing; never for one that is cut off. */
  readonly bodyRead: Promise<Buffer>;
  /** Resolves when the connection goes before the answer is complete. */
  readonly aborted: Promise<void>;
  #body: Buffer = Buffer.alloc(0);
  #isAborted = false;
  readonly #resolveBody: (body: Buffer) => void;
  readonly #resolveAborted: () => void;

  constructor(head: Head, connection: number) {
    const [method = "", path = ""] = head.startLine.split(" ");
    this.connection = connection;
    this.method = method;
    this.path = path;
    this.headers = head.headers;
    this.rawHead = head.raw;
    const body = Promise.withResolvers<Buffer>();
    const aborted = Promise.withResolvers<void>();
    this.bodyRead = body.promise;
    this.aborted = aborted.promise;
    this.#resolveBody = body.resolve;
    this.#resolveAborted = aborted.resolve;
  }

  /** First value of a header, in any case. */
  header(name: string): string | undefined {
    return headerOf(this.headers, name);
  }

  /** The body; empty before `bodyRead`. */
  get body(): Buffer {
    return this.#body;
  }

  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** The body as JSON. */
  json(): Record<string, unknown> {
    return JSON.parse(this.#body.toString()) as Record<string, unknown>;
  }

  /** For the connection only. */
  complete(body: Buffer): void {
    this.#body = body;
    this.#resolveBody(body);
  }

  /** For the connection only. */
  abort(): void {
    this.#isAborted = true;
    this.#resolveAborted();
  }
}

/** What a connection asks of its endpoint. */
export type ConnectionHost = {
  /** Records the request; its body is not read yet. */
  record(request: RecordedRequest): void;
  behaviourFor(request: RecordedRequest): Behaviour;
  /** The connection was used again although a trap was set on it. */
  staleUse(): void;
};

/** A connection's two faces: what speaks HTTP, and the TCP socket under it (the same without TLS). */
export type ConnectionSockets = { readonly stream: Socket; readonly tcp: Socket; readonly number: number };

/** Serves a connection until it ends. Never rejects. */
export async function serveConnection(host: ConnectionHost, sockets: ConnectionSockets): Promise<void> {
  const { stream } = sockets;
  const reader = new SocketReader(stream);
  try {
    let previous: FakeExchange | undefined;
    while (await reader.hasBytes()) {
      if (previous?.reuseTrap !== undefined) {
        host.staleUse();
        spring(previous);
        return;
      }
      previous = await serveOne(host, sockets, reader);
      if (!previous.isReusable) break;
    }
  } catch (error) {
    if (!(error instanceof EndedEarly)) stream.destroy();
  }
  // The peer has ended, or we have: nobody will write any more.
  stream.end();
}

async function serveOne(
  host: ConnectionHost,
  sockets: ConnectionSockets,
  reader: SocketReader,
): Promise<FakeExchange> {
  const head = await reader.head();
  const request = new RecordedRequest(head, sockets.number);
  const exchange = new FakeExchange(request, sockets, reader);
  const left = reader.ended().then(() => {
    if (!exchange.isAnswered) request.abort();
  });
  host.record(request);
  const behaviour = host.behaviourFor(request);
  if (behaviour.isEarly === true) {
    sockets.stream.pause();
    await behaviour.run(exchange);
    sockets.stream.resume();
    if (exchange.isReusable) request.complete(await reader.body(requestFraming(head)));
    return exchange;
  }
  request.complete(await reader.body(requestFraming(head)));
  await behaviour.run(exchange);
  if (exchange.isClosed) await left;
  return exchange;
}

function spring(exchange: FakeExchange): void {
  if (exchange.reuseTrap === "reset") exchange.reset();
  else exchange.fin();
}

function requestFraming(head: Head): Framing {
  if (headerOf(head.headers, "transfer-encoding") !== undefined) return { kind: "chunked" };
  return { kind: "length", bytes: Number(headerOf(head.headers, "content-length") ?? 0) };
}
