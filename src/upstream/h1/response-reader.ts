// Reads answers from the bytes of a connection: heads, bodies with their framing undone, and what comes behind them.

import { ChunkDecoder } from "../../http/h1/chunk-decoder.ts";
import { HEAD_END_LENGTH, HeadBytes } from "../../http/h1/head-bytes.ts";
import { type HeadFault, type ReceivedHead, readAnswerHead } from "./response-head.ts";

/** Who is told. Each may end the reading by `stop`. */
export interface AnswerSink {
  /** An interim answer (1xx); true when it is the last there is, as a switch is. */
  onInterim(head: ReceivedHead): boolean;
  onAnswerHead(head: ReceivedHead): void;
  onPiece(piece: Buffer): void;
  /** The answer is whole; `rest`: what came behind it, which nobody has asked for. */
  onWhole(rest: Buffer | undefined): void;
  /** This is no HTTP, or too much of it. */
  onNonsense(reason: HeadFault | "HEAD_TOO_LARGE" | "INVALID_CHUNK"): void;
}

const MAX_HEAD_BYTES = 64 * 1024;
/** What an answer begins with. */
const ANSWER = ["HTTP/1.1 ", "HTTP/1.0 "];

/** Reads one answer, and the interim ones before it. */
export class ResponseReader {
  readonly #method: string;
  readonly #sink: AnswerSink;
  readonly #heads = new HeadBytes();
  #decoder: ChunkDecoder | undefined;
  /** Bytes of the body that are still to come; Infinity where the connection's end ends it. */
  #left = 0;
  #isInBody = false;
  #isStopped = false;

  /** `method`: that of the request. */
  constructor(method: string, sink: AnswerSink) {
    this.#method = method;
    this.#sink = sink;
  }

  /** The connection's end ends the answer. */
  get endsByClose(): boolean {
    return this.#isInBody && this.#left === Number.POSITIVE_INFINITY;
  }

  /** Nothing more is told. */
  stop(): void {
    this.#isStopped = true;
  }

  /** What came behind a head that was the last one. */
  takeRest(): Buffer | undefined {
    return this.#heads.take();
  }

  /** Takes what was read of the connection. */
  take(read: Buffer): void {
    let left: Buffer | undefined = read;
    if (!this.#isInBody) {
      this.#heads.add(read);
      this.#readHeads();
      if (!this.#isInBody || this.#isStopped) return;
      left = this.takeRest();
    }
    if (left !== undefined) this.#readBody(left);
    else if (this.#decoder === undefined && this.#left === 0) this.#end(undefined);
  }

  #readHeads(): void {
    const heads = this.#heads;
    while (!this.#isInBody && !this.#isStopped) {
      const end = heads.end();
      if (end === -1 ? heads.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES) {
        this.#fault("HEAD_TOO_LARGE");
        return;
      }
      if (end === -1) {
        if (!heads.mayBecome(ANSWER)) this.#fault("INVALID_HEAD");
        return;
      }
      const text = heads.text(end);
      const rest = heads.take(end + HEAD_END_LENGTH);
      if (rest !== undefined) heads.add(rest);
      this.#takeHead(readAnswerHead(text, this.#method));
    }
  }

  #takeHead(head: ReceivedHead | HeadFault): void {
    if (typeof head === "string") {
      this.#fault(head);
      return;
    }
    if (head.status < 200) {
      if (this.#sink.onInterim(head)) this.#isStopped = true;
      return;
    }
    const { bodyEnd } = head;
    this.#isInBody = true;
    if (bodyEnd === "chunked") this.#decoder = new ChunkDecoder();
    else this.#left = bodyEnd === "close" ? Number.POSITIVE_INFINITY : bodyEnd.length;
    this.#sink.onAnswerHead(head);
  }

  #readBody(read: Buffer): void {
    if (this.#decoder !== undefined) {
      this.#readChunks(this.#decoder, read);
      return;
    }
    const length = Math.min(this.#left, read.length);
    this.#left -= length;
    if (length > 0) this.#sink.onPiece(length === read.length ? read : read.subarray(0, length));
    if (this.#left === 0) this.#end(length < read.length ? read.subarray(length) : undefined);
  }

  #readChunks(decoder: ChunkDecoder, read: Buffer): void {
    const { from, to, rest, isBroken } = decoder.decode(read);
    if (to > from) this.#sink.onPiece(read.subarray(from, to));
    if (isBroken) this.#fault("INVALID_CHUNK");
    else if (decoder.isDone) this.#end(rest < read.length ? read.subarray(rest) : undefined);
  }

  #end(rest: Buffer | undefined): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#sink.onWhole(rest);
  }

  #fault(reason: HeadFault | "HEAD_TOO_LARGE" | "INVALID_CHUNK"): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#sink.onNonsense(reason);
  }
}
