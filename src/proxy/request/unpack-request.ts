// Unpacks the body of a request that came compressed: away from the event loop, within the bounds of a plain body, so
// that a bomb costs no more than the largest body. What is sent on is plain.

import type { Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import { GatewayError } from "../../core/errors.ts";
import { BodyPieces, type PiecedBody } from "../../http/body-pieces.ts";
import { noRoom, tooLarge } from "../../http/body-reader.ts";
import type { Exchange } from "../exchange/exchange.ts";

/** A coding of content (RFC 9110 §8.4.1) that is understood. */
export type Coding = "gzip" | "deflate" | "br" | "zstd";

/** As `node:zlib` makes them; `bytesWritten` are those that were taken for the packed body. */
type Unpacker = Transform & { readonly bytesWritten: number };

/** What is told to a client whose coding is not understood (RFC 9110 §12.5.3). */
const ACCEPTED = "gzip, deflate, br, zstd";

/** As RFC 9659 bounds it for HTTP: a larger window is memory that nobody has sent. */
const ZSTD_WINDOW_LOG = 23;

const INPUT_SLICE_BYTES = 64 * 1024;
/** One piece of what comes out: each is a trip to another thread. */
const OUTPUT_BYTES = 64 * 1024;

/**
 * The coding that a Content-Encoding names; undefined for a plain body.
 * @throws GatewayError unsupported_content_encoding
 */
export function codingOf(header: string | undefined): Coding | undefined {
  if (header === undefined) return undefined;
  switch (header.trim().toLowerCase()) {
    case "identity":
    case "":
      return undefined;
    case "gzip":
    case "x-gzip":
      return "gzip";
    case "deflate":
      return "deflate";
    case "br":
      return "br";
    case "zstd":
      return "zstd";
    default:
      throw new GatewayError("unsupported_content_encoding", { headers: ["accept-encoding", ACCEPTED] });
  }
}

/**
 * The plain body. Counted as it grows, beside the packed one.
 * @throws GatewayError invalid_content_encoding, request_too_large, overloaded, client_closed
 */
export function unpackRequest(
  exchange: Exchange,
  packed: Buffer,
  coding: Coding,
): Promise<Buffer | PiecedBody> {
  const { maxBytes } = exchange.world.bodyLimits;
  const pieces = new BodyPieces();
  const unpacker = unpackerFor(coding, packed);
  return new Promise((resolve, reject) => {
    const stop = (error: GatewayError): void => {
      pieces.take();
      reject(error);
      unpacker.destroy();
    };
    unpacker.on("data", (piece: Buffer) => {
      if (pieces.size + piece.length > maxBytes) stop(tooLarge(maxBytes));
      else if (exchange.departure.isGone) stop(new GatewayError("client_closed"));
      else if (!exchange.hold.take(piece.length, true)) stop(noRoom());
      else pieces.add(piece);
    });
    unpacker.on("error", (cause: Error) => stop(notAsSaid(cause)));
    unpacker.on("end", () => {
      // What stands behind the packed body would be another body to another reader.
      if (packed.length === 0 || unpacker.bytesWritten < packed.length) stop(notAsSaid(undefined));
      else resolve(pieces.take());
    });
    feed(unpacker, packed, 0);
  });
}

/** Hands the packed bytes over as fast as they are taken. */
function feed(unpacker: Unpacker, packed: Buffer, from: number): void {
  let at = from;
  while (at < packed.length) {
    const piece = packed.subarray(at, at + INPUT_SLICE_BYTES);
    at += piece.length;
    if (!unpacker.write(piece)) {
      unpacker.once("drain", () => feed(unpacker, packed, at));
      return;
    }
  }
  unpacker.end();
}

function notAsSaid(cause: Error | undefined): GatewayError {
  return new GatewayError("invalid_content_encoding", { cause });
}

function unpackerFor(coding: Coding, packed: Buffer): Unpacker {
  const options = { chunkSize: OUTPUT_BYTES };
  switch (coding) {
    case "gzip":
      return createGunzip(options);
    case "br":
      return createBrotliDecompress(options);
    case "zstd":
      return createZstdDecompress({
        ...options,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
      });
    case "deflate":
      return isZlib(packed) ? createInflate(options) : createInflateRaw(options);
  }
}

/** Many clients send raw deflate for `deflate`, which the standard does not mean (RFC 9110 §8.4.1.2; RFC 1950 §2.2). */
function isZlib(packed: Buffer): boolean {
  const first = packed[0] ?? 0;
  return (first & 0x0f) === 8 && ((first << 8) | (packed[1] ?? 0)) % 31 === 0;
}
