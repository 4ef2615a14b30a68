// The outbound engine on undici: routes, and a connection for each call. What becomes of a call is `undici-call.ts`.

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
import { RouteTable } from "../route-table.ts";
import { ForwardedCall } from "./forwarded-call.ts";
import { UndiciCall } from "./undici-call.ts";
import { UndiciRoute } from "./undici-routes.ts";
import { UpgradeCall } from "./upgrade-call.ts";

/** Makes the engine. */
export function createUndiciClient(): OutboundClient {
  return new UndiciClient();
}

class UndiciClient implements OutboundClient {
  readonly #routes = new RouteTable((peer, means) => new UndiciRoute(peer, means));

  open(peer: Peer): Route {
    return this.#routes.of(peer);
  }

  send(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions): OutboundCall {
    const own = ownRoute(route);
    const connection = own.take(options.connectMs, options.isFresh === true);
    const call =
      own.forwarder === undefined
        ? new UndiciCall(own.pool, connection, handler)
        : new ForwardedCall(own.pool, connection, handler, own.forwarder);
    call.start(request);
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
    const connection = own.takeForUpgrade(options.connectMs);
    const call = new UpgradeCall(own.upgradePool, connection, handler);
    call.ask(request);
    return call;
  }

  retain(keep: Iterable<Route>): void {
    this.#routes.retain(keep);
  }

  async close(): Promise<void> {
    this.#routes.destroyAll();
  }
}

/** @throws TypeError for a route that another engine has opened */
function ownRoute(route: Route): UndiciRoute {
  if (route instanceof UndiciRoute) return route;
  throw new TypeError("The route was opened by another engine.");
}
