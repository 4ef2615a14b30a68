// Keeps an endpoint's keys out of what it says in its errors and headers: some repeat the key they were sent. The
// bodies of good answers are never looked at. Called by `relay.ts`.

import type { FlatHeaders } from "../http/message.ts";
import type { Endpoint } from "../routing/model.ts";
import { headerOf } from "./classify.ts";
import { unpacked } from "./unpack.ts";

const MASK = "***";
/** Shorter ones are stand-ins such as `ollama`, which ordinary messages may hold. */
const MIN_SECRET_CHARS = 8;
/** An error is held up to this size, so that its length can be said; a longer one is looked through as it passes. */
const MAX_HELD_BYTES = 64 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

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
  for (const { apiKey } of endpoint.credentials) {
    if (apiKey === undefined || apiKey.length < MIN_SECRET_CHARS) continue;
    for (let index = 1; index < headers.length; index += 2) {
      const value = headers[index];
      if (value !== undefined && value.length >= apiKey.length && value.includes(apiKey)) return true;
    }
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
  #wasUnpacked = false;
  #length: number | undefined;

  constructor(secrets: readonly string[], headers: FlatHeaders) {
    this.#secrets = secrets;
    this.#encoding = headerOf(headers, "content-encoding");
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
    this.#isHolding = false;
    const masked = this.#mask(all);
    // A key may be cut in two: as much as could be its first part waits for the next piece.
    const keep = Math.min(masked.length, (this.#secrets[0]?.length ?? 1) - 1);
    this.#held = masked.subarray(masked.length - keep);
    return masked.subarray(0, masked.length - keep);
  }

  /** The rest of the body, all of it where it was held. */
  finish(): Buffer {
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
      kept.push(name, received[index + 1] ?? "");
    }
    if (this.#length !== undefined) kept.push("content-length", String(this.#length));
    return kept;
  }

  #maskWhole(body: Buffer): Buffer {
    if (this.#encoding === "" || body.length === 0) return this.#mask(body);
    const plain = unpacked(body, this.#encoding);
    if (plain === undefined) return body;
    const masked = this.#mask(plain);
    this.#wasUnpacked = this.#hasChanged;
    return this.#hasChanged ? masked : body;
  }

  #mask(bytes: Buffer): Buffer {
    if (!this.#secrets.some((secret) => bytes.includes(secret))) return bytes;
    this.#hasChanged = true;
    return Buffer.from(maskText(bytes.toString("latin1"), this.#secrets), "latin1");
  }
}

/** The text with each secret replaced. `secrets` has the longest first. */
export function maskText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}
