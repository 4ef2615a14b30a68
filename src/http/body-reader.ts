// Reads one body within its limits: size, silence, pace, time in all, and the room that others leave.

import { GatewayError } from "../core/errors.ts";
import { BodyPieces, type PiecedBody } from "./body-pieces.ts";
import type { BodySink, BodySource } from "./body-source.ts";
import type { BodyLimits, BodyMeter } from "./message.ts";

/** What is told at the end. */
export type BodySettlers = {
  readonly resolve: (body: Buffer | PiecedBody) => void;
  readonly reject: (error: GatewayError) => void;
};

/** What a body is read by. */
export type BodyRules = {
  readonly limits: BodyLimits;
  readonly meter: BodyMeter;
  /** Content-Length; 0 for chunks. */
  readonly declared: number;
};

/** After so many pieces of a body others have a turn. A read of a large body that is sent as usual is one piece. */
const PIECES_A_TURN = 512;

/** Collects one body. */
export class BodyReader implements BodySink {
  readonly #source: BodySource;
  readonly #limits: BodyLimits;
  readonly #meter: BodyMeter;
  readonly #declared: number;
  /** Gone once it is over: a promise keeps what it was resolved with, and the connection keeps this reader. */
  #settle: BodySettlers | undefined;
  readonly #pieces = new BodyPieces();
  /** When it must have come whole, on the clock's scale. */
  readonly #endMs: number;
  #timer: NodeJS.Timeout | undefined;
  #lastMs: number;
  /** How long nothing need come; each byte adds the time that it may take at the least rate, up to `idleMs`. */
  #creditMs: number;
  /** Pieces since the connection was last left alone for a turn of the event loop. */
  #unrested = 0;

  constructor(source: BodySource, rules: BodyRules, settle: BodySettlers) {
    const { limits, meter, declared } = rules;
    this.#source = source;
    this.#limits = limits;
    this.#meter = meter;
    this.#declared = declared;
    this.#settle = settle;
    this.#lastMs = limits.clock.nowMs();
    this.#creditMs = limits.idleMs;
    this.#endMs = this.#lastMs + limits.totalMs;
    meter.onShed = () => this.#fail(noRoom());
    source.pour(this);
    // What has come whole with its head is over by now.
    if (this.#settle !== undefined) this.#timer = this.#startTimer(Math.min(limits.idleMs, limits.totalMs));
  }

  onData(piece: Buffer, isAlone = false): void {
    const size = this.#pieces.size + piece.length;
    if (this.#settle === undefined) return;
    if (size > this.#limits.maxBytes) {
      this.#fail(tooLarge(this.#limits.maxBytes));
      return;
    }
    // A chunked body declares 0, so that its last piece is told from the others only by its end.
    const isLast = size === this.#declared;
    if (!this.#meter.take(piece.length, isLast)) {
      this.#fail(noRoom());
      return;
    }
    this.#pieces.add(piece, isAlone);
    this.#unrested += 1;
    if (this.#unrested === PIECES_A_TURN) this.#restReading();
    // Saves the clock for a body that is whole, which most come as.
    if (!isLast) this.#keepPace(piece.length);
  }

  /**
   * Lets others have a turn. The system is read up to 32 times a turn of the event loop, and each of these reads may be
   * ten thousand chunks of one byte, in which everybody else would have to wait.
   */
  #restReading(): void {
    this.#unrested = 0;
    this.#source.rest();
  }

  /** Silence is left to the timer; this is for a body that comes, but too slowly or for too long. */
  #keepPace(bytes: number): void {
    const { clock, idleMs, minBytesPerSecond } = this.#limits;
    const nowMs = clock.nowMs();
    this.#creditMs -= nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (this.#creditMs < 0 && minBytesPerSecond > 0) {
      this.#fail(tooSlow(minBytesPerSecond));
      return;
    }
    const earnedMs = minBytesPerSecond > 0 ? (bytes * 1_000) / minBytesPerSecond : idleMs;
    this.#creditMs = Math.min(idleMs, this.#creditMs + earnedMs);
    if (nowMs >= this.#endMs) this.#fail(tooLong());
  }

  #startTimer(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#onTimeout(), ms);
  }

  /** Set anew here and not by each piece, of which there may be thousands in a moment. */
  #onTimeout(): void {
    const { clock, idleMs } = this.#limits;
    const nowMs = clock.nowMs();
    const quietMs = nowMs - this.#lastMs;
    if (nowMs >= this.#endMs) this.#fail(tooLong());
    else if (quietMs >= idleMs) this.#fail(silent());
    else this.#timer = this.#startTimer(Math.min(idleMs - quietMs, this.#endMs - nowMs));
  }

  onEnd(): void {
    const settle = this.#over();
    if (settle === undefined) return;
    this.#meter.finish();
    settle.resolve(this.#pieces.take());
  }

  /** Every connection closes, most of them after a whole body: an error is made only for the others. */
  onBroken(cause: Error | undefined): void {
    if (this.#settle === undefined) return;
    this.#fail(cause instanceof GatewayError ? cause : new GatewayError("client_closed", { cause }));
  }

  #fail(error: GatewayError): void {
    const settle = this.#over();
    if (settle === undefined) return;
    this.#pieces.take();
    this.#meter.release();
    // So that the refusal can be read by a client that is still writing.
    this.#source.drop();
    settle.reject(error);
  }

  /** Whom to tell of the end; undefined where that was told. */
  #over(): BodySettlers | undefined {
    const settle = this.#settle;
    if (settle === undefined) return undefined;
    this.#settle = undefined;
    clearTimeout(this.#timer);
    this.#meter.onShed = undefined;
    return settle;
  }
}

/** The refusal of a body that is larger than it may be, packed or not. */
export function tooLarge(maxBytes: number): GatewayError {
  const message = `The request body is larger than ${maxBytes} bytes, the limit of this gateway (server.max_body).`;
  return new GatewayError("request_too_large", { message });
}

/** The refusal of a body for which there is no room beside those of others. */
export function noRoom(): GatewayError {
  const message =
    "The gateway holds as many bytes of request bodies as it may, and this one has made the least headway. Try again in a moment.";
  return new GatewayError("overloaded", { message, headers: ["retry-after", "1"] });
}

function silent(): GatewayError {
  return new GatewayError("request_timeout", {
    message:
      "The request body did not arrive in time: nothing came for longer than server.timeouts.body_idle.",
  });
}

function tooSlow(bytesPerSecond: number): GatewayError {
  return new GatewayError("request_timeout", {
    message: `The request body came more slowly than ${bytesPerSecond} bytes a second (server.timeouts.body_rate).`,
  });
}

function tooLong(): GatewayError {
  return new GatewayError("request_timeout", {
    message: "The request body took longer than server.timeouts.body.",
  });
}
