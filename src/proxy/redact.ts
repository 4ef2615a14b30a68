// Keeps an endpoint's keys out of what it says in its errors and headers: some repeat the key they were sent. The
// bodies of good answers are never looked at. Called by `relay.ts`.

import { errorEnvelope, GatewayError } from "../core/errors.ts";
import type { FlatHeaders } from "../http/message.ts";
import type { Endpoint } from "../routing/model.ts";
import { unpacked } from "./unpack.ts";

const MASK = "***";
/** Shorter ones are stand-ins such as `ollama`, which ordinary messages may hold. */
const MIN_SECRET_CHARS = 8;
/** An error is held up to this size, so that its length can be said; a longer one is looked through as it passes. */
const MAX_HELD_BYTES = 64 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);
const UNREADABLE = Buffer.from(
  errorEnvelope(
    new GatewayError("upstream_bad_response", {
      message:
        "The endpoint's error is packed in a way that cannot be read here, so that it is not passed on.",
    }),
  ),
);

const SECRET_NAME = /authorization|key|token|secret|password/;
/** What no longer holds for a body that was changed. */
const OF_THE_BYTES = new Set(["content-length", "content-md5", "etag", "digest", "repr-digest"]);

/** What must not be told of an endpoint, the longest first: its keys, and configured headers that are credentials. */
export function secretsOf(endpoint: Endpoint): readonly string[] {
  const secrets = new Set<string>();
  const add = (text: string | undefined): void => {
    if (text === undefined || text.length < MIN_SECRET_CHARS) return;
    secrets.add(text);
    // As JSON has it, and as some of its writers do.
    const quoted = JSON.stringify(text).slice(1, -1);
    secrets.add(quoted).add(quoted.replaceAll("/", "\\/"));
  };
  for (const { apiKey } of endpoint.credentials) add(apiKey);
  const { fixedHeaders } = endpoint;
  for (let index = 0; index < fixedHeaders.length; index += 2) {
    if (SECRET_NAME.test(fixedHeaders[index] ?? "")) add(fixedHeaders[index + 1]?.replace(/^\w+ +/, ""));
  }
  return [...secrets].sort((left, right) => right.length - left.length);
}

/** The headers without the endpoint's keys: the list itself where there is none, at the cost of a look at the values. */
export function redactedHeaders(headers: FlatHeaders, endpoint: Endpoint): FlatHeaders {
  if (!hasKey(headers, endpoint)) return headers;
  const secrets = secretsOf(endpoint);
  return headers.map((item, index) => (index % 2 === 0 ? item : maskText(item, secrets)));
}

function hasKey(headers: FlatHeaders, endpoint: Endpoint): boolean {
  for (const { apiKey } of endpoint.credentials)
    if (apiKey !== undefined && isInValues(headers, apiKey)) return true;
  const { fixedHeaders } = endpoint;
  for (let index = 0; index < fixedHeaders.length; index += 2) {
    if (!SECRET_NAME.test(fixedHeaders[index] ?? "")) continue;
    if (isInValues(headers, (fixedHeaders[index + 1] ?? "").replace(/^\w+ +/, ""))) return true;
  }
  return false;
}

function isInValues(headers: FlatHeaders, secret: string): boolean {
  if (secret.length < MIN_SECRET_CHARS) return false;
  for (let index = 1; index < headers.length; index += 2) {
    const value = headers[index];
    if (value !== undefined && value.length >= secret.length && value.includes(secret)) return true;
  }
  return false;
}

/** The body of one error on its way. Nothing of it is passed on before its end, or before it is too long to hold. */
export class ErrorRedactor {
  readonly #secrets: readonly string[];
  readonly #encoding: string;
  #held: Buffer = NOTHING;
  #isHolding = true;
  #hasChanged = false;
  #isReplaced = false;
  #wasUnpacked = false;
  #length: number | undefined;

  constructor(secrets: readonly string[], headers: FlatHeaders) {
    this.#secrets = secrets;
    this.#encoding = encodingOf(headers);
  }

  /** True until something may be passed on. */
  get isHolding(): boolean {
    return this.#isHolding;
  }

  /** What can be passed on now; nothing while the body is held. */
  push(chunk: Buffer): Buffer {
    const all = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (this.#isHolding && all.length <= MAX_HELD_BYTES) {
      this.#held = all;
      return NOTHING;
    }
    if (this.#encoding !== "" || this.#isReplaced) {
      // What is packed and too long to be unpacked cannot be looked through.
      this.#isReplaced = true;
      this.#held = NOTHING;
      return NOTHING;
    }
    this.#isHolding = false;
    const masked = this.#mask(all);
    // A key may be cut in two: as much as could be its first part waits for the next piece.
    const keep = Math.min(masked.length, (this.#secrets[0]?.length ?? 1) - 1);
    this.#held = masked.subarray(masked.length - keep);
    return masked.subarray(0, masked.length - keep);
  }

  /** The rest of the body, all of it where it was held. */
  finish(): Buffer {
    if (this.#isReplaced) this.#held = NOTHING;
    const rest = this.#isHolding ? this.#maskWhole(this.#held) : this.#mask(this.#held);
    if (this.#isHolding) this.#length = rest.length;
    this.#isHolding = false;
    this.#held = NOTHING;
    return rest;
  }

  /** The headers that fit the body, once something may be passed on. */
  headers(received: FlatHeaders): FlatHeaders {
    if (this.#length !== undefined && !this.#hasChanged) return received;
    const kept: string[] = [];
    for (let index = 0; index < received.length; index += 2) {
      const name = received[index] ?? "";
      if (OF_THE_BYTES.has(name) || (this.#wasUnpacked && name === "content-encoding")) continue;
      if (this.#isReplaced && name === "content-type") continue;
      kept.push(name, received[index + 1] ?? "");
    }
    if (this.#isReplaced) kept.push("content-type", "application/json");
    if (this.#length !== undefined) kept.push("content-length", String(this.#length));
    return kept;
  }

  #maskWhole(body: Buffer): Buffer {
    if (!this.#isReplaced && (this.#encoding === "" || body.length === 0)) return this.#mask(body);
    const plain = this.#isReplaced ? undefined : unpacked(body, this.#encoding);
    if (plain === undefined) return this.#replace();
    const masked = this.#mask(plain);
    this.#wasUnpacked = this.#hasChanged;
    return this.#hasChanged ? masked : body;
  }

  /** A body that cannot be read may hold a key: the client gets our word for it instead. */
  #replace(): Buffer {
    this.#isReplaced = true;
    this.#hasChanged = true;
    this.#wasUnpacked = true;
    return UNREADABLE;
  }

  #mask(bytes: Buffer): Buffer {
    const masked = maskBytes(bytes, this.#secrets);
    this.#hasChanged ||= masked !== bytes;
    return masked;
  }
}

/** The bytes themselves where no secret is in them. */
export function maskBytes(bytes: Buffer, secrets: readonly string[]): Buffer {
  if (!secrets.some((secret) => bytes.includes(secret))) return bytes;
  return Buffer.from(maskText(bytes.toString("latin1"), secrets), "latin1");
}

/** The coding that must be undone to read a body; several headers are several layers, which are not undone. */
function encodingOf(headers: FlatHeaders): string {
  const codings: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const coding =
      headers[index] === "content-encoding" ? (headers[index + 1] ?? "").trim().toLowerCase() : "";
    if (coding !== "" && coding !== "identity") codings.push(coding);
  }
  return codings.join(", ");
}

/** The text with each secret replaced. `secrets` has the longest first. */
export function maskText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}
