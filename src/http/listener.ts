// The seam of the listener: what an inbound engine is started with and what it gives back. Types and limits; `node/` is
// the engine there is.

import type { RequestListener, UpgradeListener } from "./message.ts";

/** Limits of the listener. */
export type ServerLimits = {
  /** Request line and headers together, in bytes. */
  readonly maxHeadBytes: number;
  /** Until the head of a request must be complete. */
  readonly headMs: number;
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveMs: number;
  /** Client connections open at most, if the limit on open files allows them; more are told so and closed. */
  readonly maxConnections: number;
  /** How long a client may take nothing of what was written to it. */
  readonly writeStallMs: number;
};

/** Defaults: generous to clients that reuse connections, strict to those that never finish a head. */
export const DEFAULT_LIMITS: ServerLimits = {
  maxHeadBytes: 32 * 1024,
  headMs: 10_000,
  keepAliveMs: 75_000,
  maxConnections: 10_000,
  writeStallMs: 60_000,
};

/** The listener's certificate with its key: what it speaks TLS by. */
export interface ServerIdentity {
  /** The certificate and those that lead from it to an authority, PEM. */
  readonly certPem: string;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  /** The key, PEM, and what it is encrypted with; methods, so that they are in no JSON and in no log. */
  keyPem(): string;
  passphrase(): string | undefined;
}

/** Where to listen; `tls`: by TLS only. */
export type ListenAddress = {
  readonly host: string;
  readonly port: number;
  readonly tls?: ServerIdentity | undefined;
};

/** Who is told of what comes in. */
export type Listeners = {
  readonly onRequest: RequestListener;
  /** Without it no offer to leave HTTP is taken. */
  readonly upgrades?: UpgradeListener;
  /** Connections cannot be accepted (EMFILE …); the server goes on. */
  readonly onFault?: (error: Error) => void;
};

/** A listening server. */
export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** The bound on connections in force: the configured one, or less where too few files may be open. */
  readonly maxConnections: number;
  readonly openConnections: number;
  /** Connections that were closed so far because too many were open. */
  readonly refusedConnections: number;
  /** Takes new limits for connections and requests to come; `maxHeadBytes` needs a new listener. */
  configure(limits: ServerLimits): void;
  /**
   * Takes another certificate for connections to come; nothing happens to those that are open. Without effect where the
   * listener speaks no TLS.
   * @throws the system's error where the two do not fit; the one before stays in force
   */
  renew(identity: ServerIdentity): void;
  /**
   * Takes no new connections. Requests on those that are open are served, each answer as the last of its connection;
   * idle ones are closed once nothing is under way. Resolves when all are closed, those that have left HTTP included.
   */
  drain(): Promise<void>;
  /** Cuts every connection. */
  cut(): void;
}

/**
 * Starts an engine.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export type Listen = (
  address: ListenAddress,
  limits: ServerLimits,
  listeners: Listeners,
) => Promise<HttpServer>;
