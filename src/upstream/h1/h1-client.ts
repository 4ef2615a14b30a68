// The outbound engine of our own: routes, and a connection for each call. What becomes of a call is `h1-call.ts`.

import { firstHeader } from "../../http/first-header.ts";
import type {
  OutboundCall,
  OutboundClient,
  OutboundHandler,
  OutboundRequest,
  Peer,
  Route,
  SendOptions,
  UpgradeHandler,
  UpgradeRequest,
} from "../client.ts";
import { failureOf } from "../failure.ts";
import { type ForwardProxy, isOfProxy, refusedBy } from "../forward-proxy.ts";
import { RouteTable } from "../route-table.ts";
import { type CallBytes, H1Call } from "./h1-call.ts";
import { H1Route, type PeerPool } from "./h1-routes.ts";
import type { PeerConnection } from "./peer-connection.ts";
import { lengthOf, requestHead, upgradeLines } from "./request-head.ts";
import type { ReceivedHead } from "./response-head.ts";

/** Makes the engine. */
export function createH1Client(): OutboundClient {
  return new H1Client();
}

class H1Client implements OutboundClient {
  readonly #routes = new RouteTable((peer, means) => new H1Route(peer, means));

  open(peer: Peer): Route {
    return this.#routes.of(peer);
  }

  send(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions): OutboundCall {
    const own = ownRoute(route);
    const { method, headers, body } = request;
    const path = own.target(request.path);
    const head = requestHead({ method, path, headers, lines: own.lines, length: lengthOf(method, body) });
    const connection = own.take(options.isFresh === true);
    const bytes = { method, head, body };
    const call =
      own.forwarder === undefined
        ? new H1Call(own.pool, connection, handler, bytes)
        : new H1ForwardedCall(own.pool, connection, { handler, proxy: own.forwarder }, bytes);
    call.start(options.connectMs);
    return call;
  }

  upgrade(
    route: Route,
    request: UpgradeRequest,
    handler: UpgradeHandler,
    options: Pick<SendOptions, "connectMs">,
  ): OutboundCall {
    const own = ownRoute(route);
    // A connection that is closed in passing could not be told from a refusal by the protocol.
    const call = new H1UpgradeCall(own.upgradePool, own.upgradePool.take(true), handler, {
      ...request,
      origin: own.origin,
    });
    call.start(options.connectMs);
    return call;
  }

  retain(keep: Iterable<Route>): void {
    this.#routes.retain(keep);
  }

  async close(): Promise<void> {
    this.#routes.destroyAll();
  }
}

/**
 * A call whose request a forward proxy sends on: what the proxy says for itself is its failure, and no answer of the
 * endpoint's.
 */
class H1ForwardedCall extends H1Call {
  readonly #proxy: ForwardProxy;

  constructor(
    pool: PeerPool,
    connection: PeerConnection,
    { handler, proxy }: { readonly handler: OutboundHandler; readonly proxy: ForwardProxy },
    bytes: CallBytes,
  ) {
    super(pool, connection, handler, bytes);
    this.#proxy = proxy;
  }

  override onAnswerHead(head: ReceivedHead): void {
    const { status, headers } = head;
    if (status >= 400 && isOfProxy(status, headers))
      this.fail(failureOf(refusedBy(this.#proxy, status, "proxy.askedRequest"), false, false));
    else super.onAnswerHead(head);
  }
}

/** A call that asks to leave HTTP. A refusal is an answer like any other; the switch hands the socket over. */
class H1UpgradeCall extends H1Call {
  readonly #handler: UpgradeHandler;
  readonly #protocol: string;

  constructor(
    pool: PeerPool,
    connection: PeerConnection,
    handler: UpgradeHandler,
    request: UpgradeRequest & { readonly origin: string },
  ) {
    const { method, path, headers, protocol, origin } = request;
    const lines = upgradeLines(origin, protocol);
    const head = requestHead({ method, path, headers, lines, length: undefined });
    super(pool, connection, handler, { method, head, body: undefined });
    this.#handler = handler;
    this.#protocol = protocol;
  }

  protected override onSwitching(head: ReceivedHead): void {
    if (firstHeader(head.headers, "upgrade")?.toLowerCase() !== this.#protocol) {
      super.onSwitching(head);
      return;
    }
    this.handOver((socket) => {
      // An end of the peer's is not ours as well: whoever has the connection may still have something to say.
      socket.allowHalfOpen = true;
      this.#handler.onSwitch(head.headers, socket);
    });
  }
}

/** @throws TypeError for a route that another engine has opened */
function ownRoute(route: Route): H1Route {
  if (route instanceof H1Route) return route;
  throw new TypeError("The route was opened by another engine.");
}
