// How dense the text of a stream is in its beginning, by which the tokens of one that tells none are estimated.

import { endsWithBlankLine } from "../../bytes/sse-lines.ts";
import { guessedOutput } from "../../wires/usage/usage-ratios.ts";

/** So much is looked at: some twenty events. */
const MAX_BYTES = 4 * 1024;

/** The beginning of one stream. Keeps no more than the event that is open. */
export class StreamBeginning {
  #bytes = 0;
  #tokens = 0;
  /** What has come of an event that is not whole; each byte a character. */
  #open = "";

  /** Takes the next bytes, cut anywhere. */
  push(chunk: Buffer): void {
    if (this.#bytes >= MAX_BYTES) return;
    this.#bytes += chunk.length;
    this.#open += chunk.toString("latin1");
    if (endsWithBlankLine(chunk) || this.#bytes >= MAX_BYTES) this.#count();
  }

  /** About how many tokens were written in a stream of so many bytes: what came later is as dense as the beginning. */
  tokensIn(streamBytes: number): number {
    this.#count();
    return this.#bytes === 0 ? 0 : Math.round((this.#tokens * streamBytes) / this.#bytes);
  }

  #count(): void {
    this.#tokens += guessedOutput(this.#open);
    this.#open = "";
  }
}
