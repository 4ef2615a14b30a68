// Undoes the chunked coding (RFC 9112 §7.1) in the bytes of each read, in place: what one read has brought of a body
// becomes one piece, however small its chunks are.

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const DELETE = 0x7f;
const SEMICOLON = 0x3b;
const COLON = 0x3a;
const EQUALS = 0x3d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** 4 GiB, beyond any limit of a body. */
const MAX_CHUNK_BYTES = 0xffff_ffff;
/** Digits of a size, beyond which they are but zeros in front of it. */
const MAX_SIZE_DIGITS = 8;
/** Extensions of chunks (§7.1.1), and zeros, mean nothing here; all of one body's may be so long. */
const MAX_EXTENSION_BYTES = 16 * 1024;
/** The lines of trailer fields (§7.1.2) are dropped; all of them may be so long. */
const MAX_TRAILER_BYTES = 16 * 1024;

/** Where a decoder stands: in front of what. `digits`: behind a first one. */
type DecoderPlace =
  | "size"
  | "digits"
  | "extension"
  | "extension-name"
  | "value"
  | "value-token"
  | "quoted"
  | "escaped"
  | "quoted-end"
  | "size-lf"
  | "data"
  | "data-cr"
  | "data-lf"
  | "trailer"
  | "trailer-name"
  | "trailer-value"
  | "trailer-lf"
  | "last-lf"
  | "end";

/** What a read has brought. */
export type DecodedRead = {
  /** Where what it has of the body begins and ends, in the read. */
  readonly from: number;
  readonly to: number;
  /** Where the rest begins, which is no part of the body. */
  readonly rest: number;
  /** This is no such coding. What comes before the fault is of the body all the same. */
  readonly isBroken: boolean;
};

/** Undoes one body's coding. */
export class ChunkDecoder {
  #place: DecoderPlace = "size";
  /** Bytes of the present chunk that are still to come; while its size is read, what was read of it. */
  #left = 0;
  #digits = 0;
  #extensionBytes = 0;
  #trailerBytes = 0;

  /** Whether the body is whole. */
  get isDone(): boolean {
    return this.#place === "end";
  }

  /** Takes what was read, and moves what it has of the body together. Not after the end, nor after a fault. */
  decode(read: Buffer): DecodedRead {
    let from = -1;
    let to = 0;
    let at = 0;
    while (at < read.length && this.#place !== "end") {
      if (this.#place !== "data") {
        if (!this.#step(read[at] ?? 0)) return { from: Math.max(0, from), to, rest: at, isBroken: true };
        at += 1;
        continue;
      }
      const length = Math.min(this.#left, read.length - at);
      if (from === -1) {
        // The first piece stays where it is: mostly it is all there is.
        from = at;
        to = at;
      }
      if (to !== at) read.copyWithin(to, at, at + length);
      to += length;
      at += length;
      this.#left -= length;
      if (this.#left === 0) this.#place = "data-cr";
    }
    return { from: Math.max(0, from), to, rest: at, isBroken: false };
  }

  /** One byte that is no data. False where it cannot stand here. */
  #step(byte: number): boolean {
    switch (this.#place) {
      case "size":
        this.#left = 0;
        this.#digits = 0;
        return this.#digit(byte);
      case "digits":
        if (byte === CR) return this.#go("size-lf");
        return byte === SEMICOLON ? this.#extend("extension") : this.#digit(byte);
      case "size-lf":
        return byte === LF && this.#go(this.#left === 0 ? "trailer" : "data");
      case "data-cr":
        return byte === CR && this.#go("data-lf");
      case "data-lf":
        return byte === LF && this.#go("size");
      case "trailer":
        if (byte === CR) return this.#go("last-lf");
        return isToken(byte) && this.#trail("trailer-name");
      case "trailer-name":
        if (byte === COLON) return this.#trail("trailer-value");
        return isToken(byte) && this.#trail("trailer-name");
      case "trailer-value":
        if (byte === CR) return this.#go("trailer-lf");
        return isText(byte) && this.#trail("trailer-value");
      case "trailer-lf":
        return byte === LF && this.#go("trailer");
      case "last-lf":
        return byte === LF && this.#go("end");
      default:
        return this.#stepExtension(byte);
    }
  }

  /** The same in an extension: a name, and perhaps a value behind `=` (§7.1.1), with no spaces anywhere. */
  #stepExtension(byte: number): boolean {
    switch (this.#place) {
      case "extension":
        return isToken(byte) && this.#extend("extension-name");
      case "extension-name":
        if (byte === EQUALS) return this.#extend("value");
        return isToken(byte) ? this.#extend("extension-name") : this.#endExtension(byte);
      case "value":
        if (byte === QUOTE) return this.#extend("quoted");
        return isToken(byte) && this.#extend("value-token");
      case "value-token":
        return isToken(byte) ? this.#extend("value-token") : this.#endExtension(byte);
      case "quoted":
        if (byte === QUOTE) return this.#extend("quoted-end");
        return isText(byte) && this.#extend(byte === BACKSLASH ? "escaped" : "quoted");
      case "escaped":
        return isText(byte) && this.#extend("quoted");
      case "quoted-end":
        return this.#endExtension(byte);
      default:
        return false;
    }
  }

  #endExtension(byte: number): boolean {
    if (byte === CR) return this.#go("size-lf");
    return byte === SEMICOLON && this.#extend("extension");
  }

  #go(place: DecoderPlace): true {
    this.#place = place;
    return true;
  }

  #digit(byte: number): boolean {
    const value = hexValue(byte);
    this.#digits += 1;
    this.#left = this.#left * 16 + value;
    if (value === -1 || this.#left > MAX_CHUNK_BYTES) return false;
    return this.#digits > MAX_SIZE_DIGITS ? this.#extend("digits") : this.#go("digits");
  }

  #extend(place: DecoderPlace): boolean {
    this.#extensionBytes += 1;
    return this.#extensionBytes <= MAX_EXTENSION_BYTES && this.#go(place);
  }

  #trail(place: DecoderPlace): boolean {
    this.#trailerBytes += 1;
    return this.#trailerBytes <= MAX_TRAILER_BYTES && this.#go(place);
  }
}

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  // A to F, in either case.
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** What a line may hold: no control character but the tab (RFC 9110 §5.5). */
function isText(byte: number): boolean {
  return byte === TAB || (byte >= SPACE && byte !== DELETE);
}

/** A character of a token (RFC 9110 §5.6.2). */
function isToken(byte: number): boolean {
  return TOKEN[byte] === 1;
}

const TOKEN = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
  TOKEN[character.charCodeAt(0)] = 1;
