// The seam of outbound HTTP: one attempt on the wire. No type of an HTTP library appears here, so that the engine
// behind it can be replaced. `undici/` is the engine there is.

import type { Duplex } from "node:stream";
import type { FlatHeaders } from "../http/message.ts";
import type { Message } from "../language/messages.ts";
import type { ForwardProxy, ProxyFailureKind } from "./forward-proxy.ts";
import type { ClientCertificate } from "./trust.ts";

/** Who is at the other end, and whom we trust to say so. */
export type Peer = {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Certificate authorities to trust besides the usual ones, PEM. */
  readonly caPem?: string | undefined;
  /** What it is shown of us, where it asks. */
  readonly clientCertificate?: ClientCertificate | undefined;
  /** The proxy to go through; undefined: straight there. */
  readonly proxy?: ForwardProxy | undefined;
};

/**
 * The way to one peer, opened once: its connections, whom it trusts, and the TLS session that the next connection
 * resumes. The engine knows what it is; others only hold it, so that nothing is looked up or built for an attempt.
 */
export interface Route {
  readonly origin: string;
}

/** One request to an endpoint. */
export type OutboundRequest = {
  readonly method: string;
  /** Path and query, built from constants and encoded parts only. */
  readonly path: string;
  /** Flat. Host, Content-Length, Connection and Transfer-Encoding are the engine's. */
  readonly headers: FlatHeaders;
  /** In pieces where one was replaced, so that a large body is not copied for it. */
  readonly body: Buffer | readonly Buffer[] | undefined;
};

/** A request to leave HTTP/1.1 for another protocol. It has no body. */
export type UpgradeRequest = Omit<OutboundRequest, "body"> & {
  /** What the endpoint is to switch to, as `Upgrade` names it, in lower case. */
  readonly protocol: string;
};

/** Why a call failed, by kind; the engine's words never leave `upstream/`. */
export type OutboundFailure = {
  readonly kind:
    | "connect_failed"
    | "connect_timeout"
    | "dns_failed"
    | "tls_failed"
    | "reset"
    /** The peer spoke, but no HTTP: broken framing, headers over the limit, conflicting lengths. */
    | "bad_response"
    | ProxyFailureKind;
  /**
   * For logs and `doctor`: an error code such as ECONNREFUSED or CERT_HAS_EXPIRED; no keys and no addresses but host and
   * port of a forward proxy that has failed.
   */
  readonly reason: string;
  /** The reason where it is a sentence, to be said in the reader's language. */
  readonly said?: Message;
  /**
   * The connection had served a request before, and not a byte of an answer had come: the peer may have closed it
   * just as it was used again, without having seen the request.
   */
  readonly isStale: boolean;
};

/** Called as the answer arrives, never before `send` has returned, never after `cancel`. */
export interface OutboundHandler {
  /** The final status and its headers (1xx are skipped). Called once, before any data. */
  onHead(status: number, headers: FlatHeaders): void;
  /** A piece of body as received. Returning false pauses the endpoint until `resume`. */
  onData(chunk: Buffer): boolean;
  /** The answer is complete by HTTP's rules. */
  onEnd(): void;
  /** The answer will not come, or broke off after `onHead`. */
  onFailure(failure: OutboundFailure): void;
  /**
   * One of the above has thrown: the call is dropped, and this is the last that is heard of it. Without it
   * `onFailure` is called, with the reason HANDLER_THREW. Must not throw.
   */
  onThrow?(error: unknown): void;
}

/** The same for a request to leave HTTP: the answer is the switch, or one like any other, which refuses. */
export interface UpgradeHandler extends OutboundHandler {
  /**
   * The endpoint has switched (101). The connection, which may be paused, is the handler's from here on, half-open where
   * the protocol leaves it so, and nothing more is called.
   */
  onSwitch(headers: FlatHeaders, connection: Duplex): void;
}

/** A call under way. */
export interface OutboundCall {
  /** Goes on after `onData` returned false. */
  resume(): void;
  /** Drops the call and its connection; nothing is called afterwards. */
  cancel(): void;
}

/** What a call asks of its connection. */
export type SendOptions = {
  /** How long a new connection may take, TLS included; one from the pool has been made. It parts no routes. */
  readonly connectMs: number;
  /** Never use a pooled connection: the retry after a stale one. */
  readonly isFresh?: boolean;
};

/** Whoever has it may ask peers, and ends nothing of what others have open. */
export interface AskingClient {
  /** The route to a peer. Whoever opens the same one, by origin, authorities, certificate and proxy, gets the same. Makes no connection. */
  open(peer: Peer): Route;
  /** Sends a request. A route that was closed meanwhile still serves; its connections are not kept. */
  send(route: Route, request: OutboundRequest, handler: OutboundHandler, options: SendOptions): OutboundCall;
}

/** The outbound HTTP engine. */
export interface OutboundClient extends AskingClient {
  /** Asks to leave HTTP, on a connection of its own. A switch to anything but what was asked for is a failure. */
  upgrade(
    route: Route,
    request: UpgradeRequest,
    handler: UpgradeHandler,
    options: Pick<SendOptions, "connectMs">,
  ): OutboundCall;
  /** Closes the routes that are not in `keep`: idle connections at once, those of calls under way after these. */
  retain(keep: Iterable<Route>): void;
  /** Cuts everything. */
  close(): Promise<void>;
}
