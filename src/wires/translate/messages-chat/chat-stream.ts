// A chat's stream as Anthropic's events: blocks are opened and closed one after the other, and what closes the message
// comes with the stream's own end, when tokens are known.

import type { WireUsage } from "../../../core/usage.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { IGNORED_OF_CHUNKS, type TextPieces, textOfChunk } from "../text-pieces.ts";
import type { AnswerContext, StreamTranslation } from "../translation.ts";
import { messagesUsage, NOT_COUNTED, tokensOfChat } from "../usage.ts";
import { asObject, asText, badAnswer, objectIn, objectsOf } from "../values.ts";
import { type AskedMessage, callId, idOf } from "./chat-answer.ts";
import { markOf, type ReasoningField, reasoningIn } from "./reasoning-mark.ts";
import { stopFields } from "./stop-reasons.ts";

type OpenChatBlock =
  | { readonly kind: "text" | "refusal" }
  | { readonly kind: "thinking"; readonly field: ReasoningField }
  | {
      readonly kind: "call";
      readonly index: unknown;
      readonly id: string;
      readonly name: string;
      input: string;
    };

/** One stream. */
export class ChatStream implements StreamTranslation {
  readonly #context: AnswerContext;
  readonly #asked: AskedMessage;
  #isStarted = false;
  #block: OpenChatBlock | undefined = undefined;
  /** Of the block that is open, or of the next one. */
  #place = 0;
  /** The indices of calls whose blocks are closed. */
  readonly #closed = new Set<unknown>();
  #calls = 0;
  /** Arguments that were no JSON: a fault, unless the answer was cut for its length. */
  #broken: string | undefined = undefined;
  #hasRefusal = false;
  #reason = "";
  #stoppedAt: unknown = undefined;
  #tokens: WireUsage = NOT_COUNTED;
  readonly pieces: TextPieces = {
    member: "content",
    ignored: IGNORED_OF_CHUNKS,
    textIn: textOfChunk,
    number: 0,
    told: (text) => textDelta(this.#place, text),
    note: () => {},
  };

  constructor(context: AnswerContext, asked: AskedMessage) {
    this.#context = context;
    this.#asked = asked;
  }

  push(event: JsonObject, out: JsonObject[]): void {
    const { choices, usage } = event;
    const tokens = tokensOfChat(usage);
    if (tokens !== undefined) this.#tokens = tokens;
    const choice = Array.isArray(choices) ? asObject(choices[0]) : undefined;
    if (choice === undefined) return;
    if (!this.#isStarted) this.#start(event, out);
    // A second choice was not asked for.
    if (choice["index"] !== undefined && choice["index"] !== 0) return;
    const delta = asObject(choice["delta"]) ?? asObject(choice["message"]);
    if (delta !== undefined) this.#take(delta, out);
    const reason = asText(choice["finish_reason"]);
    if (reason !== "") this.#reason = reason;
    if (choice["stop_reason"] !== undefined) this.#stoppedAt = choice["stop_reason"];
  }

  finish(out: JsonObject[]): void {
    if (!this.#isStarted) throw badAnswer("its stream has no choice");
    this.#close(out);
    if (this.#broken !== undefined && this.#reason !== "length")
      throw badAnswer(`the arguments of the call of ${this.#broken} are no JSON object`);
    const delta = stopFields({
      reason: this.#reason,
      stoppedAt: this.#stoppedAt,
      stops: this.#asked.stops,
      hasCalls: this.#calls > 0,
      hasRefusal: this.#hasRefusal,
    });
    out.push({ type: "message_delta", delta, usage: messagesUsage(this.#tokens) }, { type: "message_stop" });
  }

  #start(event: JsonObject, out: JsonObject[]): void {
    this.#isStarted = true;
    const { id, model } = event;
    const message = {
      id: idOf(id, this.#context),
      type: "message",
      role: "assistant",
      model: this.#context.model ?? asText(model),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: messagesUsage(this.#tokens),
    };
    out.push({ type: "message_start", message });
  }

  #take(delta: JsonObject, out: JsonObject[]): void {
    const { content, refusal, tool_calls: calls } = delta;
    const reasoning = reasoningIn(delta);
    if (reasoning !== undefined) this.#think(reasoning.field, reasoning.text, out);
    if (typeof content === "string") this.#write("text", content, out);
    else if (content !== undefined && content !== null)
      for (const part of objectsOf(content)) this.#write("text", asText(part["text"]), out);
    if (typeof refusal === "string" && refusal !== "") {
      this.#hasRefusal = true;
      this.#write("refusal", refusal, out);
    }
    if (calls !== undefined) for (const call of objectsOf(calls)) this.#call(call, out);
    const older = asObject(delta["function_call"]);
    if (older !== undefined) this.#call({ index: "function_call", function: older }, out);
  }

  #think(field: ReasoningField, thinking: string, out: JsonObject[]): void {
    if (this.#block?.kind !== "thinking")
      this.#open({ kind: "thinking", field }, { type: "thinking", thinking: "", signature: "" }, out);
    out.push({
      type: "content_block_delta",
      index: this.#place,
      delta: { type: "thinking_delta", thinking },
    });
  }

  #write(kind: "text" | "refusal", text: string, out: JsonObject[]): void {
    if (text === "") return;
    if (this.#block?.kind !== kind) this.#open({ kind }, { type: "text", text: "" }, out);
    out.push(textDelta(this.#place, text));
  }

  #call(call: JsonObject, out: JsonObject[]): void {
    const said = asObject(call["function"]) ?? {};
    const block = this.#callBlock(call, asText(said["name"]), out);
    const written = said["arguments"];
    const piece =
      typeof written === "string"
        ? written
        : written === undefined || written === null
          ? ""
          : JSON.stringify(written);
    if (piece === "") return;
    block.input += piece;
    const delta = { type: "input_json_delta", partial_json: piece };
    out.push({ type: "content_block_delta", index: this.#place, delta });
  }

  /** The block of a call: the open one where it is a further piece of that, else a new one. */
  #callBlock(call: JsonObject, name: string, out: JsonObject[]): OpenChatBlock & { readonly kind: "call" } {
    const { index, id } = call;
    const open = this.#block?.kind === "call" ? this.#block : undefined;
    const said = asText(id);
    // Some give all calls the same index, or none: a name and another id begin a new one.
    const isNew = name !== "" && said !== "" && said !== open?.id;
    if (open !== undefined && !isNew && (index === undefined || index === open.index)) return open;
    if (name === "" || (!isNew && this.#closed.has(index)))
      throw badAnswer("a piece of a call has come behind its end");
    const told = said === "" ? callId(this.#context, this.#calls) : said;
    const block = { kind: "call" as const, index, id: told, name, input: "" };
    const long = this.#asked.names.long(name);
    this.#open(block, { type: "tool_use", id: told, name: long, input: {} }, out);
    this.#calls += 1;
    return block;
  }

  #open(block: OpenChatBlock, content: JsonObject, out: JsonObject[]): void {
    this.#close(out);
    this.#block = block;
    out.push({ type: "content_block_start", index: this.#place, content_block: content });
  }

  #close(out: JsonObject[]): void {
    const block = this.#block;
    if (block === undefined) return;
    this.#block = undefined;
    const index = this.#place;
    this.#place += 1;
    if (block.kind === "thinking")
      out.push({
        type: "content_block_delta",
        index,
        delta: { type: "signature_delta", signature: markOf(block.field) },
      });
    if (block.kind === "call") {
      this.#closed.add(block.index);
      if (objectIn(block.input) === undefined) this.#broken ??= block.name;
    }
    out.push({ type: "content_block_stop", index });
  }
}

function textDelta(index: number, text: string): JsonObject {
  return { type: "content_block_delta", index, delta: { type: "text_delta", text } };
}
