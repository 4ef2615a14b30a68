// A client of a socket of Responses, over `ws`: it keeps what it is told, so that a test can wait for it.

import { once } from "node:events";
import type { TestContext } from "node:test";
import { WebSocket } from "ws";
import { Condition } from "./condition.ts";

/** An event, or what a client sends. */
export type SocketEvent = Readonly<Record<string, unknown>>;

/** How a socket is opened. */
export type SocketOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly deflate?: boolean;
  readonly path?: string;
  readonly subprotocols?: readonly string[];
};

/** One socket. */
export class SocketClient {
  readonly socket: WebSocket;
  readonly events: SocketEvent[] = [];
  /** As they came. */
  readonly texts: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  pings = 0;
  readonly #changed = new Condition();
  #taken = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => {
      const text = data.toString();
      this.texts.push(text);
      this.events.push(JSON.parse(text) as SocketEvent);
      this.#changed.notify();
    });
    socket.on("ping", () => {
      this.pings += 1;
      this.#changed.notify();
    });
    socket.on("error", () => undefined);
    socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#changed.notify();
    });
  }

  send(event: SocketEvent | string | Buffer): void {
    this.socket.send(typeof event === "string" || Buffer.isBuffer(event) ? event : JSON.stringify(event));
  }

  /** The next event. */
  async next(): Promise<SocketEvent> {
    const at = this.#taken;
    this.#taken += 1;
    await this.#changed.until(() => this.events.length > at || this.closed !== undefined);
    const event = this.events[at];
    if (event === undefined) throw new Error(`closed with ${this.closed?.code}`);
    return event;
  }

  /** The events up to one that ends a response, with it. */
  async answer(): Promise<readonly SocketEvent[]> {
    const events: SocketEvent[] = [];
    for (;;) {
      const event = await this.next();
      events.push(event);
      if (/^(?:error|response\.(?:completed|failed|incomplete))$/.test(String(event["type"]))) return events;
    }
  }

  /** Sends a `response.create`, and gives the events that answer it. */
  create(fields: SocketEvent): Promise<readonly SocketEvent[]> {
    this.send({ type: "response.create", ...fields });
    return this.answer();
  }

  async close(): Promise<{ readonly code: number; readonly reason: string }> {
    this.socket.close();
    return this.end();
  }

  /** Waits for the end. */
  async end(): Promise<{ readonly code: number; readonly reason: string }> {
    await this.#changed.until(() => this.closed !== undefined);
    if (this.closed === undefined) throw new RangeError("not closed");
    return this.closed;
  }

  async until(isMet: () => boolean): Promise<void> {
    await this.#changed.until(isMet);
  }
}

/** Opens a socket at a gateway, cut when the test is over. */
export async function socketFor(
  t: TestContext,
  port: number,
  options: SocketOptions = {},
): Promise<SocketClient> {
  const { headers = {}, deflate = true, path = "/v1/responses", subprotocols = [] } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...subprotocols], {
    headers,
    perMessageDeflate: deflate,
  });
  t.after(() => socket.terminate());
  const client = new SocketClient(socket);
  await once(socket, "open");
  return client;
}

/** The status and the body of a handshake that is refused. */
export async function refusedSocket(
  port: number,
  options: SocketOptions = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const { headers = {}, path = "/v1/responses" } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  socket.on("error", () => undefined);
  const [, response] = await once(socket, "unexpected-response");
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body };
}

/** The response of the event that ends an answer. */
export function responseIn(events: readonly SocketEvent[]): SocketEvent {
  const response = events.at(-1)?.["response"];
  if (typeof response !== "object" || response === null) throw new Error(JSON.stringify(events.at(-1)));
  return response as SocketEvent;
}

/** The `error` of the event that ends an answer, with the status beside it. */
export function errorIn(events: readonly SocketEvent[]): SocketEvent {
  const last = events.at(-1) ?? {};
  return { status: last["status"], ...(last["error"] as SocketEvent) };
}
