// The admin password, hashed by scrypt: 32 MiB and some tens of milliseconds a try, off the thread that serves. At most
// two at once, so that guesses cannot take the memory that requests need.

import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** The parameters of new hashes: N = 2^15, r = 8, p = 1 (OWASP's password storage sheet). */
const COST = { n: 32_768, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MAX_AT_ONCE = 2;
const MAX_WAITING = 8;
/** A hash that somebody has put into the file may not ask for all of the memory. */
const MAX_MEMORY_BYTES = 128 * 1024 * 1024;

/** A password as it is kept. */
export type PasswordHash = {
  readonly n: number;
  readonly r: number;
  readonly p: number;
  /** Base64. */
  readonly salt: string;
  readonly hash: string;
};

/** Makes and compares hashes, two at a time. */
export class PasswordHasher {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** @throws TooManyTries */
  async make(password: string): Promise<PasswordHash> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#hash(password, { ...COST, salt });
    return { ...COST, salt: salt.toString("base64"), hash: hash.toString("base64") };
  }

  /**
   * Whether a password is the one that was hashed. Without a hash it takes as long and is false.
   * @throws TooManyTries
   */
  async matches(password: string, kept: PasswordHash | undefined): Promise<boolean> {
    const { n, r, p } = kept ?? COST;
    const salt = kept === undefined ? randomBytes(SALT_BYTES) : Buffer.from(kept.salt, "base64");
    const made = await this.#hash(password, { n, r, p, salt });
    const wanted = kept === undefined ? undefined : Buffer.from(kept.hash, "base64");
    return wanted !== undefined && wanted.length === made.length && timingSafeEqual(wanted, made);
  }

  async #hash(password: string, { n, r, p, salt }: HashCost): Promise<Buffer> {
    await this.#turn();
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        const options = { N: n, r, p, maxmem: MAX_MEMORY_BYTES };
        // The same letters may be typed in two ways (RFC 8265 §4.2).
        scrypt(password.normalize("NFC"), salt, KEY_BYTES, options, (error, key) =>
          error === null ? resolve(key) : reject(error),
        );
      });
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= MAX_AT_ONCE) {
      if (this.#waiting.length >= MAX_WAITING) throw new TooManyTries();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
  }
}

type HashCost = { readonly n: number; readonly r: number; readonly p: number; readonly salt: Buffer };

/** More tries wait already than are worth waiting for. */
export class TooManyTries extends Error {}

/** A hash out of a document; undefined where it is none. */
export function readPasswordHash(value: unknown): PasswordHash | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { n, r, p, salt, hash }: Partial<Record<keyof PasswordHash, unknown>> = value;
  const isCost = (one: unknown): one is number => Number.isSafeInteger(one) && Number(one) > 0;
  if (!(isCost(n) && isCost(r) && isCost(p)) || typeof salt !== "string" || typeof hash !== "string")
    return undefined;
  return { n, r, p, salt, hash };
}
