// One call: a request written, an answer read, and the end of both told once.

import type { Socket } from "node:net";
import type { OutboundCall, OutboundFailure, OutboundHandler } from "../client.ts";
import { failureOf } from "../failure.ts";
import { MAX_INTERIM, SWITCHED, tellFailure, tellThrown } from "../telling.ts";
import type { PeerPool } from "./h1-routes.ts";
import type { ConnectionUser, PeerConnection } from "./peer-connection.ts";
import type { ReceivedHead } from "./response-head.ts";
import { type AnswerSink, ResponseReader } from "./response-reader.ts";

const SWITCHING = 101;
/** Up to this size a body is copied behind its head, so that both leave in one write. */
const MAX_COPIED_BYTES = 16 * 1024;
/** One write of a large body. TLS encrypts all that it is given in one go. */
const PIECE_BYTES = 256 * 1024;

/** What a call writes. */
export type CallBytes = {
  readonly method: string;
  /** In latin1; undefined where the request cannot be sent as it is. */
  readonly head: string | undefined;
  readonly body: Buffer | readonly Buffer[] | undefined;
};

/** Implements a call of the seam. */
export class H1Call implements OutboundCall, ConnectionUser, AnswerSink {
  readonly #pool: PeerPool;
  readonly #handler: OutboundHandler;
  readonly #reader: ResponseReader;
  protected readonly connection: PeerConnection;
  #head: string | undefined;
  /** What is still to be written of the body, the next piece last. */
  #left: Buffer[] = [];
  #socket: Socket | undefined;
  #answer: ReceivedHead | undefined;
  #interim = 0;
  #hasRead = false;
  #isOver = false;

  constructor(pool: PeerPool, connection: PeerConnection, handler: OutboundHandler, bytes: CallBytes) {
    this.#pool = pool;
    this.#handler = handler;
    this.connection = connection;
    this.#head = bytes.head;
    const { body } = bytes;
    if (body !== undefined) this.#left = Buffer.isBuffer(body) ? [body] : [...body].reverse();
    this.#reader = new ResponseReader(bytes.method, this);
  }

  /** Begins; nothing is told before it has returned. */
  start(connectMs: number): void {
    if (this.#head === undefined) {
      // No other endpoint could take it better, but it is not the peer's doing.
      queueMicrotask(() => this.fail({ kind: "bad_response", reason: "INVALID_REQUEST", isStale: false }));
      return;
    }
    this.connection.use(this, connectMs);
  }

  resume(): void {
    if (!this.#isOver) this.#socket?.resume();
  }

  cancel(): void {
    this.#cutOff();
  }

  onReady(socket: Socket): void {
    this.#socket = socket;
    const head = this.#head ?? "";
    this.#head = undefined;
    const body = this.#left[0];
    if (body === undefined || (this.#left.length === 1 && body.length <= MAX_COPIED_BYTES)) {
      this.#left = [];
      const bytes = Buffer.allocUnsafe(head.length + (body?.length ?? 0));
      bytes.write(head, "latin1");
      if (body !== undefined) bytes.set(body, head.length);
      socket.write(bytes);
      return;
    }
    // Corked, head and first piece leave in one write.
    socket.cork();
    socket.write(head, "latin1");
    this.onWritable();
    socket.uncork();
  }

  /** Writes on, as far as the peer takes it; each piece is let go of as it leaves. */
  onWritable(): void {
    for (;;) {
      const piece = this.#left.pop();
      if (piece === undefined) return;
      if (piece.length > PIECE_BYTES) this.#left.push(piece.subarray(PIECE_BYTES));
      if (this.#socket?.write(piece.subarray(0, PIECE_BYTES)) === false) return;
    }
  }

  onRead(read: Buffer): void {
    this.#hasRead = true;
    this.#reader.take(read);
  }

  onInterim(head: ReceivedHead): boolean {
    this.#interim += 1;
    if (head.status === SWITCHING) this.onSwitching(head);
    else if (this.#interim > MAX_INTERIM) this.#nonsense("TOO_MANY_INTERIM");
    return this.#isOver;
  }

  /** The peer leaves HTTP. */
  protected onSwitching(_head: ReceivedHead): void {
    this.fail(SWITCHED);
  }

  onAnswerHead(head: ReceivedHead): void {
    this.#answer = head;
    try {
      this.#handler.onHead(head.status, head.headers);
    } catch (error) {
      this.#onThrow(error);
    }
  }

  onPiece(piece: Buffer): void {
    if (this.#isOver) return;
    try {
      if (!this.#handler.onData(piece)) this.#socket?.pause();
    } catch (error) {
      this.#onThrow(error);
    }
  }

  onWhole(rest: Buffer | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // What nobody asked for would be taken for the next answer; what is left to write, for the next request.
    const isWritten = this.#left.length === 0 && this.#socket?.writableLength === 0;
    const isKept = rest === undefined && this.#answer?.isKept === true && isWritten;
    if (isKept && this.connection.rest(this.#answer?.keptMs)) this.#pool.giveBack(this.connection);
    else this.#pool.discard(this.connection);
    try {
      this.#handler.onEnd();
    } catch (error) {
      this.#onThrow(error);
    }
  }

  onNonsense(reason: string): void {
    this.#nonsense(reason);
  }

  onPeerEnd(): void {
    if (this.#reader.endsByClose) this.onWhole(undefined);
    else this.onBroken(undefined);
  }

  onBroken(error: Error | undefined): void {
    // A connection that had served before, and from which nothing has come, may have been closed in passing.
    const isStale = this.connection.served > 0 && !this.#hasRead;
    const cause = error ?? { code: "ECONNRESET" };
    this.fail(failureOf(cause, this.#socket !== undefined, isStale));
  }

  #nonsense(reason: string): void {
    this.fail({ kind: "bad_response", reason, isStale: false });
  }

  /** Ends the call with its connection. False where it had ended before. */
  #cutOff(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#reader.stop();
    this.#left = [];
    this.#pool.discard(this.connection);
    return true;
  }

  /** Ends the call, and leaves the connection to `tell`. False where it had ended before. */
  protected handOver(tell: (socket: Socket) => void): void {
    const rest = this.#reader.takeRest();
    const socket = this.connection.release();
    if (!this.#cutOffWithout(socket) || socket === undefined) return;
    socket.pause();
    if (rest !== undefined) socket.unshift(rest);
    try {
      tell(socket);
    } catch (error) {
      socket.destroy();
      this.#onThrow(error);
    }
  }

  #cutOffWithout(socket: Socket | undefined): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#reader.stop();
    this.#pool.release(this.connection);
    return socket !== undefined;
  }

  protected fail(failure: OutboundFailure): void {
    if (this.#cutOff()) tellFailure(this.#handler, failure);
  }

  /** An exception ends this call alone: who threw is told, and nobody else hears of it. */
  #onThrow(error: unknown): void {
    this.#cutOff();
    tellThrown(this.#handler, error);
  }
}
