// The inbound engine over `node:net`: plain requests are served here, and whatever else comes by another engine, on the
// same connection.

import type { Socket } from "node:net";
import type { ConnectionEngine, EngineShare } from "../listener/acceptor.ts";
import type { Listeners, ServerLimits } from "../listener.ts";
import type { RequestListener } from "../message.ts";
import { type ConnectionShare, H1Connection } from "./h1-connection.ts";
import { DateLine } from "./response-head.ts";
import { WriteRound } from "./write-round.ts";

/** Waiting connections are looked at for their time this often, or more often where they have very little of it. */
const CHECK_MS = 1_000;

/** Serves connections that others have accepted. */
export class H1Engine implements ConnectionEngine, ConnectionShare {
  readonly onRequest: RequestListener;
  readonly round: WriteRound = new WriteRound();
  readonly maxHeadBytes: number;
  readonly closing: WeakSet<Socket>;
  headMs: number;
  keepAliveMs: number;
  readonly #share: EngineShare;
  readonly #makeOther: (limits: ServerLimits) => ConnectionEngine;
  #limits: ServerLimits;
  #other: ConnectionEngine | undefined;
  readonly #connections = new Map<Socket, H1Connection>();
  readonly #dates = new DateLine();
  #checking: NodeJS.Timeout;

  /** `makeOther`: makes what gets all that is not plain, once there is any: `node:http` is 1 MiB. */
  constructor(
    limits: ServerLimits,
    listeners: Listeners,
    share: EngineShare,
    makeOther: (limits: ServerLimits) => ConnectionEngine,
  ) {
    this.onRequest = listeners.onRequest;
    this.maxHeadBytes = limits.maxHeadBytes;
    this.closing = share.closing;
    this.headMs = limits.headMs;
    this.keepAliveMs = limits.keepAliveMs;
    this.#share = share;
    this.#limits = limits;
    this.#makeOther = makeOther;
    this.#checking = this.#startChecking();
  }

  get stallMs(): number {
    return this.#share.stallMs;
  }

  get isDraining(): boolean {
    return this.#share.isDraining;
  }

  nowMs(): number {
    return performance.now();
  }

  dateLine(): string {
    return this.#dates.at(Date.now());
  }

  serve(socket: Socket): void {
    this.#connections.set(socket, new H1Connection(socket, this));
  }

  isFree(socket: Socket): boolean {
    return this.#connections.get(socket)?.isFree ?? this.#other?.isFree(socket) ?? true;
  }

  handOver(socket: Socket, read: Buffer | undefined): void {
    socket.pause();
    if (read !== undefined) socket.unshift(read);
    this.#other ??= this.#makeOther(this.#limits);
    this.#other.serve(socket);
    socket.resume();
  }

  forget(connection: H1Connection): void {
    this.#connections.delete(connection.socket);
  }

  configure(limits: ServerLimits): void {
    this.headMs = limits.headMs;
    this.keepAliveMs = limits.keepAliveMs;
    this.#limits = limits;
    this.#other?.configure(limits);
    clearInterval(this.#checking);
    this.#checking = this.#startChecking();
  }

  close(): void {
    clearInterval(this.#checking);
    this.#other?.close();
  }

  #startChecking(): NodeJS.Timeout {
    const everyMs = Math.max(1, Math.min(CHECK_MS, this.headMs, this.keepAliveMs));
    const check = (): void => {
      const nowMs = this.nowMs();
      for (const connection of this.#connections.values()) connection.checkTime(nowMs);
    };
    // It holds no process up: connections do.
    return setInterval(check, everyMs).unref();
  }
}
