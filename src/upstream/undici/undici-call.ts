// One call over undici: its callbacks in, those of the seam out.

import { firstHeader } from "../../http/first-header.ts";
import type { OutboundCall, OutboundFailure, OutboundHandler, OutboundRequest } from "../client.ts";
import { failureOf } from "../failure.ts";
import { isUsedUp } from "../kept.ts";
import { MAX_INTERIM, SWITCHED, tellFailure, tellThrown } from "../telling.ts";
import { flatHeaders } from "./raw-headers.ts";
import type { CallController, CallHandler, Connection } from "./undici-connection.ts";
import type { Pool } from "./undici-routes.ts";

/** Pieces of an answer that are smaller than this are small … */
const SMALL_BYTES = 64;
/** … and after so many of them those that are read together are passed on together. */
const MANY_SMALL = 64;
/** A read of more pieces takes so long that others have a turn before the next one. */
const MANY_IN_READ = 512;

/**
 * One call: undici's callbacks in, ours out. The headers are taken from the controller's raw bytes, since the
 * library's own object decodes them as UTF-8.
 */
export class UndiciCall implements OutboundCall, CallHandler {
  readonly #pool: Pool;
  readonly #connection: Connection;
  readonly #handler: OutboundHandler;
  #controller: CallController | undefined;
  #isStarting = true;
  #isOver = false;
  /** What the connection had read before this call, when it had served others. */
  #readBefore: number | undefined;
  #interim = 0;
  /** The answer says neither its length nor that it comes in chunks: the end of the connection ends it. */
  #endsByClose = false;
  /** The peer takes no further request on the connection, which the library would not see. */
  #isUsedUp = false;
  #small = 0;
  /** What has come since the last turn of the event loop, where it comes in very many pieces. */
  #gathered: Buffer[] = [];
  /** The client reads more slowly than the endpoint writes: nothing more is read until it says so. */
  #isPaused = false;

  constructor(pool: Pool, connection: Connection, handler: OutboundHandler) {
    this.#pool = pool;
    this.#connection = connection;
    this.#handler = handler;
  }

  /** Sends the request; `protocol`: asks to switch to it. */
  start(request: OutboundRequest, protocol?: string): void {
    this.#connection.dispatch(request, this, protocol);
    this.#isStarting = false;
  }

  resume(): void {
    this.#isPaused = false;
    this.#controller?.resume();
  }

  cancel(): void {
    this.#cutOff();
  }

