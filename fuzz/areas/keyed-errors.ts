// Errors that repeat the endpoint's key, packed and spelled in many ways, and streams with such events: the key never
// comes out of either, and the pieces in which they come make no difference.

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { ErrorRedactor } from "../../src/proxy/answer/redact.ts";
import { StreamRedactor } from "../../src/proxy/answer/redact-stream.ts";
import { EndpointSecrets } from "../../src/routing/endpoint-secrets.ts";
import { StreamEnd } from "../../src/wires/stream/stream-end.ts";
import { type Area, type Finding, finding } from "../area.ts";
import { mutated } from "../mutate.ts";
import { Random, seedOf } from "../random.ts";

const KEY = "sk-canary/key+0123456789=abc";
const SECRETS = new EndpointSecrets({ credentials: [{ apiKey: KEY }], fixedHeaders: [] });

const PACKERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  deflate: deflateSync,
  Deflate: deflateRawSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  identity: (bytes) => bytes,
};
const WORDS = [
  "data: ",
  "\n\n",
  "\r\n",
  '"error":',
  '{"choices":[',
  "event: error\n",
  "\\",
  "\\u0073",
  "%",
  KEY,
  "\0",
];

/** Errors (`gzip,br` and a line end, then the body) and streams (`stream` in place of the codings). */
export const KEYED_ERRORS: Area = {
  name: "keyed-errors",
  make: (random) => {
    const whole = random.chance(40) ? streamInput(random) : errorInput(random);
    return random.chance(50) ? whole : mutated(random, whole, WORDS);
  },
  open: async () => ({ check: async (input) => check(input), close: async () => {} }),
};

function check(input: Buffer): Finding | undefined {
  const line = input.indexOf("\n");
  const codings = input.toString("latin1", 0, Math.max(0, line));
  const body = input.subarray(line + 1);
  const random = new Random(seedOf(input));
  return codings === "stream" ? checkStream(body, random) : checkError(body, codings, random);
}

function checkError(body: Buffer, codings: string, random: Random): Finding | undefined {
  const headers = ["content-type", "application/json", "content-encoding", codings, "etag", "x"];
  const redactor = new ErrorRedactor(SECRETS, headers);
  const pieces = cut(body, random).map((piece) => redactor.push(piece));
  const out = Buffer.concat([...pieces, redactor.finish()]);
  const told = plainest(out);
  if (told.includes(KEY)) return finding("key-told", told);
  const sent = redactor.headers(headers);
  const at = sent.indexOf("content-length");
  if (at !== -1 && Number(sent[at + 1]) !== out.length) return finding("wrong-length", sent.join(" "));
  const isPacked = sent.includes("content-encoding") && /[a-z]/i.test(codings.replaceAll(/identity/gi, ""));
  return isPacked && out.length > 0 ? finding("still-packed", codings) : undefined;
}

function checkStream(body: Buffer, random: Random): Finding | undefined {
  const whole = passed([body]);
  const pieces = passed(cut(body, random));
  // Only a key in its plain spelling is known before the stream is known to have failed.
  if (hasPlainKey(pieces) !== hasPlainKey(whole)) return finding("pieces-differ", pieces);
  for (const event of whole.toString("latin1").split(/\r?\n\r?\n/)) {
    if (/^(?:event: error\n)?data: \{"error":\{"message":"[^"\\]*"/.test(event) && event.includes(KEY)) {
      return finding("key-told", event);
    }
  }
  return undefined;
}

function hasPlainKey(bytes: Buffer): boolean {
  return bytes.includes(KEY);
}

function passed(pieces: readonly Buffer[]): Buffer {
  const watch = new StreamEnd("chat");
  const redactor = new StreamRedactor(SECRETS, watch);
  const out = pieces.map((piece) => {
    watch.push(piece);
    return redactor.push(piece);
  });
  return Buffer.concat([...out, redactor.finish()]);
}

/** The bytes in up to six pieces. */
function cut(bytes: Buffer, random: Random): Buffer[] {
  const places = random
    .times(random.below(6), () => random.below(bytes.length + 1))
    .sort((one, two) => one - two);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

/** A text with the escapes undone that any reader would undo; one that a NUL cuts through is none for a reader. */
function plainest(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replaceAll(/\\u00([0-9a-f]{2})/gi, (_whole, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .replaceAll(/%([0-9a-f]{2})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll("\\/", "/")
    .replaceAll("\0", "");
}

function errorInput(random: Random): Buffer {
  const filler = random.chance(10) ? random.bytes(random.below(100_000)).toString("hex") : "";
  let body: Buffer = Buffer.from(`{"error":{"message":"bad ${spelled(random)} ${filler}"}}`, "latin1");
  const names = random.times(random.below(4), () => random.pick(Object.keys(PACKERS)));
  for (const name of names) body = PACKERS[name]?.(body) ?? body;
  // Some servers say nothing of it, or something else.
  const told = random.chance(85) ? names.join(", ") : random.pick(["", "gzip", "zstd", "x-none"]);
  return Buffer.concat([Buffer.from(`${told}\n`), body]);
}

function streamInput(random: Random): Buffer {
  const events = random.times(random.between(1, 5), () => {
    const key = random.chance(60) ? KEY : spelled(random);
    return random.pick([
      `data: {"choices":[{"delta":{"content":"${key}"}}]}\n\n`,
      `data: {"error":{"message":"${key}"}}\n\n`,
      `event: error\ndata: {"error":{"message":"${key}","code":"401"}}\n\n`,
      `data: {"choices":[],"error":{"message":"${key}"}}\r\n\r\n`,
      `: ${key}\n\n`,
      "data: [DONE]\n\n",
    ]);
  });
  return Buffer.from(`stream\n${events.join("")}`, "latin1");
}

function spelled(random: Random): string {
  return random.pick([
    KEY,
    KEY.replaceAll("/", "\\/"),
    encodeURIComponent(KEY),
    [...KEY].map((sign) => (random.chance(50) ? sign : `\\u00${sign.charCodeAt(0).toString(16)}`)).join(""),
    Buffer.from(KEY, "utf16le").toString("latin1"),
    "nothing",
  ]);
}
