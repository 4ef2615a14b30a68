// What a stream's tokens are counted by, should it not tell them itself: its request and its own bytes, as far as there is
// room for both.

import type { TokenCounting, TokenCounts } from "../../tokenizer/counting.ts";
import type { TokenEncoding } from "../../wires/usage/token-encoding.ts";

/** Of a longer one nothing is counted. */
const MAX_BYTES = 256 * 1024;
/** What a piece takes beside its bytes: an endpoint may send them one by one. */
const BYTES_PER_PIECE = 48;

/** Those of one stream. What they take is given back by `drop`, and by a count. */
export class StreamTexts {
  readonly #counting: TokenCounting;
  readonly #encoding: TokenEncoding;
  #asked: Uint8Array | undefined;
  /** Each byte a character. */
  #answered: string | undefined = "";
  /** What was held for it. */
  #answeredBytes = 0;

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
    const bytes = chunk.length + BYTES_PER_PIECE;
    if (this.#answered.length + chunk.length <= MAX_BYTES && this.#counting.hold(bytes)) {
      this.#answered += chunk.toString("latin1");
      this.#answeredBytes += bytes;
    } else this.#dropAnswered();
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
    this.#counting.release(this.#answeredBytes);
    this.#answeredBytes = 0;
    this.#answered = undefined;
  }
}
