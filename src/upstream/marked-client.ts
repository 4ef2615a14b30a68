// An outbound client whose every request carries some headers more: those by which a gateway knows its own.

import type { FlatHeaders } from "../http/message.ts";
import type {
  AskingClient,
  OutboundCall,
  OutboundHandler,
  OutboundRequest,
  Peer,
  Route,
  SendOptions,
} from "./client.ts";

/** Adds `headers` to what is sent through it, and leaves the rest to `client`. */
export class MarkedClient implements AskingClient {
  readonly #client: AskingClient;
  readonly #headers: FlatHeaders;

  constructor(client: AskingClient, headers: FlatHeaders) {
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
}
