// Unpacks the compressed body of an error, so that it can be told what it says. Answers are never unpacked. Called by
// `first-bytes.ts` and `redact.ts`.

import { brotliDecompressSync, constants, gunzipSync, inflateSync } from "node:zlib";

/** What an error may unpack to; a bomb is given up there. */
const MAX_UNPACKED_BYTES = 256 * 1024;

/** What is cut off is unpacked as far as it goes. */
const ZLIB = { maxOutputLength: MAX_UNPACKED_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI = { maxOutputLength: MAX_UNPACKED_BYTES, finishFlush: constants.BROTLI_OPERATION_FLUSH };

/**
 * The body without its one layer of compression, itself where it has none; undefined for other codings, several
 * layers, broken bytes and more than 256 KiB. Blocks for as long as that takes: well below a millisecond.
 */
export function unpacked(bytes: Buffer, contentEncoding: string): Buffer | undefined {
  try {
    switch (contentEncoding.trim().toLowerCase()) {
      case "":
      case "identity":
        return bytes;
      case "gzip":
      case "x-gzip":
        return gunzipSync(bytes, ZLIB);
      case "deflate":
        return inflateSync(bytes, ZLIB);
      case "br":
        return brotliDecompressSync(bytes, BROTLI);
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}
