// An outbound client whose every request carries some headers more: those by which a gateway knows its own.

import type { FlatHeaders } from "../http/message.ts";
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
} from "./client.ts";

/** Adds `headers` to what is sent through it, and leaves the rest to `client`. */
export class MarkedClient implements OutboundClient {
  readonly #client: OutboundClient;
  readonly #headers: FlatHeaders;

  constructor(client: OutboundClient, headers: FlatHeaders) {
    this.#client = client;
    this.#headers = headers;
  }

  open(peer: Peer): Route {
    return this.#client.open(peer);
  }

  send(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions): OutboundCall {
    const headers = [...request.headers, ...this.#headers];
    return this.#client.send(route, { ...request, headers }, handler, options);
  }

  upgrade(
    route: Route,
    request: UpgradeRequest,
    handler: UpgradeHandler,
    options: Pick<SendOptions, "connectMs">,
  ): OutboundCall {
    const headers = [...request.headers, ...this.#headers];
    return this.#client.upgrade(route, { ...request, headers }, handler, options);
  }

  retain(keep: Iterable<Route>): void {
    this.#client.retain(keep);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
