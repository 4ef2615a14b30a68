// A stream as Ollama's lines: each piece is one, calls of tools are whole in one at the end, and the last says what the
// answer took.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { IGNORED_OF_CHUNKS, type TextPieces, textOfChunk } from "../text-pieces.ts";
import type { AnswerContext, StreamTranslation } from "../translation.ts";
import { asObject, asText, badAnswer, objectsOf } from "../values.ts";
import { metricFields } from "./metrics.ts";
import {
  type AskedLines,
  calledTools,
  callId,
  contentOf,
  doneReason,
  firstChoice,
  headOf,
  logprobsOf,
  saidFields,
  thoughtsOf,
  writtenOf,
} from "./said-parts.ts";

type GrowingCall = { readonly index: unknown; readonly id: string; readonly name: string; written: string };

/** One stream. */
export class OllamaLines implements StreamTranslation {
  readonly #context: AnswerContext;
  readonly #asked: AskedLines;
  /** What begins each line, as the event before it had it. */
  #head: JsonObject | undefined = undefined;
  #created: unknown = undefined;
  readonly #calls: GrowingCall[] = [];
  #reason = "";
  #counts: JsonObject = {};
  #firstMs: number | undefined = undefined;
  readonly pieces: TextPieces = {
    member: "content",
    ignored: IGNORED_OF_CHUNKS,
    textIn: textOfChunk,
    number: 0,
    told: (text) => this.#line(text, "", {}),
    note: () => {},
  };

  constructor(context: AnswerContext, asked: AskedLines) {
    this.#context = context;
    this.#asked = asked;
  }

  push(event: JsonObject, out: JsonObject[]): void {
    const { usage, timings } = event;
    if (asObject(usage) !== undefined) this.#counts = { ...this.#counts, usage };
    if (asObject(timings) !== undefined) this.#counts = { ...this.#counts, timings };
    const choice = firstChoice(event);
    // A second choice was not asked for.
    if (choice === undefined || (choice["index"] !== undefined && choice["index"] !== 0)) return;
    this.#readHead(event);
    const said = asObject(choice["delta"]) ?? asObject(choice["message"]) ?? {};
    this.#write(choice, said, out);
    for (const call of objectsOf(said["tool_calls"])) this.#call(call);
    const older = asObject(said["function_call"]);
    if (older !== undefined) this.#call({ index: "function_call", function: older });
    const reason = asText(choice["finish_reason"]);
    if (reason !== "") this.#reason = reason;
  }

  finish(out: JsonObject[]): void {
    const head = this.#head;
    if (head === undefined) throw badAnswer("its stream has no choice");
    const calls = calledTools(this.#calls, this.#reason === "length");
    if (calls.length > 0) out.push({ ...head, ...saidFields(this.#asked, "", "", calls), done: false });
    const took = { totalMs: this.#context.elapsedMs?.(), firstMs: this.#firstMs };
    out.push({
      ...head,
      ...saidFields(this.#asked, "", ""),
      done: true,
      done_reason: doneReason(this.#reason),
      ...metricFields(this.#counts, took),
    });
  }

  /** The same for all events of most streams: a date takes longer to write than all the rest of a line. */
  #readHead(event: JsonObject): void {
    if (this.#head !== undefined && event["created"] === this.#created) return;
    this.#created = event["created"];
    this.#head = headOf(event, this.#context);
  }

  #write(choice: JsonObject, said: JsonObject, out: JsonObject[]): void {
    const content = contentOf(choice, said);
    const thinking = thoughtsOf(said, this.#asked);
    const weights = logprobsOf(choice);
    if (content === "" && thinking === "" && !("logprobs" in weights)) return;
    this.#firstMs ??= this.#context.elapsedMs?.();
    out.push(this.#line(content, thinking, weights));
  }

  #line(content: string, thinking: string, weights: JsonObject): JsonObject {
    return { ...this.#head, ...saidFields(this.#asked, content, thinking), ...weights, done: false };
  }

  #call(call: JsonObject): void {
    this.#firstMs ??= this.#context.elapsedMs?.();
    const said = asObject(call["function"]) ?? {};
    this.#callOf(call, asText(said["name"])).written += writtenOf(said["arguments"]);
  }

  /** The call that this is a piece of: some servers give all the same index, or none; a name and another id begin a new one. */
  #callOf({ index, id }: JsonObject, name: string): GrowingCall {
    const said = asText(id);
    const known = this.#calls.findLast((call) => index === undefined || call.index === index);
    const isNew = name !== "" && said !== "" && said !== known?.id;
    if (known !== undefined && !isNew) return known;
    if (name === "") throw badAnswer("a piece of a call has come before its name");
    const made = {
      index,
      id: said === "" ? callId(this.#context, this.#calls.length) : said,
      name,
      written: "",
    };
    this.#calls.push(made);
    return made;
  }
}