  /** The request is about to be written. */
  onRequestStart(controller: CallController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(new Error("cancelled"));
    else if (this.#connection.served > 0) this.#readBefore = this.#connection.bytesRead;
  }

  /** A head has come. */
  onResponseStart(controller: CallController, status: number): void {
    if (this.#isOver) return;
    if (status < 200) {
      this.#onInterim();
      return;
    }
    const headers = flatHeaders(controller.rawHeaders);
    const framing = framingOf(headers);
    if (framing === "unknown") {
      this.fail({ kind: "bad_response", reason: "TRANSFER_CODING", isStale: false });
      return;
    }
    this.#endsByClose = framing === "close";
    const kept = firstHeader(headers, "keep-alive");
    this.#isUsedUp = kept !== undefined && isUsedUp(kept);
    try {
      this.#handler.onHead(status, headers);
    } catch (error) {
      this.#onThrow(error);
    }
  }

  #onInterim(): void {
    this.#interim += 1;
    if (this.#connection.isSwitching) this.fail(SWITCHED);
    else if (this.#interim > MAX_INTERIM)
      this.fail({ kind: "bad_response", reason: "TOO_MANY_INTERIM", isStale: false });
  }

  /** A piece of body has come. */
  onResponseData(controller: CallController, chunk: Buffer): void {
    if (this.#isOver) return;
    if (chunk.length < SMALL_BYTES) this.#small += 1;
    if (this.#small <= MANY_SMALL) {
      this.#pass(controller, chunk);
      return;
    }
    // One read may hold ten thousand chunks of a byte, and each of them costs what a piece costs all the way to the
    // client. Microtasks run when all that was read is parsed.
    if (this.#gathered.length === 0) queueMicrotask(() => this.#passRead(controller));
    this.#gathered.push(chunk);
  }

  /** Passes on what one read has brought. Before the next one others have a turn: up to 32 follow at once. */
  #passRead(controller: CallController): void {
    const isLong = this.#gathered.length > MANY_IN_READ;
    this.#passGathered(controller);
    if (!isLong || this.#isOver || this.#isPaused) return;
    controller.pause();
    setImmediate(() => {
      if (!this.#isOver && !this.#isPaused) controller.resume();
    });
  }

  #passGathered(controller: CallController): void {
    const pieces = this.#gathered;
    if (pieces.length === 0 || this.#isOver) return;
    this.#gathered = [];
    this.#pass(controller, Buffer.concat(pieces));
  }

  #pass(controller: CallController, chunk: Buffer): void {
    try {
      if (this.#handler.onData(chunk)) return;
      this.#isPaused = true;
      controller.pause();
    } catch (error) {
      this.#onThrow(error);
    }
  }

  /** The answer is complete. */
  onResponseEnd(controller: CallController): void {
    this.#passGathered(controller);
    if (this.#isOver) return;
    if (this.#endsByClose && this.#connection.isBroken) {
      // The library takes a reset for the end of such an answer, which then looks whole (RFC 9112 §8).
      this.fail({ kind: "reset", reason: "ECONNRESET", isStale: false });
      return;
    }
    this.#isOver = true;
    this.#connection.served += 1;
    if (this.#isUsedUp) this.#pool.discard(this.#connection);
    else this.#pool.giveBack(this.#connection);
    try {
      this.#handler.onEnd();
    } catch (error) {
      this.#onThrow(error);
    }
  }

  /** The call failed, before or after the head. */
  onResponseError(controller: CallController | null, error: Error): void {
    if (controller !== null) this.#passGathered(controller);
    if (this.#isOver) return;
    // A connection that was used before and from which nothing has come since may have been closed in passing.
    const isStale = this.#readBefore !== undefined && this.#connection.bytesRead === this.#readBefore;
    const failure = this.#connection.isSwitching
      ? SWITCHED
      : failureOf(this.#connection.fault ?? error, this.#controller !== undefined, isStale);
    if (this.#isStarting) queueMicrotask(() => this.fail(failure));
    else this.fail(failure);
  }

  /** Ends the call with `tell`: the connection is no matter of this engine any more. False where it had ended before. */
  protected handOver(tell: () => void): boolean {
    if (!this.#cutOff()) return false;
    try {
      tell();
    } catch (error) {
      this.#onThrow(error);
      return false;
    }
    return true;
  }

  /** Ends the call with its connection. False where it had ended before. */
  #cutOff(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#pool.discard(this.#connection);
    return true;
  }

  /** Ends the call with a failure. */
  protected fail(failure: OutboundFailure): void {
    if (this.#cutOff()) tellFailure(this.#handler, failure);
  }

  /**
   * The library takes an exception for a failure of the connection, or, at the end of an answer, for nothing at all:
   * whoever waits for this call would never hear of it.
   */
  #onThrow(error: unknown): void {
    this.#cutOff();
    tellThrown(this.#handler, error);
  }
}

/**
 * How the body's end is told. Only `chunked` is undone by the library; the bytes of any other coding would pass for
 * the body (RFC 9112 §6.1).
 */
function framingOf(headers: readonly string[]): "told" | "close" | "unknown" {
  let framing: "told" | "close" = "close";
  let isCoded = false;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index];
    if (name === "content-length") framing = "told";
    else if (name === "transfer-encoding") {
      // Of several the library takes the last one for all there are.
      if (isCoded) return "unknown";
      isCoded = true;
      const coding = (headers[index + 1] ?? "").toLowerCase();
      if (coding === "chunked") framing = "told";
      else if (coding !== "identity") return "unknown";
    }
  }
  return framing;
}
