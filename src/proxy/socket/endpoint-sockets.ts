// The way of one client's socket to endpoints: over a socket of the endpoint's own where it has one, so that it is sent
// only what is new, else over HTTP. To attempts both are the same; an endpoint that has refused a socket is not asked for
// one again for a while, by nobody's socket.

import type { Duplex } from "node:stream";
import { firstHeader } from "../../http/first-header.ts";
import type { FlatHeaders } from "../../http/message.ts";
import { acceptOf, newHandshake } from "../../http/websocket/handshake.ts";
import type { KnownSockets } from "../../routing/abilities/known-sockets.ts";
import type {
  OutboundCall,
  OutboundClient,
  OutboundFailure,
  OutboundHandler,
  OutboundRequest,
  Peer,
  Route,
  SendOptions,
  UpgradeHandler,
  UpgradeRequest,
} from "../../upstream/client.ts";
import { tellFailure } from "../../upstream/telling.ts";
import { withSocketWord } from "../../wires/socket/socket-word.ts";
import { type OutboundTurn, turnFrame } from "../../wires/socket/turn-body.ts";
import { Attempt } from "../attempt/attempt.ts";
import { EndpointSocket } from "./endpoint-socket.ts";
import { type Turn, turnOf } from "./turn-request.ts";
import { WarmUpCall } from "./warm-up.ts";

const RESPONSES = "/responses";
/** A server that says nothing to a handshake has no socket; over HTTP it may be as quick as any. */
const HANDSHAKE_MS = 3_000;
/** Refusals that say nothing of sockets. */
const OF_THE_KEY: ReadonlySet<number> = new Set([401, 402, 403, 429]);
/** What an endpoint says of a socket, or of a response, that it has no more: all of it is sent again, once. */
const GONE = /^(?:previous_response_not_found|websocket_connection_limit_reached)$/;
const OF_A_BODY: ReadonlySet<string> = new Set(["content-type", "accept", "accept-encoding"]);

/** The sockets at endpoints of one client's socket. */
export class EndpointSockets implements OutboundClient {
  readonly #client: OutboundClient;
  readonly #known: KnownSockets;
  /** Those that are open, by endpoint and key. */
  readonly #open = new Map<string, Set<EndpointSocket>>();
  readonly #busy = new Set<EndpointSocket>();
  #isClosed = false;

  constructor(client: OutboundClient, known: KnownSockets) {
    this.#client = client;
    this.#known = known;
  }

  open(peer: Peer): Route {
    return this.#client.open(peer);
  }

  upgrade(
    route: Route,
    request: UpgradeRequest,
    handler: UpgradeHandler,
    options: Pick<SendOptions, "connectMs">,
  ): OutboundCall {
    return this.#client.upgrade(route, request, handler, options);
  }

  send(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions): OutboundCall {
    const turn = handler instanceof Attempt ? turnOf(handler.call.request) : undefined;
    if (turn === undefined || !(handler instanceof Attempt))
      return this.#client.send(route, request, handler, options);
    if (!this.#mayAsk(handler, request)) {
      // Over HTTP it would be taken for a request to write.
      if (turn.create.isWarmUp) return new WarmUpCall(handler);
      return this.#client.send(route, request, handler, options);
    }
    const { endpoint } = handler.lease.target;
    const place = `${endpoint.name} ${handler.lease.credential.id}`;
    const sending = { route, request, handler, options };
    const ways: Ways = {
      client: this.#client,
      idle: options.isFresh === true ? undefined : this.#idleAt(place, turn),
      made: (connection) => {
        this.#known.note(endpoint.name, true);
        return this.#made(place, connection, endpoint.timeouts.idleMs);
      },
      taken: (socket) => this.#busy.add(socket),
      refused: () => this.#known.note(endpoint.name, false),
    };
    return new SocketCall(sending, turn, ways);
  }

  /** Nothing of its own is kept for routes. */
  retain(): void {}

  /** Closes the sockets. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const sockets of this.#open.values()) for (const socket of [...sockets]) socket.cut();
    this.#open.clear();
  }

  #mayAsk({ translated, lease }: Attempt, { path }: OutboundRequest): boolean {
    if (translated !== undefined || this.#isClosed) return false;
    const query = path.indexOf("?");
    const plain = query === -1 ? path : path.slice(0, query);
    return plain.endsWith(RESPONSES) && this.#known.has(lease.target.endpoint.name) !== false;
  }

  /** One that nobody uses, best the one that has the response before. */
  #idleAt(place: string, { create }: Turn): EndpointSocket | undefined {
    const idle = [...(this.#open.get(place) ?? [])].filter((one) => one.isOpen && !this.#busy.has(one));
    return idle.find(({ lastId }) => lastId !== undefined && lastId === create.previousId) ?? idle[0];
  }

  #made(place: string, connection: Duplex, stallMs: number): EndpointSocket {
    const socket = new EndpointSocket(connection, stallMs, (one) => {
      this.#busy.delete(one);
      if (!one.isOpen) this.#open.get(place)?.delete(one);
    });
    const sockets = this.#open.get(place) ?? new Set();
    this.#open.set(place, sockets.add(socket));
    return socket;
  }
}

