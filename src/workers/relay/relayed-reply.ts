// The answer to a request that came to another process: sent whole at its end, or in pieces once it is flushed.

import type { FlatHeaders, Reply } from "../../http/message.ts";
import type { RelayOrder } from "./relay-messages.ts";

/** Bytes on their way to the client; beyond these whoever writes has to wait. */
const MAX_UNREAD = 256 * 1024;

/** What an answer needs of the way to the other process. */
export type ReplyLine = {
  readonly send: (order: RelayOrder) => void;
  /** It comes in pieces from now on: its client may go away, or read slowly. */
  readonly began: (reply: RelayedReply) => void;
  readonly ended: () => void;
};

/** The answer. */
export class RelayedReply implements Reply {
  readonly #id: number;
  readonly #line: ReplyLine;
  #pieces: Buffer[] = [];
  #head: { readonly status: number; readonly headers: FlatHeaders } | undefined;
  #isStreaming = false;
  #isClosed = false;
  #unread = 0;
  #onDrain: () => void = () => undefined;
  #onAbort: () => void = () => undefined;

  constructor(id: number, line: ReplyLine) {
    this.#id = id;
    this.#line = line;
  }

  /** Whether it comes in pieces, and its end is still to come. */
  get isStreaming(): boolean {
    return this.#isStreaming && !this.#isClosed;
  }

  /** Until the whole, or the first piece, is sent another head may take the place of this one. */
  get isHeadSent(): boolean {
    return this.#isClosed || this.#isStreaming;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  head(status: number, headers: FlatHeaders): void {
    this.#head = { status, headers };
  }

  /** From here on every piece is sent as it comes. */
  flush(): void {
    if (this.#isClosed || this.#isStreaming || this.#head === undefined) return;
    const { status, headers } = this.#head;
    this.#isStreaming = true;
    this.#line.began(this);
    this.#line.send({ kind: "relay_head", id: this.#id, status, headers: [...headers] });
    const held = this.#pieces;
    this.#pieces = [];
    for (const piece of held) this.#pass(piece);
  }

  write(chunk: Buffer): boolean {
    if (this.#isClosed) return true;
    if (!this.#isStreaming) {
      this.#pieces.push(chunk);
      return true;
    }
    this.#pass(chunk);
    return this.#unread <= MAX_UNREAD;
  }

  end(chunk?: Buffer): void {
    if (this.#isClosed) return;
    if (this.#head === undefined) {
      this.destroy();
      return;
    }
    if (this.#isStreaming) {
      if (chunk !== undefined) this.#pass(chunk);
      this.#close({ kind: "relay_end", id: this.#id });
      return;
    }
    const { status, headers } = this.#head;
    const body = Buffer.concat(chunk === undefined ? this.#pieces : [...this.#pieces, chunk]);
    this.#close({ kind: "relay_answer", id: this.#id, status, headers: [...headers], body });
  }

  destroy(): void {
    if (!this.#isClosed) this.#close({ kind: "relay_cut", id: this.#id });
  }

  onDrain(listener: () => void): void {
    this.#onDrain = listener;
  }

  onAbort(listener: () => void): void {
    this.#onAbort = listener;
  }

  /** So many bytes have reached the client. */
  wasRead(bytes: number): void {
    const wasFull = this.#unread > MAX_UNREAD;
    this.#unread = Math.max(0, this.#unread - bytes);
    if (wasFull && this.#unread <= MAX_UNREAD) this.#onDrain();
  }

  /** The client is gone. */
  wasLeft(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#line.ended();
    this.#onAbort();
  }

  #pass(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#unread += piece.length;
    this.#line.send({ kind: "relay_piece", id: this.#id, body: piece });
  }

  #close(order: RelayOrder): void {
    this.#isClosed = true;
    this.#line.send(order);
    this.#line.ended();
  }
}
