// A connection that has left HTTP for WebSocket (RFC 6455), at either end: text both ways, pings, the closing handshake,
// and the end of a peer that is gone without a word. What the texts mean is for others. The one user of `ws`, which reads
// the frames and writes them, but for many at once; loaded when the first socket is opened.

import type { Duplex } from "node:stream";
import { extension, PerMessageDeflate, Receiver, Sender } from "ws";
import { fitOneWrite, textFrames } from "./text-frames.ts";

/** Whom a socket tells. Nothing is told behind `onClose`. */
export interface FrameHandler {
  /** So many bytes have come of what may be a text. */
  onBytes(count: number): void;
  /** Texts have come, whole, unpacked, valid UTF-8: all that were read at once, in their order; never none. */
  onTexts(texts: readonly Buffer[]): void;
  onBinary(): void;
  /** The peer takes again what is written. */
  onDrain(): void;
  /** Once: by the peer or by us; 1006 where the connection broke off. */
  onClose(code: number): void;
}

/** What a socket goes by. */
export type FrameRules = {
  readonly isServer: boolean;
  /** The longest text, unpacked. Beyond it the socket is closed with 1009. */
  readonly maxBytes: number;
  /** A peer of which nothing was heard for twice as long is gone: it is asked by a ping in between. */
  readonly heartbeatMs: number;
  /** How long the peer may take nothing of what was written. */
  readonly stallMs: number;
  /** Texts are told as they come, and whoever is told of them sees for himself that they are UTF-8. */
  readonly isUnchecked?: boolean;
};

/** The packing that both sides have agreed on. */
export type FramePacking = { readonly header: string; readonly deflate: PerMessageDeflate };

/** Codes of RFC 6455 §7.4.1. */
export const CLOSE_CODES = {
  normal: 1000,
  goingAway: 1001,
  protocol: 1002,
  unacceptable: 1003,
  none: 1005,
  broken: 1006,
  notUtf8: 1007,
  policy: 1008,
  tooBig: 1009,
  internal: 1011,
  tryAgain: 1013,
} as const;

const DEFLATE = "permessage-deflate";
/** How long the peer may take to answer our closing frame. */
const CLOSING_MS = 2_000;
/** A text in more pieces than these is nobody's. */
const MAX_FRAGMENTS = 128 * 1024;
const MAX_BUFFERED_CHUNKS = 1024 * 1024;
const TEXT = { fin: true, compress: false } as const;
const TO_CLIENT = { ...TEXT, mask: false };
const TO_SERVER = { ...TEXT, mask: true };

const CODE_OF_FAULT: ReadonlyMap<string | undefined, number> = new Map([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", CLOSE_CODES.tooBig],
  ["WS_ERR_INVALID_UTF8", CLOSE_CODES.notUtf8],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", CLOSE_CODES.policy],
]);

/**
 * The packing of texts (RFC 7692) where the client offers one that can be had; undefined otherwise, as for an offer that
 * cannot be read. What is sent to it goes plain: packing a piece of an answer takes longer than sending it.
 */
export function packingFor(offer: string | undefined, maxBytes: number): FramePacking | undefined {
  if (offer === undefined) return undefined;
  try {
    const offers = extension.parse(offer)[DEFLATE];
    if (offers === undefined) return undefined;
    const deflate = new PerMessageDeflate({ isServer: true, maxPayload: maxBytes });
    const parameters = deflate.accept(offers);
    return { header: extension.format({ [DEFLATE]: [parameters] }), deflate };
  } catch {
    return undefined;
  }
}

/** One end of a socket. */
export class FrameSocket {
  readonly #connection: Duplex;
  readonly #rules: FrameRules;
  readonly #handler: FrameHandler;
  readonly #deflate: PerMessageDeflate | undefined;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #beat: NodeJS.Timeout;
  #closing: NodeJS.Timeout | undefined;
  #stall: NodeJS.Timeout | undefined;
  /** Those of the read that is under way. */
  #texts: Buffer[] = [];
  #isInRead = false;
  #isHeard = true;
  #isPaused = false;
  #isFull = false;
  #isCloseSent = false;
  #isOver = false;

  /** Takes the connection, which may be paused, and closes it in the end. */
  constructor(connection: Duplex, rules: FrameRules, handler: FrameHandler, packing?: FramePacking) {
    this.#connection = connection;
    this.#rules = rules;
    this.#handler = handler;
    this.#deflate = packing?.deflate;
    const extensions = packing === undefined ? {} : { [DEFLATE]: packing.deflate };
    const { isServer, maxBytes: maxPayload } = rules;
    const bounds = { maxPayload, maxFragments: MAX_FRAGMENTS, maxBufferedChunks: MAX_BUFFERED_CHUNKS };
    const skipUTF8Validation = rules.isUnchecked === true;
    this.#receiver = new Receiver({ isServer, extensions, skipUTF8Validation, ...bounds });
    this.#sender = new Sender(connection, extensions);
    this.#listen();
    this.#beat = setInterval(() => this.#onBeat(), rules.heartbeatMs);
    connection.resume();
  }

  /** Whether texts may still be sent. */
  get isOpen(): boolean {
    return !this.#isOver && !this.#isCloseSent;
  }

  /** Sends a text; false when the peer takes less than is written: wait for `onDrain`. Nothing once it is closed. */
  send(text: Buffer | string): boolean {
    if (!this.isOpen) return true;
    this.#sender.send(text, this.#rules.isServer ? TO_CLIENT : TO_SERVER);
    return this.#keepsUp();
  }

