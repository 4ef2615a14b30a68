// One connection to a peer: made once, used by one call after another, and gone with the first that breaks it.

import type { Socket } from "node:net";
import { readDirectly } from "../../http/h1/direct-reads.ts";
import type { Pooled } from "../connection-pool.ts";
import type { Connecting, Destination } from "../connector.ts";
import type { Opened, Opening } from "../names/reach.ts";

/** An idle connection is closed after this, unless the peer says that it keeps it for a shorter time. */
const IDLE_MS = 30_000;
/** How much earlier than the peer we close, against races. */
const HINT_MARGIN_MS = 1_000;

/** The call that has a connection. */
export interface ConnectionUser {
  /** It can be written to. */
  onReady(socket: Socket): void;
  onRead(read: Buffer): void;
  /** What was written is with the system. */
  onWritable(): void;
  /** The peer sends no more. */
  onPeerEnd(): void;
  /** It could not be made, or is gone. */
  onBroken(error: Error | undefined): void;
}

/** Serves one call at a time. */
export class PeerConnection implements Pooled {
  /** Calls that it has served. */
  served = 0;
  readonly #connector: Connecting;
  readonly #destination: Destination;
  readonly #onIdleClose: (connection: PeerConnection) => void;
  #socket: Socket | undefined;
  /** While it is being made. */
  #opening: Opening | undefined;
  #user: ConnectionUser | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #idleMs = IDLE_MS;
  readonly #onData = (read: Buffer): void => {
    if (this.#user !== undefined) this.#user.onRead(read);
    // What nobody has asked for would be taken for the answer to the next request.
    else this.#leave();
  };
  /** The same of a connection that is read without the event; one that was released is its new owner's. */
  readonly #taker = (read: Buffer): boolean => {
    if (this.#socket === undefined) return false;
    this.#onData(read);
    return true;
  };
  /** Undoes what reads a connection under TLS; a plain one is read into a buffer of ours. */
  #stopReading: (() => void) | undefined;
  readonly #onEnd = (): void => {
    if (this.#user !== undefined) this.#user.onPeerEnd();
    else this.#leave();
  };
  readonly #onClose = (): void => {
    if (this.#user !== undefined) this.#user.onBroken(undefined);
    else this.#leave();
  };
  readonly #onError = (error: Error): void => this.#user?.onBroken(error);
  readonly #onDrain = (): void => this.#user?.onWritable();

  constructor(
    connector: Connecting,
    destination: Destination,
    onIdleClose: (connection: PeerConnection) => void,
  ) {
    this.#connector = connector;
    this.#destination = destination;
    this.#onIdleClose = onIdleClose;
  }

  /** It was closed, and nobody was told yet. */
  get isGone(): boolean {
    return this.#socket !== undefined && (this.#socket.destroyed || !this.#socket.writable);
  }

  /** Gives it to a call; connects before, within `connectMs`, where that is the first. */
  use(user: ConnectionUser, connectMs: number): void {
    this.#user = user;
    if (this.#socket !== undefined) {
      user.onReady(this.#socket);
      return;
    }
    const done: Opened = (error, socket) => {
      if (error === null) this.#begin(socket);
      else {
        this.#opening = undefined;
        this.#user?.onBroken(error);
      }
    };
    this.#opening = this.#connector.connect(this.#destination, connectMs, done, this.#taker);
  }

  #begin(socket: Socket): void {
    this.#opening = undefined;
    this.#socket = socket;
    this.#stopReading = readDirectly(socket, this.#onData);
    socket.on("end", this.#onEnd).on("close", this.#onClose);
    socket.on("error", this.#onError).on("drain", this.#onDrain);
    // A proxy's answer was read off it, and then it was stopped.
    socket.resume();
    this.#user?.onReady(socket);
  }

  /**
   * The call is over, and the connection good for another one; `keptMs`: for how long the peer keeps it. False where that
   * is so short that the next request might come too late.
   */
  rest(keptMs: number | undefined): boolean {
    if (keptMs !== undefined && keptMs <= HINT_MARGIN_MS) return false;
    this.#user = undefined;
    this.served += 1;
    this.#socket?.resume();
    const idleMs = Math.min(IDLE_MS, (keptMs ?? Number.POSITIVE_INFINITY) - HINT_MARGIN_MS);
    if (this.#idleTimer === undefined || idleMs !== this.#idleMs) {
      clearTimeout(this.#idleTimer);
      this.#idleMs = idleMs;
      this.#idleTimer = setTimeout(() => this.#leave(), idleMs).unref();
    } else this.#idleTimer.refresh();
    return true;
  }

  /** Leaves the socket to the call that has it; nothing is heard of it here. */
  release(): Socket | undefined {
    const socket = this.#socket;
    this.#user = undefined;
    this.#forgetSocket();
    this.#socket = undefined;
    return socket;
  }

  /** Closes it; it is idle. */
  close(): void {
    this.destroy();
  }

  destroy(): void {
    const socket = this.#socket;
    this.#user = undefined;
    this.#forgetSocket();
    // Also in the middle of connecting, handshakes and all.
    this.#opening?.destroy(new Error("cancelled"));
    this.#opening = undefined;
    socket?.destroy();
  }

  peerAddress(): string | undefined {
    return this.#socket?.remoteAddress;
  }

  #forgetSocket(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#stopReading?.();
    socket.off("end", this.#onEnd).off("close", this.#onClose);
    socket.off("error", this.#onError).off("drain", this.#onDrain);
    // Unheard, what breaks it later would end the process.
    socket.on("error", ignore);
  }

  #leave(): void {
    // Its time is up while it is at work: the next rest sets it anew.
    if (this.#user === undefined) this.#onIdleClose(this);
  }
}

function ignore(): void {}
