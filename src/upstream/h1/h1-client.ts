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
import { H1Call } from "./h1-call.ts";
import { H1Route, H1Routes, type Pool } from "./h1-routes.ts";
import type { PeerConnection } from "./peer-connection.ts";
import { lengthOf, requestHead, upgradeLines } from "./request-head.ts";
import type { AnswerHead } from "./response-head.ts";

/** Makes the engine. */
export function createH1Client(): OutboundClient {
  return new H1Client();
}

class H1Client implements OutboundClient {
  readonly #routes = new H1Routes();

  open(peer: Peer): Route {
    return this.#routes.of(peer);
  }

  send(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions): OutboundCall {
    const own = ownRoute(route);
    const { method, path, headers, body } = request;
    const head = requestHead({ method, path, headers, lines: own.lines, length: lengthOf(method, body) });
    const connection = own.take(options.isFresh === true);
    const call = new H1Call(own.pool, connection, handler, { method, head, body });
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
    const call = new UpgradeCall(own.pool, own.take(true), handler, { ...request, origin: own.origin });
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

/** A call that asks to leave HTTP. A refusal is an answer like any other; the switch hands the socket over. */
class UpgradeCall extends H1Call {
  readonly #handler: UpgradeHandler;
  readonly #protocol: string;

  constructor(
    pool: Pool,
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

  protected override onSwitching(head: AnswerHead): void {
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
