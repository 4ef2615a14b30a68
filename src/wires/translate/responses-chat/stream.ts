// A stream of chat completions, as the events of the response that the client has asked for.

import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { isObject, listOf, objectOf } from "../json-values.ts";
import { responsesUsage } from "../openai-usage.ts";
import { IGNORED_OF_CHUNKS, type TextPieces, textOfChunk } from "../text-pieces.ts";
import type { AnswerContext, StreamTranslation } from "../translation.ts";
import { compactedItem, compactionId } from "./answer.ts";
import type { AskedResponse } from "./asked/asked.ts";
import { endOf, factsOf, throwIfError } from "./chat-end.ts";
import { EventWriter } from "./event-writer.ts";
import { OutputItems } from "./output-items.ts";
import { type AnswerFacts, type ResponseEnd, responseOf } from "./skeleton.ts";

/** One stream. */
export class ResponseStream implements StreamTranslation {
  readonly #asked: AskedResponse;
  readonly #context: AnswerContext;
  readonly #writer = new EventWriter(false);
  readonly #items: OutputItems;
  #facts: AnswerFacts | undefined;
  #usage: JsonObject | null = null;
  /** How it ends, as far as the model has said so. */
  #end: ResponseEnd = { status: "completed" };
  readonly pieces: TextPieces;

  constructor(asked: AskedResponse, context: AnswerContext) {
    this.#asked = asked;
    this.#context = context;
    // A summary is shown to nobody before it is an item.
    this.#items = new OutputItems(
      asked,
      context.id,
      this.#isCompaction ? new EventWriter(true) : this.#writer,
    );
    const [items, writer] = [this.#items, this.#writer];
    this.pieces = {
      member: "content",
      ignored: IGNORED_OF_CHUNKS,
      textIn: textOfChunk,
      get number() {
        return writer.number;
      },
      told: (text, number) => items.toldText(text, number),
      note: (text) => {
        items.noteText(text);
        writer.skip();
      },
    };
  }

  push(chunk: JsonObject, out: JsonObject[]): void {
    throwIfError(chunk);
    if (this.#facts === undefined) this.#begin(factsOf(chunk, this.#context));
    else if (chunk["service_tier"] !== undefined) this.#note(this.#facts, chunk["service_tier"]);
    if (isObject(chunk["usage"])) this.#usage = responsesUsage(chunk["usage"]);
    for (const entry of listOf(chunk["choices"])) this.#take(objectOf(entry));
    this.#writer.take(out);
  }

  finish(out: JsonObject[]): void {
    if (this.#facts === undefined) throw new GatewayError("upstream_bad_response", { message: NOTHING_CAME });
    const end = this.#end;
    const written = this.#items.finish(end.status === "completed" ? "completed" : "incomplete");
    const output = this.#isCompaction ? [compactedItem(written, end, this.#context)] : written;
    if (this.#isCompaction)
      this.#writer.event("response.output_item.done", { output_index: 0, item: output[0] });
    this.#writer.event(`response.${end.status}`, { response: this.#response(this.#facts, end, output) });
    this.#writer.take(out);
  }

  /** The answer cannot become whole: the last event says so. */
  fail(code: string, message: string, out: JsonObject[]): void {
    const facts = this.#facts ?? factsOf({}, this.#context);
    const output = this.#isCompaction ? [] : this.#items.done;
    const response = this.#response(facts, { status: "failed", error: { code, message } }, output);
    this.#writer.event("response.failed", { response });
    this.#writer.take(out);
  }

  get #isCompaction(): boolean {
    return this.#asked.compaction !== "none";
  }

  #begin(facts: AnswerFacts): void {
    this.#facts = facts;
    const response = this.#response(facts, { status: "in_progress" }, []);
    this.#writer.event("response.created", { response });
    this.#writer.event("response.in_progress", { response });
    if (!this.#isCompaction) return;
    const id = compactionId(this.#context);
    const item = { id, type: "compaction", encrypted_content: "" };
    this.#writer.event("response.output_item.added", { output_index: 0, item });
    this.#writer.event("response.compaction.compacting", { item_id: id, output_index: 0 });
  }

  /** Which service was given is known late at some endpoints. */
  #note(facts: AnswerFacts, serviceTier: unknown): void {
    if (facts.serviceTier !== serviceTier) this.#facts = { ...facts, serviceTier };
  }

  #take(choice: JsonObject): void {
    // Further choices are further answers, which a response has no place for.
    if (typeof choice["index"] === "number" && choice["index"] !== 0) return;
    throwIfError(choice);
    this.#items.add(objectOf(choice["delta"] ?? choice["message"]), choice["logprobs"]);
    const reason = choice["finish_reason"];
    if (typeof reason === "string" && reason !== "") this.#end = endOf(reason);
  }

  #response(facts: AnswerFacts, end: ResponseEnd, output: readonly JsonObject[]): JsonObject {
    return responseOf(this.#asked, facts, end, { output, usage: this.#usage });
  }
}

const NOTHING_CAME = "The endpoint's stream ended before it had begun.";
