// The reply to one request: heads and frames written by hand, head and first piece in one write.

import type { Socket } from "node:net";
import { fitsOneFrame, framed, framedEnd, oneFrame } from "../listener/chunk-frame.ts";
import { breakOff } from "../listener/reset.ts";
import type { FlatHeaders, Reply } from "../message.ts";
import { type HeadEnd, ResponseHead } from "./response-head.ts";
import type { RoundWriter, WriteRound } from "./write-round.ts";

/** What a reply needs of its connection. */
export interface ReplyConnection {
  readonly socket: Socket;
  /** In which small pieces are written. */
  readonly round: WriteRound;
  /**
   * What the head says of the connection; asked once, when it is written. `isClosing`: it says already that this is the
   * last answer.
   */
  headEnd(isClosing: boolean): HeadEnd;
  /** How long a client may take nothing of what was written to it. */
  readonly stallMs: number;
  /** The answer is out: every byte of it is with the system. */
  onAnswered(): void;
}

/** Pieces up to this size are copied behind what goes before them, so that both leave in one write. */
const MAX_COPIED_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);

/** Implements `Reply`. */
export class H1Reply implements Reply, RoundWriter {
  readonly #connection: ReplyConnection;
  readonly #socket: Socket;
  #head: ResponseHead | undefined;
  #isHeadOut = false;
  /** Is written in this round. */
  #late: Buffer | undefined;
  /** Nothing more is written. */
  #isDone = false;
  /** Every byte is with the system, or the client is gone. */
  #isOver = false;
  #isAborted = false;
  #stall: NodeJS.Timeout | undefined;
  #onDrain: (() => void) | undefined;
  #onAbort: (() => void) | undefined;

  constructor(connection: ReplyConnection) {
    this.#connection = connection;
    this.#socket = connection.socket;
  }

  get isHeadSent(): boolean {
    return this.#head !== undefined;
  }

  get isClosed(): boolean {
    return this.#isDone || this.#isOver || this.#socket.destroyed;
  }

  head(status: number, headers: FlatHeaders): void {
    if (this.#head !== undefined || this.isClosed) return;
    this.#head = new ResponseHead(status, headers);
  }

  flush(): void {
    const head = this.#head;
    if (head === undefined || this.#isHeadOut || this.isClosed) return;
    this.#send(Buffer.from(this.#headText(head), "latin1"));
  }

  write(chunk: Buffer): boolean {
    const head = this.#head;
    if (head === undefined || this.isClosed) return true;
    if (!head.hasBody) return this.#sendAll(head, []);
    // An event of a stream.
    if (this.#isHeadOut && fitsOneFrame(chunk))
      return this.#sendLate(head.isFraming ? oneFrame(chunk) : chunk);
    return this.#sendAll(head, head.isFraming ? framed(chunk) : [chunk]);
  }

  end(chunk?: Buffer): void {
    const head = this.#head;
    if (head === undefined || this.isClosed) return;
    this.#isDone = true;
    if (head.isFraming) this.#sendAll(head, [framedEnd(chunk)]);
    else this.#sendAll(head, head.hasBody && chunk !== undefined ? [chunk] : []);
    this.writeNow();
    if (this.#socket.writableLength === 0) {
      this.#finish();
      return;
    }
    // Called once what is before it is with the system; nobody tells of that below the high-water mark.
    this.#socket.write(NOTHING, (error) => (error ? undefined : this.#finish()));
    this.#awaitReader();
  }

  destroy(): void {
    if (this.#isOver) return;
    this.writeNow();
    this.#isDone = true;
    this.#socket.destroy();
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  onAbort(listener: () => void): void {
    if (this.#isAborted) listener();
    else this.#onAbort = listener;
  }

  /** Writes what is left for the end of the round. */
  writeNow(): void {
    const bytes = this.#late;
    if (bytes === undefined) return;
    this.#late = undefined;
    if (!this.#socket.destroyed) this.#write(bytes);
  }

  /** The client has read what was written. */
  drained(): void {
    this.#endStall();
    this.#onDrain?.();
  }

  /** The connection is gone. */
  gone(): void {
    this.#endStall();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#late = undefined;
    this.#isAborted = true;
    this.#onAbort?.();
  }

  #headText(head: ResponseHead): string {
    this.#isHeadOut = true;
    return head.text(this.#connection.headEnd(head.isClosing));
  }

  /** Leaves a small piece for the end of the round, unless the client is behind: then this write has to tell of it. */
  #sendLate(bytes: Buffer): boolean {
    if (this.#late === undefined) {
      if (this.#socket.writableLength > 0) return this.#send(bytes);
      this.#connection.round.add(this);
      this.#late = bytes;
      return true;
    }
    if (this.#late.length + bytes.length > MAX_COPIED_BYTES) return this.#send(bytes);
    this.#late = Buffer.concat([this.#late, bytes]);
    return true;
  }

  /** Writes what has not left of a head, and pieces, in one write where they are small. False when the client is behind. */
  #sendAll(head: ResponseHead, pieces: readonly Buffer[]): boolean {
    if (this.#isHeadOut) return this.#sendPieces(pieces);
    const text = this.#headText(head);
    const [first = NOTHING] = pieces;
    if (pieces.length > 1 || first.length > MAX_COPIED_BYTES) {
      this.#socket.cork();
      this.#send(Buffer.from(text, "latin1"));
      const canTakeMore = this.#sendPieces(pieces);
      this.#socket.uncork();
      return canTakeMore;
    }
    const bytes = Buffer.allocUnsafe(text.length + first.length);
    bytes.write(text, "latin1");
    bytes.set(first, text.length);
    return this.#send(bytes);
  }

  #sendPieces(pieces: readonly Buffer[]): boolean {
    let canTakeMore = true;
    for (const piece of pieces) canTakeMore = this.#send(piece);
    return canTakeMore;
  }

  #send(bytes: Buffer): boolean {
    const late = this.#late;
    if (late === undefined) return this.#write(bytes);
    this.#late = undefined;
    if (late.length + bytes.length <= MAX_COPIED_BYTES) return this.#write(Buffer.concat([late, bytes]));
    this.#write(late);
    return this.#write(bytes);
  }

  #write(bytes: Buffer): boolean {
    if (this.#socket.write(bytes)) return true;
    this.#awaitReader();
    return false;
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endStall();
    this.#connection.onAnswered();
  }

  /**
   * What was written is not all with the system: the client has a limited time to make room for it, or its connection
   * is cut, which is an abort like any other. No timer runs for a client that reads.
   */
  #awaitReader(): void {
    // A reset, since the system would go on for minutes trying to deliver what is left.
    this.#stall ??= setTimeout(() => breakOff(this.#socket), this.#connection.stallMs);
  }

  #endStall(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
  }
}
