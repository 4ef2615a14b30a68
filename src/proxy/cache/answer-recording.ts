// Keeps an answer as a client gets it, for later requests: whole and without an error, or not at all.

import type { AnswerCache } from "../../cache/answer-cache.ts";
import { targetsMark } from "../../cache/targets-mark.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { FlatHeaders } from "../../http/message.ts";
import { isOfOneAnswer } from "../../wires/headers/kept-headers.ts";
import type { Call } from "../exchange/call.ts";
import type { AnswerRecorder } from "../exchange/exchange.ts";
import { EVENT_STREAM } from "../outcome/classify.ts";
import { currentTable } from "../request/resolve.ts";

/** An answer of Responses that did not come to its end says so there. */
const UNFINISHED = /"status"\s*:\s*"(?:failed|cancelled|in_progress|queued)"/;
const CLOSERS = "}]";

/** One answer's. */
export class AnswerRecording implements AnswerRecorder {
  readonly #call: Call;
  readonly #key: string;
  readonly #ttlMs: number;
  readonly #cache: AnswerCache;
  /** Undefined before the answer begins, and once it was given up or kept. */
  #chunks: Buffer[] | undefined;
  #headers: FlatHeaders = [];
  #bytes = 0;

  constructor(call: Call, key: string, ttlMs: number) {
    this.#call = call;
    this.#key = key;
    this.#ttlMs = ttlMs;
    this.#cache = call.services.answers;
  }

  begin(headers: FlatHeaders): void {
    this.#headers = headers;
    this.#chunks = [];
  }

  push(chunk: Buffer): void {
    if (this.#chunks === undefined) return;
    if (!this.#cache.take(chunk.length, this.#bytes + chunk.length)) {
      this.drop();
      return;
    }
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
  }

  finish(): void {
    const chunks = this.#chunks;
    if (chunks === undefined) return;
    const body = joined(chunks, this.#bytes);
    this.drop();
    const { modelName, services } = this.#call;
    const mark = targetsMark(currentTable(services).resolve(modelName));
    if (mark === undefined || !this.#isWhole(body)) return;
    const keptMs = services.clock.nowMs();
    const answer = {
      headers: lasting(this.#headers),
      body,
      isStream: this.#isStream,
      modelName,
      mark,
      keptMs,
      untilMs: keptMs + this.#ttlMs,
    };
    this.#cache.keep(this.#key, answer);
    services.lastingAnswers.keep(this.#key, answer);
  }

  drop(): void {
    this.#chunks = undefined;
    this.#cache.release(this.#bytes);
    this.#bytes = 0;
  }

  get #isStream(): boolean {
    return firstHeader(this.#headers, "content-type")?.toLowerCase().startsWith(EVENT_STREAM) === true;
  }

  /** HTTP's rules and the stream's own were kept; what they cannot tell is looked for here. */
  #isWhole(body: Buffer): boolean {
    if (body.length === 0) return false;
    const encoding = firstHeader(this.#headers, "content-encoding") ?? "identity";
    if (this.#isStream || encoding.toLowerCase() !== "identity") return true;
    // An endpoint that ends its answers by closing may have closed too early.
    if (!CLOSERS.includes(body.subarray(-64).toString("latin1").trimEnd().slice(-1) || " ")) return false;
    return this.#call.operation.name !== "responses" || !UNFINISHED.test(body.toString("latin1"));
  }
}

/** A copy of its own, so that no larger piece of memory is kept alive by it. */
function joined(chunks: readonly Buffer[], bytes: number): Buffer {
  const body = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(body, at);
  return body;
}

function lasting(headers: FlatHeaders): FlatHeaders {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? "";
    if (!isOfOneAnswer(name)) kept.push(name, headers[index + 1] ?? "");
  }
  return kept;
}
