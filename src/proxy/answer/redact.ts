// Keeps an endpoint's keys out of what it says in its errors and headers: some repeat the key they were sent. An error
// that cannot be read is replaced, since nobody can tell what is in it. The bodies of good answers are never looked at;
// the error events of streams are for `redact-stream.ts`.

import { GatewayError } from "../../core/errors.ts";
import type { FlatHeaders } from "../../http/message.ts";
import { type EndpointSecrets, MASK } from "../../routing/endpoint-secrets.ts";
import type { Endpoint } from "../../routing/model.ts";
import { envelopeOf } from "../../wires/errors/envelope.ts";
import { HeldBytes } from "./held-bytes.ts";
import type { HoldingTransform } from "./stages.ts";
import { looksPacked, unpacked, unpackedByLook } from "./unpack.ts";

/** An error is held up to this size, so that its length can be said; a longer one is looked through as it passes. */
const MAX_HELD_BYTES = 64 * 1024;
/** Of a longer one at least so much is looked at together: what is held back before is looked at again each time. */
const LOOK_BYTES = 16 * 1024;
/** As long as the client's own id may be: what is longer is no id, and fills headers and logs. */
const MAX_ID_CHARS = 128;
const NOTHING: Buffer = Buffer.alloc(0);
const UNREADABLE =
  "The endpoint answered with an error that is packed in a way that cannot be read (Content-Encoding), so that nobody can tell whether its key is in it. This text stands in its place; the status is the endpoint's. Have the endpoint send its errors plain.";

/** What no longer holds for a body that was changed. */
const OF_THE_BYTES = new Set([
  "content-length",
  "content-md5",
  "etag",
  "digest",
  "repr-digest",
  "content-digest",
]);

/**
 * The headers without the endpoint's keys and with an id of at most 128 characters: the list itself where that is so
 * already, at the cost of a look at the values.
 */
export function redactedHeaders(headers: FlatHeaders, endpoint: Endpoint, isError: boolean): FlatHeaders {
  const { secrets } = endpoint;
  if (!secrets.isInHeaders(headers, isError) && !hasLongId(headers)) return headers;
  return headers.map((item, index) => {
    if (index % 2 === 0) return item;
    const masked = secrets.mask(item);
    return headers[index - 1] === "x-request-id" ? masked.slice(0, MAX_ID_CHARS) : masked;
  });
}

function hasLongId(headers: FlatHeaders): boolean {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] === "x-request-id" && (headers[index + 1]?.length ?? 0) > MAX_ID_CHARS) return true;
  }
  return false;
}

/** Every value of the header, as one list: two headers of a name mean the same as one (RFC 9110 §5.3). */
export function contentEncodingOf(headers: FlatHeaders): string {
  let all = "";
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] !== "content-encoding") continue;
    all = all === "" ? (headers[index + 1] ?? "") : `${all},${headers[index + 1] ?? ""}`;
  }
  return all;
}

/** The body of one error on its way. Nothing of it is passed on before its end, or before it is too long to hold. */
export class ErrorRedactor implements HoldingTransform {
  readonly #secrets: EndpointSecrets;
  readonly #headers: FlatHeaders;
  readonly #isPacked: boolean;
  readonly #held = new HeldBytes();
  /** Held up to this size before it is looked at. */
  #enoughBytes = MAX_HELD_BYTES;
  #isHolding = true;
  #hasChanged = false;
  #isReplaced = false;
  #length: number | undefined;

  /** `headers` are the answer's, as they came. */
  constructor(secrets: EndpointSecrets, headers: FlatHeaders) {
    this.#secrets = secrets;
    this.#headers = headers;
    this.#isPacked = /[^\s,]/.test(contentEncodingOf(headers).replaceAll(/\bidentity\b/gi, ""));
  }

  get isHolding(): boolean {
    return this.#isHolding;
  }

  push(chunk: Buffer): Buffer {
    if (this.#isReplaced) return NOTHING;
    this.#held.add(chunk);
    if (this.#held.size <= this.#enoughBytes) return NOTHING;
    const all = this.#held.take();
    // Too long to be unpacked as a whole, and not to be read otherwise.
    if (this.#isHolding && (this.#isPacked || looksPacked(all))) return this.#replace();
    this.#isHolding = false;
    const { maxSpelledChars } = this.#secrets;
    this.#enoughBytes = maxSpelledChars + Math.max(maxSpelledChars, LOOK_BYTES);
    return this.#passTo(all, all.length - maxSpelledChars);
  }

  finish(): Buffer {
    if (this.#isReplaced) return NOTHING;
    const held = this.#held.take();
    if (!this.#isHolding) return this.#passTo(held, held.length);
    const plain = held.length === 0 ? NOTHING : unpackedByHeaders(held, this.#headers);
    if (plain === undefined) return this.#replace();
    const masked = this.#mask(plain);
    // What was looked through is what the client gets: behind a packed body's end there may be more for its reader.
    if (plain !== held && held.length > 0) this.#hasChanged = true;
    this.#isHolding = false;
    this.#length = masked.length;
    return masked;
  }

  headers(received: FlatHeaders): FlatHeaders {
    if (this.#length !== undefined && !this.#hasChanged) return received;
    const kept: string[] = [];
    for (let index = 0; index < received.length; index += 2) {
      const name = received[index] ?? "";
      if (OF_THE_BYTES.has(name) || (this.#length !== undefined && name === "content-encoding")) continue;
      if (this.#isReplaced && name === "content-type") continue;
      kept.push(name, received[index + 1] ?? "");
    }
    if (this.#isReplaced) kept.push("content-type", "application/json");
    if (this.#length !== undefined) kept.push("content-length", String(this.#length));
    return kept;
  }

  /** A body of our own in place of all of it. */
  #replace(): Buffer {
    const body = Buffer.from(envelopeOf(new GatewayError("upstream_bad_response", { message: UNREADABLE })));
    this.#isReplaced = true;
    this.#hasChanged = true;
    this.#isHolding = false;
    this.#held.take();
    this.#length = body.length;
    return body;
  }

  /** Passes on what is before a place, which no key is cut at; the rest is held, as a key may be cut in two there. */
  #passTo(all: Buffer, place: number): Buffer {
    const places = this.#secrets.placesIn(all.toString("latin1"));
    const cut = Math.max(
      0,
      places.reduce((at, [start, end]) => (start < at && end > at ? end : at), place),
    );
    this.#held.add(all.subarray(cut));
    return places.length === 0 ? all.subarray(0, cut) : this.#mask(all.subarray(0, cut));
  }

  #mask(bytes: Buffer): Buffer {
    const text = bytes.toString("latin1");
    const masked = this.#secrets.mask(text);
    if (masked === text) return bytes;
    this.#hasChanged = true;
    return Buffer.from(masked, "latin1");
  }
}

/** An error's whole body without its packing, itself where it has none; undefined where it cannot be read. */
export function unpackedByHeaders(body: Buffer, headers: FlatHeaders): Buffer | undefined {
  const plain = unpacked(body, contentEncodingOf(headers));
  return plain === undefined ? undefined : unpackedByLook(plain);
}

/** Puts the mask for what may be the beginning of a key that is cut off. */
export function withoutBeginning(bytes: Buffer, secrets: EndpointSecrets): Buffer {
  const count = secrets.beginningAtEnd(bytes);
  if (count < MIN_TELLING_CHARS) return bytes;
  return Buffer.concat([bytes.subarray(0, bytes.length - count), Buffer.from(MASK)]);
}

/** Fewer characters at an end are no key's, or tell nothing of it. */
const MIN_TELLING_CHARS = 4;