type Sending = {
  readonly route: Route;
  readonly request: OutboundRequest;
  readonly handler: Attempt;
  readonly options: SendOptions;
};

/** How a turn gets to its endpoint. */
type Ways = {
  readonly client: OutboundClient;
  /** A socket that is open already. */
  readonly idle: EndpointSocket | undefined;
  readonly made: (connection: Duplex) => EndpointSocket;
  readonly taken: (socket: EndpointSocket) => void;
  readonly refused: () => void;
};

/** One turn on its way: over an open socket, over a new one, or over HTTP. */
class SocketCall implements OutboundCall {
  readonly #sending: Sending;
  readonly #turn: Turn;
  readonly #ways: Ways;
  #inner: OutboundCall | undefined;
  #socket: EndpointSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #isSecond = false;

  constructor(sending: Sending, turn: Turn, ways: Ways) {
    this.#sending = sending;
    this.#turn = turn;
    this.#ways = ways;
    if (ways.idle === undefined) this.#dial();
    else this.#ask(ways.idle);
  }

  resume(): void {
    this.#inner?.resume();
    this.#socket?.resume();
  }

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#inner?.cancel();
    this.#socket?.abandon(this.#sending.handler);
  }

  #ask(socket: EndpointSocket): void {
    const { request, handler } = this.#sending;
    const { create, body } = this.#turn;
    const outbound: OutboundTurn = { bytes: bytesOf(request.body), tailBytes: body.tailBytes };
    const isShort = create.previousId !== undefined && socket.lastId === create.previousId;
    this.#socket = socket;
    this.#ways.taken(socket);
    socket.ask(turnFrame(outbound, create, isShort), {
      handler,
      isSentAgain: ({ code }) => {
        if (this.#isSecond || this.#isOver || !GONE.test(code)) return false;
        this.#isSecond = true;
        this.#socket = undefined;
        socket.cut();
        this.#dial();
        return true;
      },
    });
  }

  #dial(): void {
    const { route, request, options } = this.#sending;
    const { key, headers } = newHandshake();
    this.#timer = setTimeout(() => this.#overHttp(true), HANDSHAKE_MS);
    const upgrade = {
      method: "GET",
      path: request.path,
      headers: [...handshakeHeaders(request.headers), ...headers],
      protocol: "websocket",
    };
    const handler: UpgradeHandler = {
      onSwitch: (received, connection) => this.#onSwitch(received, connection, key),
      onHead: (status) => this.#overHttp(!OF_THE_KEY.has(status)),
      onData: () => true,
      onEnd: () => undefined,
      onFailure: (failure) => this.#onFailure(failure),
      onThrow: (error) => this.#sending.handler.onThrow?.(error),
    };
    this.#inner = this.#ways.client.upgrade(route, upgrade, handler, options);
  }

  #onSwitch(received: FlatHeaders, connection: Duplex, key: string): void {
    if (this.#isOver) {
      connection.destroy();
      return;
    }
    const isAgreed =
      firstHeader(received, "sec-websocket-accept") === acceptOf(key) &&
      firstHeader(received, "sec-websocket-extensions") === undefined;
    if (!isAgreed) {
      connection.destroy();
      this.#overHttp(true);
      return;
    }
    clearTimeout(this.#timer);
    this.#inner = undefined;
    this.#ask(this.#ways.made(connection));
  }

  /** What keeps a connection from being made would keep it from HTTP as well; the rest is about the socket. */
  #onFailure(failure: OutboundFailure): void {
    if (this.#isOver) return;
    const isOfSocket = failure.kind === "reset" || failure.kind === "bad_response";
    // A warm-up is sent only where there was a socket before.
    if (isOfSocket && !this.#turn.create.isWarmUp) {
      this.#overHttp(true);
      return;
    }
    clearTimeout(this.#timer);
    tellFailure(this.#sending.handler, failure);
  }

  #overHttp(isLacking: boolean): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    if (isLacking) this.#ways.refused();
    this.#inner?.cancel();
    const { route, request, handler, options } = this.#sending;
    this.#inner = this.#turn.create.isWarmUp
      ? new WarmUpCall(handler)
      : this.#ways.client.send(route, request, handler, options);
  }
}

function bytesOf(body: OutboundRequest["body"]): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.isBuffer(body) ? body : Buffer.concat(body);
}

/** The request's own headers, with the word for sockets where the endpoint knows it. */
function handshakeHeaders(headers: FlatHeaders): FlatHeaders {
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const [name = "", value = ""] = [headers[at], headers[at + 1]];
    if (!OF_A_BODY.has(name)) kept.push(name, value);
  }
  return withSocketWord(kept);
}
