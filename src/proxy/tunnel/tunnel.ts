// Two connections that have left HTTP, joined: bytes both ways as they come, whatever they mean. Not the switch itself:
// that is `open-tunnel.ts`.

import type { Duplex } from "node:stream";
import type { Clock } from "../../core/clock.ts";

/**
 * How a tunnel ended. `closed`: one side ended, and the other had its time to answer. The two that are gone broke off, or
 * were cut. `silent`: nothing came from either for too long. The two that are stuck took nothing of what came for them.
 */
export type TunnelEnd =
  | "closed"
  | "client_gone"
  | "endpoint_gone"
  | "silent"
  | "client_stuck"
  | "endpoint_stuck";

type SideName = "client" | "endpoint";

/** What a tunnel goes by, and whom it tells. */
export type TunnelRules = {
  readonly clock: Clock;
  /** How long neither side need send anything. */
  readonly idleMs: number;
  /** How long each may take nothing of what is there for it. One that is gone without a word is found out by this. */
  readonly stallMs: Readonly<Record<SideName, number>>;
  /** Told of each piece that is passed on. */
  readonly onBytes: (from: SideName, count: number) => void;
  /** Told once. */
  readonly onOver: (end: TunnelEnd) => void;
};

/** One end: a connection, and whether its peer has said that nothing more comes. */
type Side = {
  readonly name: SideName;
  readonly connection: Duplex;
  hasEnded: boolean;
  /** Runs while it takes nothing. */
  stall: NodeJS.Timeout | undefined;
};

/** How long the other side may be silent once one has ended: it has nobody left to talk to, and would stay for ever. */
const HALF_CLOSED_MS = 30_000;

/** How long the last bytes to a side may take. */
const LINGER_MS = 2_000;

/** Joins two connections until both are over. */
export class Tunnel {
  readonly #client: Side;
  readonly #endpoint: Side;
  readonly #rules: TunnelRules;
  #timer: NodeJS.Timeout;
  /** How long both may be silent, from `#lastMs` on. */
  #limitMs: number;
  #lastMs: number;
  #isOver = false;

  /** Takes both connections, which may be paused, and closes them in the end. */
  constructor(client: Duplex, endpoint: Duplex, rules: TunnelRules) {
    this.#client = { name: "client", connection: client, hasEnded: false, stall: undefined };
    this.#endpoint = { name: "endpoint", connection: endpoint, hasEnded: false, stall: undefined };
    this.#rules = rules;
    this.#limitMs = rules.idleMs;
    this.#lastMs = rules.clock.nowMs();
    this.#timer = this.#startTimer(rules.idleMs);
    this.#join(this.#client, this.#endpoint);
    this.#join(this.#endpoint, this.#client);
  }

  /** Cuts both sides, and tells nobody. */
  cut(): void {
    this.#stop();
    this.#destroyBoth();
  }

  #join(from: Side, to: Side): void {
    const { connection } = from;
    connection.on("data", (chunk: Buffer) => {
      if (this.#isOver) return;
      this.#lastMs = this.#rules.clock.nowMs();
      this.#rules.onBytes(from.name, chunk.length);
      // Nothing more is read of one side while the other does not take it: memory holds a buffer's worth and no more.
      if (to.connection.write(chunk)) return;
      connection.pause();
      to.stall ??= setTimeout(() => this.#onStuck(to), this.#rules.stallMs[to.name]);
    });
    to.connection.on("drain", () => {
      clearTimeout(to.stall);
      to.stall = undefined;
      connection.resume();
    });
    connection.on("end", () => this.#onEnd(from, to));
    // What breaks a connection closes it.
    connection.on("error", () => undefined);
    connection.on("close", () => this.#onClose(from, to));
    connection.resume();
  }

  #onEnd(side: Side, other: Side): void {
    side.hasEnded = true;
    if (this.#isOver) return;
    other.connection.end();
    clearTimeout(this.#timer);
    this.#limitMs = Math.min(this.#limitMs, HALF_CLOSED_MS);
    this.#lastMs = this.#rules.clock.nowMs();
    this.#timer = this.#startTimer(this.#limitMs);
  }

  #onClose(side: Side, other: Side): void {
    if (this.#isOver) return;
    // Who had heard the other's end may close in whatever way: there was nothing left to lose.
    const isClosed = side.hasEnded || other.hasEnded;
    const isClient = side === this.#client;
    this.#over(isClosed ? "closed" : isClient ? "client_gone" : "endpoint_gone");
    // An endpoint without its client works for nobody; a client is owed what came before the break.
    if (isClient && !isClosed) other.connection.destroy();
    else closeSoon(other.connection);
  }

  #startTimer(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#onTimeout(), Math.ceil(ms));
  }

  /** Set anew here and not by each piece, of which there may be thousands in a moment. */
  #onTimeout(): void {
    const leftMs = this.#lastMs + this.#limitMs - this.#rules.clock.nowMs();
    if (leftMs > 0) {
      this.#timer = this.#startTimer(leftMs);
      return;
    }
    const isHalfClosed = this.#client.hasEnded || this.#endpoint.hasEnded;
    this.#over(isHalfClosed ? "closed" : "silent");
    this.#destroyBoth();
  }

  #onStuck(side: Side): void {
    this.#over(`${side.name}_stuck`);
    this.#destroyBoth();
  }

  #over(end: TunnelEnd): void {
    this.#stop();
    this.#rules.onOver(end);
  }

  #stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const side of [this.#client, this.#endpoint]) clearTimeout(side.stall);
  }

  #destroyBoth(): void {
    this.#client.connection.destroy();
    this.#endpoint.connection.destroy();
  }
}

/** Ends a connection once it has taken what was written to it, and cuts it where that takes too long. */
function closeSoon(connection: Duplex): void {
  if (connection.destroyed) return;
  const timer = setTimeout(() => connection.destroy(), LINGER_MS);
  connection.once("close", () => clearTimeout(timer));
  connection.end();
  connection.resume();
}
