// What a stream's tokens are counted by, should it not tell them itself: its request and its own bytes, as far as there is
// room for both.

import type { TokenCounting, TokenCounts } from "../../tokenizer/counting.ts";
import type { TokenEncoding } from "../../wires/usage/token-encoding.ts";

/** Of a longer one nothing is counted. */
const MAX_BYTES = 256 * 1024;

/** Those of one stream. What they take is given back by `drop`, and by a count. */
export class StreamTexts {
  readonly #counting: TokenCounting;
  readonly #encoding: TokenEncoding;
  #asked: Uint8Array | undefined;
  /** Each byte a character. */
  #answered: string | undefined = "";

  /** To be made while the request's body is there. */
  constructor(counting: TokenCounting, encoding: TokenEncoding, body: Buffer) {
    this.#counting = counting;
    this.#encoding = encoding;
    // Copied, since it may lie in the middle of something larger.
    if (body.length <= MAX_BYTES && counting.hold(body.length)) this.#asked = new Uint8Array(body);
  }

  /** Takes the next bytes. */
  push(chunk: Buffer): void {
    if (this.#answered === undefined) return;
    if (this.#answered.length + chunk.length <= MAX_BYTES && this.#counting.hold(chunk.length))
      this.#answered += chunk.toString("latin1");
    else this.#dropAnswered();
  }

  /** Never rejects; undefined where nothing can be counted now. */
  async count(): Promise<TokenCounts | undefined> {
    const [asked, answered] = [this.#asked, this.#answered];
    if (asked === undefined && answered === undefined) return undefined;
    const counts = await this.#counting.count({ encoding: this.#encoding, asked, answered });
    this.drop();
    return counts;
  }

  /** Keeps nothing any more. */
  drop(): void {
    if (this.#asked !== undefined) this.#counting.release(this.#asked.length);
    this.#asked = undefined;
    this.#dropAnswered();
  }

  #dropAnswered(): void {
    if (this.#answered !== undefined) this.#counting.release(this.#answered.length);
    this.#answered = undefined;
  }
}
