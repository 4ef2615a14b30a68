// Learns what an answer used, from what the endpoint sends. A tap like any other, but for its place: most plain answers need
// nothing else, and would need a pipeline for it alone, so that `relay.ts` has it beside the pipeline.

import { NO_USAGE, type TokenUsage } from "../../core/usage.ts";
import type { Target } from "../../routing/model.ts";
import { AnswerUsage, isCounted } from "../../wires/usage/answer-usage.ts";
import { encodingOf } from "../../wires/usage/token-encoding.ts";
import { estimated, guessedInput, type UsageRatio } from "../../wires/usage/usage-ratios.ts";
import type { Call } from "../exchange/call.ts";
import type { UsageSource } from "../exchange/exchange.ts";
import { headerOf, isEventStream } from "../outcome/classify.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import type { AnswerTap } from "./stages.ts";
import { StreamBeginning } from "./stream-beginning.ts";
import { StreamTexts } from "./stream-texts.ts";
import { unpacked } from "./unpack.ts";

/** Of an answer that comes packed although it was not to, so much is kept until its end. */
const MAX_PACKED_BYTES = 64 * 1024;

/** Whether an answer uses something that is counted: no error does. */
export function isUsing({ operation }: Call, { status, translated }: AnswerHead): boolean {
  return status < 300 && isCounted(translated?.translation.operation ?? operation);
}

/**
 * The tap of an answer that uses something; undefined for a plain one that was translated, which was read whole before.
 * `looksForModel`: the answer's own name of its model is wanted as well. To be made while the request's body is there.
 */
export function usageTapFor(
  call: Call,
  target: Target,
  head: AnswerHead,
  looksForModel: boolean,
): UsageTap | undefined {
  const { translated } = head;
  const isStream = isEventStream(head);
  if (translated !== undefined && !isStream) return undefined;
  const operation = translated?.translation.operation ?? call.operation;
  const encoding = headerOf(head.headers, "content-encoding").toLowerCase();
  const isPlain = encoding === "" || encoding === "identity";
  const answer = new AnswerUsage(operation, isStream, looksForModel);
  if (!isPlain) return new UsageTap(answer, { encoding });
  if (operation.name === "audio_speech") return new UsageTap(answer, { asked: askedSpeech(call.body) });
  if (!isStream || !operation.isWritten) return new UsageTap(answer, NOTHING);
  const ratio = call.services.targets.usageRatios.of(target.key);
  const input = ratio.isKnown ? 0 : guessedInput(call.body);
  const vocabulary = encodingOf(target.upstreamModel);
  const { tokens } = call.services;
  const texts = vocabulary === undefined ? undefined : new StreamTexts(tokens, vocabulary, call.body);
  return new UsageTap(answer, { guess: { ratio, bodyBytes: call.peek.bytesIn, input, texts } });
}

/** What there is to be done besides reading the counts. */
type TapNeeds = {
  /** The answer is packed like this. */
  readonly encoding?: string;
  /** What the request says that is used, where the answer does not. */
  readonly asked?: TokenUsage | undefined;
  /** By what a stream is estimated that does not come to its counts. */
  readonly guess?: {
    readonly ratio: UsageRatio;
    readonly bodyBytes: number;
    readonly input: number;
    /** What is counted where the model's vendor has a tokenizer. */
    readonly texts: StreamTexts | undefined;
  };
};
const NOTHING: TapNeeds = {};

/** A recording has no counts: what is read aloud is what is paid. */
function askedSpeech(body: Buffer): TokenUsage | undefined {
  try {
    const { input } = JSON.parse(body.toString()) as { readonly input?: unknown };
    return typeof input === "string" ? { ...NO_USAGE, characters: [...input].length } : undefined;
  } catch {
    return undefined;
  }
}

/** One answer's. Keeps counts, and of a packed answer its bytes, up to a bound. */
export class UsageTap implements AnswerTap, UsageSource {
  readonly #answer: AnswerUsage;
  readonly #needs: TapNeeds;
  #packed: Buffer[] | undefined;
  /** Of a stream whose model has never told what it uses. */
  readonly #beginning: StreamBeginning | undefined;
  #bytes = 0;
  #usage: TokenUsage | undefined;
  /** What the endpoint has said of a stream before it broke off. */
  #told: TokenUsage | undefined;
  #isRead = false;

  constructor(answer: AnswerUsage, needs: TapNeeds) {
    this.#answer = answer;
    this.#needs = needs;
    if (needs.encoding !== undefined) this.#packed = [];
    this.#beginning = needs.guess?.ratio.isKnown === false ? new StreamBeginning() : undefined;
  }

  get answeredModel(): string | undefined {
    return this.#answer.model;
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#needs.encoding !== undefined) {
      this.#keepPacked(chunk);
      return;
    }
    this.#answer.push(chunk);
    this.#needs.guess?.texts?.push(chunk);
    this.#beginning?.push(chunk);
  }

  finish(): TokenUsage | undefined {
    if (this.#isRead) return this.#usage;
    this.#isRead = true;
    this.#unpack();
    const told = this.#answer.finish();
    this.#usage = this.#needs.guess === undefined ? (told ?? this.#needs.asked) : this.#ofStream(told);
    return this.#usage;
  }

  drop(): void {
    this.#needs.guess?.texts?.drop();
  }

  counted(): Promise<void> | undefined {
    const { guess } = this.#needs;
    const usage = this.#usage;
    if (guess?.texts === undefined || usage?.isEstimate !== true) return undefined;
    return this.#count(guess.texts);
  }

  async #count(texts: StreamTexts): Promise<void> {
    const { input, output } = (await texts.count()) ?? {};
    if (input === undefined || output === undefined) return;
    this.#usage = estimated(this.#told, { input, output, by: "tokenizer" });
  }

  #ofStream(told: TokenUsage | undefined): TokenUsage | undefined {
    const { guess } = this.#needs;
    if (guess === undefined) return told;
    const { ratio, bodyBytes } = guess;
    if (told !== undefined && this.#answer.isFinal) {
      ratio.learn(bodyBytes, this.#bytes, told);
      return told;
    }
    this.#told = told;
    const input = ratio.inputOf(bodyBytes);
    const by = input === undefined ? "characters" : "ratio";
    const output = ratio.outputOf(this.#bytes) ?? this.#beginning?.tokensIn(this.#bytes) ?? 0;
    return estimated(told, { input: input ?? guess.input, output, by });
  }

  #unpack(): void {
    const packed = this.#packed;
    if (packed === undefined) return;
    this.#packed = undefined;
    const plain = unpacked(Buffer.concat(packed), this.#needs.encoding ?? "");
    if (plain !== undefined) this.#answer.push(plain);
  }

  #keepPacked(chunk: Buffer): void {
    if (this.#bytes > MAX_PACKED_BYTES) this.#packed = undefined;
    // Copied, so that a few bytes do not keep a large chunk alive.
    this.#packed?.push(Buffer.from(chunk));
  }
}