  /** The same of many, which leave together. */
  sendAll(texts: readonly Buffer[]): boolean {
    if (!this.isOpen) return true;
    const connection = this.#connection;
    if (this.#rules.isServer && fitOneWrite(texts)) connection.write(textFrames(texts));
    else {
      connection.cork();
      for (const text of texts) this.#sender.send(text, this.#rules.isServer ? TO_CLIENT : TO_SERVER);
      connection.uncork();
    }
    return this.#keepsUp();
  }

  /** Reads nothing more for now; what was read before may still be told. */
  pause(): void {
    this.#isPaused = true;
    this.#flow();
  }

  resume(): void {
    this.#isPaused = false;
    this.#flow();
  }

  /** Begins the closing handshake; what was sent before still arrives. `onClose` is told at once. */
  close(code: number, reason = ""): void {
    if (this.#isOver) return;
    this.#sendClose(code, reason);
    this.#closing ??= setTimeout(() => this.#connection.destroy(), CLOSING_MS);
    this.#tellOver(code);
  }

  /** Drops the connection. */
  cut(): void {
    this.#tellOver(CLOSE_CODES.broken);
    this.#connection.destroy();
  }

  /** False, and the time of a peer that takes nothing begins, where more is written than it has taken. */
  #keepsUp(): boolean {
    if (!this.#connection.writableNeedDrain) return true;
    this.#stall ??= setTimeout(() => this.cut(), this.#rules.stallMs);
    this.#flow();
    return false;
  }

  /**
   * Reads, unless somebody or something is behind: what reads frames, whoever has asked for a pause, or a client, whose
   * every frame would have an answer written that it does not take.
   */
  #flow(): void {
    const isBehind = this.#stall !== undefined && this.#rules.isServer;
    if (this.#isPaused || this.#isFull || isBehind) this.#connection.pause();
    else this.#connection.resume();
  }

  #listen(): void {
    const connection = this.#connection;
    const receiver = this.#receiver;
    connection.on("data", (chunk: Buffer) => {
      // Nothing that follows what is no frame can be read.
      if (receiver.destroyed) return;
      this.#isHeard = true;
      if (!this.#isOver) this.#handler.onBytes(chunk.length);
      this.#isInRead = true;
      const takesMore = receiver.write(chunk);
      this.#isInRead = false;
      this.#tellTexts();
      if (takesMore) return;
      this.#isFull = true;
      this.#flow();
    });
    receiver.on("drain", () => {
      this.#isFull = false;
      this.#flow();
    });
    receiver.on("message", (data, isBinary) => {
      if (!isBinary) this.#texts.push(data);
      // What was packed comes when it is unpacked.
      if (isBinary || !this.#isInRead) this.#tellTexts();
      if (isBinary && this.isOpen) this.#handler.onBinary();
    });
    receiver.on("ping", (data) => {
      // The latest one is answered in time; a flood of them is not (RFC 6455 §5.5.3).
      if (!this.isOpen || this.#stall !== undefined) return;
      this.#sender.pong(data, !this.#rules.isServer);
      this.#keepsUp();
    });
    receiver.on("conclude", (code) => this.#onConclude(code));
    receiver.on("error", (error) => this.#onFault(error));
    connection.on("drain", () => {
      clearTimeout(this.#stall);
      this.#stall = undefined;
      if (this.#isOver) return;
      this.#flow();
      this.#handler.onDrain();
    });
    // A peer that ends without a closing frame says nothing more, and hears nothing.
    connection.on("end", () => connection.destroy());
    // What breaks a connection closes it.
    connection.on("error", () => undefined);
    connection.on("close", () => this.#onGone());
  }

  #tellTexts(): void {
    const texts = this.#texts;
    if (texts.length === 0) return;
    this.#texts = [];
    if (this.isOpen) this.#handler.onTexts(texts);
  }

  #onConclude(code: number): void {
    this.#tellTexts();
    this.#sendClose(code === CLOSE_CODES.none ? CLOSE_CODES.normal : code, "");
    this.#tellOver(code);
    this.#connection.end();
    this.#closing ??= setTimeout(() => this.#connection.destroy(), CLOSING_MS);
  }

  /** What it sends are no frames, or more than there may be: nothing that follows could be read. */
  #onFault(error: Error & { readonly code?: string }): void {
    const code = CODE_OF_FAULT.get(error.code) ?? CLOSE_CODES.protocol;
    this.#sendClose(code, "");
    this.#tellOver(code);
    this.#connection.end();
    this.#closing ??= setTimeout(() => this.#connection.destroy(), CLOSING_MS);
  }

  #onBeat(): void {
    if (!this.#isHeard) {
      this.cut();
      return;
    }
    this.#isHeard = false;
    if (this.isOpen) this.#sender.ping("", !this.#rules.isServer);
  }

  #onGone(): void {
    this.#tellOver(CLOSE_CODES.broken);
    clearTimeout(this.#closing);
    this.#deflate?.cleanup();
  }

  #sendClose(code: number, reason: string): void {
    if (this.#isCloseSent || this.#connection.destroyed) return;
    this.#isCloseSent = true;
    this.#sender.close(code, reason, !this.#rules.isServer);
  }

  #tellOver(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#beat);
    clearTimeout(this.#stall);
    this.#stall = undefined;
    // Read on, so that the peer's closing frame is seen, and a reset does not overtake ours.
    this.#connection.resume();
    this.#handler.onClose(code);
  }
}
