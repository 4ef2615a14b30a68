// Learns what an answer used, from what the endpoint sends. A tap like any other, but for its place: most plain answers need
// nothing else, and would need a pipeline for it alone, so that `relay.ts` has it beside the pipeline.

import type { TokenUsage } from "../../core/usage.ts";
import { AnswerUsage, isCounted } from "../../wires/usage/answer-usage.ts";
import type { Call } from "../exchange/call.ts";
import type { UsageSource } from "../exchange/exchange.ts";
import { headerOf, isEventStream } from "../outcome/classify.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import type { AnswerTap } from "./stages.ts";
import { unpacked } from "./unpack.ts";

/** Of an answer that comes packed although it was not to, so much is kept until its end. */
const MAX_PACKED_BYTES = 64 * 1024;

/** Whether an answer uses something that is counted: no error does. */
export function isUsing({ operation }: Call, { status, translated }: AnswerHead): boolean {
  return status < 300 && isCounted(translated?.translation.operation ?? operation);
}

/**
 * The tap of an answer that uses something; undefined for a plain one that was translated, which was read whole before.
 * `looksForModel`: the answer's own name of its model is wanted as well.
 */
export function usageTapFor(call: Call, head: AnswerHead, looksForModel: boolean): UsageTap | undefined {
  const { translated } = head;
  const isStream = isEventStream(head);
  if (translated !== undefined && !isStream) return undefined;
  const operation = translated?.translation.operation ?? call.operation;
  const encoding = headerOf(head.headers, "content-encoding").toLowerCase();
  const answer = new AnswerUsage(operation, isStream, looksForModel);
  return new UsageTap(answer, encoding === "identity" ? "" : encoding);
}

/** One answer's. Keeps counts, and of a packed answer its bytes up to a bound. */
export class UsageTap implements AnswerTap, UsageSource {
  readonly #answer: AnswerUsage;
  readonly #encoding: string;
  #packed: Buffer[] | undefined;
  #bytes = 0;

  constructor(answer: AnswerUsage, encoding: string) {
    this.#answer = answer;
    this.#encoding = encoding;
    if (encoding !== "") this.#packed = [];
  }

  /** So many bytes have come. */
  get bytes(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#encoding === "") this.#answer.push(chunk);
    else this.#keepPacked(chunk);
  }

  /** What is known so far; undefined where nothing is. For the end of the answer. */
  finish(): TokenUsage | undefined {
    const packed = this.#packed;
    if (packed !== undefined) {
      this.#packed = undefined;
      const plain = unpacked(Buffer.concat(packed), this.#encoding);
      if (plain !== undefined) this.#answer.push(plain);
    }
    return this.#answer.finish();
  }

  get answeredModel(): string | undefined {
    return this.#answer.model;
  }

  /** Whether what is known is all that the answer has to say. */
  get isFinal(): boolean {
    return this.#answer.isFinal;
  }

  #keepPacked(chunk: Buffer): void {
    if (this.#bytes > MAX_PACKED_BYTES) this.#packed = undefined;
    // Copied, so that a few bytes do not keep a large chunk alive.
    this.#packed?.push(Buffer.from(chunk));
  }
}
