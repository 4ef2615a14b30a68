// The body of a request as it comes: its framing undone, and what nobody has asked for yet held, up to a bound.

import { GatewayError } from "../../core/errors.ts";
import type { BodySink, BodySource } from "../body-source.ts";
import { ChunkDecoder } from "./chunk-decoder.ts";

/** What a body needs of its connection. */
export type BodyConnection = {
  /** Reads no more for now. */
  readonly pause: () => void;
  readonly resume: () => void;
};

/** Bytes that are held while nobody wants them, after which reading pauses; one read comes on top. */
const MAX_HELD_BYTES = 64 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/** Implements `BodySource`. */
export class H1Body implements BodySource {
  readonly #connection: BodyConnection;
  /** Bytes that are still to come; of a chunked body that says its decoder. */
  #left: number;
  readonly #decoder: ChunkDecoder | undefined;
  #sink: BodySink | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #isBroken = false;
  #fault: GatewayError | undefined;
  #isDropped = false;
  /** Behind the body's last piece there is more in the read. */
  #isShared = false;

  constructor(length: number, isChunked: boolean, connection: BodyConnection) {
    this.#left = length;
    this.#decoder = isChunked ? new ChunkDecoder() : undefined;
    this.#connection = connection;
  }

  /** Whether all of it has come, read or not. */
  get isWhole(): boolean {
    return this.#decoder === undefined ? this.#left === 0 : this.#decoder.isDone;
  }

  /** Takes what was read; gives what is behind the body's end. */
  take(read: Buffer): Buffer | undefined {
    if (this.#isBroken) return undefined;
    if (this.#decoder !== undefined) return this.#decode(this.#decoder, read);
    const length = Math.min(this.#left, read.length);
    this.#left -= length;
    // Looked at before the piece is given: whoever gets it may free it.
    const rest = length === read.length ? undefined : read.subarray(length);
    this.#isShared = rest !== undefined;
    this.#give(rest === undefined ? read : read.subarray(0, length));
    return rest;
  }

  #decode(decoder: ChunkDecoder, read: Buffer): Buffer | undefined {
    const found = decoder.decode(read);
    if (found.isBroken) {
      const message = "The request's body is not in the chunked coding that its head names.";
      this.breakOff(new GatewayError("bad_request", { message }));
      return undefined;
    }
    const rest = found.rest < read.length ? read.subarray(found.rest) : undefined;
    this.#isShared = rest !== undefined;
    this.#give(read.subarray(found.from, found.to));
    return rest;
  }

  #give(piece: Buffer): void {
    if (this.#isDropped) return;
    if (this.#sink === undefined) {
      if (piece.length > 0) this.#held.push(piece);
      this.#heldBytes += piece.length;
      // Behind a body that is whole the next request comes, which whoever does not read this one must not keep.
      if (this.#heldBytes > MAX_HELD_BYTES && !this.isWhole) this.#connection.pause();
      return;
    }
    const sink = this.#sink;
    if (piece.length > 0) sink.onData(piece, !this.#isShared);
    // A piece too many has it dropped, whole or not.
    if (this.isWhole) sink.onEnd();
  }

  /** No more comes: the connection is gone, or what comes is no such body. */
  breakOff(fault: GatewayError | undefined): void {
    this.#isBroken = true;
    this.#fault ??= fault;
    this.#sink?.onBroken(fault);
  }

  /** The body, where it has come whole and in one piece of this size at most; in place of `pour`. */
  takeWhole(maxBytes: number): Buffer | undefined {
    if (this.#held.length > 1 || this.#heldBytes > maxBytes || this.#isBroken || !this.isWhole)
      return undefined;
    const whole = this.#held[0] ?? NOTHING;
    // What is held costs nobody's reading here: only a body that is still coming has it paused.
    this.#held = [];
    this.#heldBytes = 0;
    return whole;
  }

  pour(sink: BodySink): void {
    this.#sink = sink;
    const held = this.#held;
    const isWhole = this.isWhole;
    this.#held = [];
    const last = held.length - 1;
    for (const [index, piece] of held.entries()) sink.onData(piece, index < last || !this.#isShared);
    if (isWhole) sink.onEnd();
    else if (this.#isBroken) sink.onBroken(this.#fault);
    if (this.#heldBytes > MAX_HELD_BYTES) this.#connection.resume();
    this.#heldBytes = 0;
  }

  drop(): void {
    this.#isDropped = true;
    this.#sink = undefined;
    this.#held = [];
    this.#connection.resume();
  }

  rest(): void {
    // A read is one piece, but under TLS there may be thousands of records in it.
    this.#connection.pause();
    setImmediate(() => this.#connection.resume());
  }
}
