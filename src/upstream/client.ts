// The seam of outbound HTTP: one attempt on the wire. No type of an HTTP library appears here, so that the
// engine behind it can be replaced. Implemented by `undici-client.ts`; called by `proxy/attempt/attempt.ts` and
// `catalogue/`.

import type { FlatHeaders } from "../http/message.ts";

/** Who is at the other end. Connections to the same peer are shared, whoever asks for them. */
export type Peer = {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Certificate authorities to trust besides the usual ones, PEM. */
  readonly caPem?: string | undefined;
};

/** Where a call goes. */
export type Origin = Peer & {
  /** How long a new connection may take, TLS included; one from the pool has been made. */
  readonly connectMs: number;
};

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

/** Why a call failed, by kind; the engine's words never leave `upstream/`. */
export type OutboundFailure = {
  readonly kind:
    | "connect_failed"
    | "connect_timeout"
    | "dns_failed"
    | "tls_failed"
    | "reset"
    /** The peer spoke, but no HTTP: broken framing, headers over the limit, conflicting lengths. */
    | "bad_response";
  /** For logs and `doctor`: an error code such as ECONNREFUSED or CERT_HAS_EXPIRED; no addresses, no keys. */
  readonly reason: string;
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

/** A call under way. */
export interface OutboundCall {
  /** Goes on after `onData` returned false. */
  resume(): void;
  /** Drops the call and its connection; nothing is called afterwards. */
  cancel(): void;
}

/** What a call may ask of its connection. */
export type SendOptions = {
  /** Never use a pooled connection: the retry after a stale one. */
  readonly isFresh: boolean;
};

/** The outbound HTTP engine. */
export interface OutboundClient {
  send(
    origin: Origin,
    request: OutboundRequest,
    handler: OutboundHandler,
    options?: SendOptions,
  ): OutboundCall;
  /** Closes the pools of peers that are not in `keep`; calls under way finish. */
  retain(keep: Iterable<Peer>): void;
  /** Cuts everything. */
  close(): Promise<void>;
}
