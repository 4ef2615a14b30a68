// Unpacks the compressed body of an error, so that it can be told what it says. Answers are never unpacked.

import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from "node:zlib";

/** What an error may unpack to; a bomb is given up there. */
const MAX_UNPACKED_BYTES = 256 * 1024;
/** More layers than a server and a proxy before it would put around a body. */
const MAX_LAYERS = 4;

/** What is cut off is unpacked as far as it goes. */
const ZLIB = { maxOutputLength: MAX_UNPACKED_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { maxOutputLength: MAX_UNPACKED_BYTES, finishFlush: constants.BROTLI_OPERATION_FLUSH };
const ZSTD = { maxOutputLength: MAX_UNPACKED_BYTES, finishFlush: constants.ZSTD_e_flush };

/**
 * The body without its layers of compression, itself where it has none; undefined for other codings, broken bytes and
 * more than 256 KiB. `contentEncoding` is the list of the header, the last layer last (RFC 9110 §8.4). Blocks for as
 * long as that takes: well below a millisecond.
 */
export function unpacked(bytes: Buffer, contentEncoding: string): Buffer | undefined {
  const layers = contentEncoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (layers.length > MAX_LAYERS) return undefined;
  try {
    return layers.reduceRight((packed, coding) => withoutLayer(packed, coding), bytes);
  } catch {
    return undefined;
  }
}

/** Whether the bytes begin as a packed body does, so that a header that says so may be missing. */
export function looksPacked(bytes: Buffer): boolean {
  return codingOf(bytes) !== undefined;
}

/** The same for what may be packed without a word of it; undefined where that cannot be read. */
export function unpackedByLook(bytes: Buffer): Buffer | undefined {
  let plain: Buffer | undefined = bytes;
  for (let layer = 0; plain !== undefined && layer < MAX_LAYERS; layer += 1) {
    const coding = codingOf(plain);
    if (coding === undefined) return plain;
    plain = unpacked(plain, coding);
  }
  return undefined;
}

/** @throws Error for what is no such coding, or too large */
function withoutLayer(packed: Buffer, coding: string): Buffer {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return gunzipSync(packed, ZLIB);
    case "deflate":
      return inflated(packed);
    case "br":
      return brotliDecompressSync(packed, BROTLI);
    case "zstd":
      return zstdDecompressSync(packed, ZSTD);
    default:
      throw new Error("unknown coding");
  }
}

/** `deflate` is the zlib format (RFC 9110 §8.4.1.2), but many servers send it bare, and clients take both. */
function inflated(packed: Buffer): Buffer {
  try {
    return inflateSync(packed, ZLIB);
  } catch {
    return inflateRawSync(packed, ZLIB);
  }
}

/** Gzip (RFC 1952 §2.3.1), Zstandard (RFC 8878 §3.1.1) and zlib at its usual levels (RFC 1950 §2.2). */
function codingOf(bytes: Buffer): string | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0x1f && second === 0x8b) return "gzip";
  if (first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd) return "zstd";
  const isZlib = first === 0x78 && (second === 0x01 || second === 0x9c || second === 0xda);
  return isZlib ? "deflate" : undefined;
}
