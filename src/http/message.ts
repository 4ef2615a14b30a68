// The seam of inbound HTTP: what the rest of the code sees of a client's request and of the reply to it. No
// type of an HTTP engine appears here, so that the engine behind it can be replaced. `node/` is the engine there is.

import type { Duplex } from "node:stream";
import type { Clock } from "../core/clock.ts";
import type { PiecedBody } from "./body-pieces.ts";

/** Headers in the order they came: name, value, name, value …; names in lower case. */
export type FlatHeaders = readonly string[];

/** One request of a client. */
export interface InboundRequest {
  readonly method: string;
  /** The request target as sent, path and query, undecoded. */
  readonly target: string;
  readonly headers: FlatHeaders;
  /** First value of a header by its lower-case name. Never finds anything but a header that was sent. */
  header(name: string): string | undefined;
  readonly remoteAddress: string;
  /**
   * The whole body, read once: itself where it has come already, else the promise of it; a large one comes in pieces that
   * are still to be joined. Each piece is counted by the meter as it comes.
   * @throws GatewayError request_too_large, request_timeout, overloaded, bad_request, client_closed
   */
  readBody(limits: BodyLimits, meter: BodyMeter): Buffer | Promise<Buffer | PiecedBody>;
}

/** Bounds on a request's body. */
export type BodyLimits = {
  readonly maxBytes: number;
  /** Silence between two pieces of the body, and how long it may come more slowly than the least rate. */
  readonly idleMs: number;
  /** From the first look at it to its end. */
  readonly totalMs: number;
  /** The least rate; 0: none. */
  readonly minBytesPerSecond: number;
  readonly clock: Clock;
};

/** Counts the bytes of one body as they come. */
export interface BodyMeter {
  /** Counts a piece; false when there is no room for it, and the body is to be given up. `isLast`: it is whole now. */
  take(bytes: number, isLast: boolean): boolean;
  /** The body is whole. */
  finish(): void;
  /** The body is gone, and what was counted with it. */
  release(): void;
  /** Set by who reads: called when room is needed for others and this body, still coming, is to be given up. */
  onShed: (() => void) | undefined;
}

/** The answer to one request. Methods after `end` or `destroy` do nothing. */
export interface Reply {
  readonly isHeadSent: boolean;
  /** True once the client's connection is gone or the answer was cut. */
  readonly isClosed: boolean;
  /**
   * Sets status and headers. They leave with the first piece of body, or with `flush`. Content-Length among the
   * headers fixes the length; without it the body is chunked (HTTP/1.1) or ended by close (HTTP/1.0).
   */
  head(status: number, headers: FlatHeaders): void;
  /** Sends the head now if it is still held. */
  flush(): void;
  /** Sends a piece of body, in this turn of the event loop. False when the client reads slower than we write: wait for `onDrain`. */
  write(chunk: Buffer): boolean;
  /** Ends the answer cleanly. */
  end(chunk?: Buffer): void;
  /** Cuts the connection, so that the client sees an incomplete answer. */
  destroy(): void;
  /** Called each time the client has read what was written. One listener. */
  onDrain(listener: () => void): void;
  /** Called once, when the client goes away before `end` was delivered. One listener; at once if already gone. */
  onAbort(listener: () => void): void;
}

/** Handles one request; must not throw. */
export type RequestListener = (request: InboundRequest, reply: Reply) => void;

/** The reply to a request that offers to leave HTTP: the switch, or an answer like any other, which refuses. */
export interface UpgradeReply extends Reply {
  /**
   * Answers 101 with these headers besides `Connection` and `Upgrade`. The connection, paused, is the caller's from here
   * on, with what the client has sent already; the reply is closed, and nothing more is heard of it. Not after `head`,
   * nor when the client is gone.
   */
  switchProtocols(headers: FlatHeaders): Duplex;
}

/** Handles offers to leave HTTP. */
export interface UpgradeListener {
  /** Whether an offer is for us. Any other is ignored, as it may be (RFC 9110 §7.8): the request is one like others. */
  mayTake(protocol: string, method: string, target: string): boolean;
  /** Handles one that is; must not throw. */
  onUpgrade(request: InboundRequest, reply: UpgradeReply): void;
}

/** Whether a reply belongs to an offer that may be taken. */
export function isUpgradeReply(reply: Reply): reply is UpgradeReply {
  return "switchProtocols" in reply;
}
