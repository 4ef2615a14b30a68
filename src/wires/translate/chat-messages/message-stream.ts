// Anthropic's events as the chunks of a chat's stream.

import type { WireUsage } from "../../../core/usage.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import type { TextPieces } from "../text-pieces.ts";
import type { AnswerContext, StreamTranslation } from "../translation.ts";
import { chatUsage, NOT_COUNTED, tokensOfMessages } from "../usage.ts";
import { asObject, asText, badAnswer, objectIn } from "../values.ts";
import { type ChatAsked, customInput, finishReason, headOf } from "./message-answer.ts";
import { detailOf } from "./thoughts.ts";

type OpenMessageBlock = {
  readonly index: unknown;
  readonly block: JsonObject;
  /** Among the calls of the answer. */
  readonly call: number;
  /** Thinking or the signature, or the input of a call, as far as it has come. */
  text: string;
  signature: string;
};

/** One stream. */
export class MessageStream implements StreamTranslation {
  readonly #context: AnswerContext;
  readonly #asked: ChatAsked;
  /** Of each chunk; undefined before the stream has begun. */
  #head: JsonObject | undefined = undefined;
  #open: OpenMessageBlock | undefined = undefined;
  #calls = 0;
  #finish: string | undefined = undefined;
  /** The input of a call was no JSON: a fault, unless the answer was cut for its length. */
  #broken: string | undefined = undefined;
  #tokens: WireUsage = NOT_COUNTED;
  readonly pieces: TextPieces = {
    member: "text",
    ignored: [],
    textIn: textOfDelta,
    number: 0,
    told: (content) => this.#chunk({ content }, null),
    note: () => {},
  };

  constructor(context: AnswerContext, asked: ChatAsked) {
    this.#context = context;
    this.#asked = asked;
  }

  push(event: JsonObject, out: JsonObject[]): void {
    switch (event["type"]) {
      case "message_start":
        this.#start(asObject(event["message"]) ?? {}, out);
        break;
      case "content_block_start":
        this.#begin(event, out);
        break;
      case "content_block_delta":
        this.#delta(event, out);
        break;
      case "content_block_stop":
        this.#end(out);
        break;
      case "message_delta":
        this.#tokens = tokensOfMessages(event["usage"], this.#tokens);
        this.#stop(asObject(event["delta"])?.["stop_reason"], out);
        break;
      default:
        // Signs of life, the end, which is told by `finish`, and what is to come in later versions.
        break;
    }
  }

  finish(out: JsonObject[]): void {
    if (this.#head === undefined) throw badAnswer("its stream has no message_start");
    // A message that ended without a word why: clients wait for one.
    if (this.#finish === undefined) this.#stop("end_turn", out);
    if (this.#broken !== undefined && this.#finish !== "length")
      throw badAnswer(`the input of the call of ${this.#broken} is no JSON object`);
    if (this.#asked.isCounted) out.push({ ...this.#head, choices: [], usage: chatUsage(this.#tokens) });
  }

  #start(message: JsonObject, out: JsonObject[]): void {
    this.#head = headOf(message, this.#context, "chat.completion.chunk");
    this.#tokens = tokensOfMessages(message["usage"]);
    this.#write({ role: "assistant", content: "" }, null, out);
  }

  #begin(event: JsonObject, out: JsonObject[]): void {
    const block = asObject(event["content_block"]) ?? {};
    if (this.#open !== undefined) throw badAnswer("a block has begun before the one before it was over");
    this.#open = { index: event["index"], block, call: this.#calls, text: "", signature: "" };
    if (block["type"] === "text") this.#text(asText(block["text"]), out);
    if (block["type"] === "thinking") this.#thinking(asText(block["thinking"]), out);
    if (block["type"] !== "tool_use") return;
    this.#calls += 1;
    const name = asText(block["name"]);
    const { id } = block;
    if (this.#asked.custom.has(name)) return;
    this.#writeCall({ id, type: "function", function: { name, arguments: "" } }, out);
  }

  #delta(event: JsonObject, out: JsonObject[]): void {
    const open = this.#open;
    if (open === undefined || open.index !== event["index"])
      throw badAnswer("a piece has come for a block that is not open");
    const delta = asObject(event["delta"]) ?? {};
    switch (delta["type"]) {
      case "text_delta":
        this.#text(asText(delta["text"]), out);
        break;
      case "thinking_delta":
        this.#thinking(asText(delta["thinking"]), out);
        break;
      case "signature_delta":
        open.signature += asText(delta["signature"]);
        break;
      case "input_json_delta":
        this.#input(asText(delta["partial_json"]), open, out);
        break;
      default:
        // Citations and the like.
        break;
    }
  }

  #text(content: string, out: JsonObject[]): void {
    if (content !== "") this.#write({ content }, null, out);
  }

  #thinking(text: string, out: JsonObject[]): void {
    if (this.#open !== undefined) this.#open.text += text;
    if (text !== "") this.#write({ reasoning_content: text }, null, out);
  }

  #input(piece: string, open: OpenMessageBlock, out: JsonObject[]): void {
    open.text += piece;
    if (piece === "" || this.#asked.custom.has(asText(open.block["name"]))) return;
    this.#writeCall({ index: open.call, function: { arguments: piece } }, out);
  }

  #end(out: JsonObject[]): void {
    const open = this.#open;
    if (open === undefined) throw badAnswer("a block has ended that had not begun");
    this.#open = undefined;
    const { block, text, signature, index } = open;
    if (block["type"] === "tool_use") this.#endCall(open, out);
    const detail = detailOf(
      { ...block, thinking: text, signature: signature || asText(block["signature"]) },
      Number(index),
    );
    if (detail !== undefined) this.#write({ reasoning_details: [detail] }, null, out);
  }

  /** Some servers give a call's input with its beginning, and no pieces of it. */
  #endCall({ block, text, call }: OpenMessageBlock, out: JsonObject[]): void {
    const name = asText(block["name"]);
    const input = text === "" ? (block["input"] ?? {}) : objectIn(text);
    if (input === undefined) this.#broken ??= name;
    else if (this.#asked.custom.has(name)) {
      const { id } = block;
      this.#writeCall({ index: call, id, type: "custom", custom: { name, input: customInput(input) } }, out);
    } else if (text === "")
      this.#writeCall({ index: call, function: { arguments: JSON.stringify(input) } }, out);
  }

  #writeCall(call: JsonObject, out: JsonObject[]): void {
    if (this.#asked.isOlder) this.#write({ function_call: call["function"] }, null, out);
    else this.#write({ tool_calls: [{ index: this.#calls - 1, ...call }] }, null, out);
  }

  #stop(reason: unknown, out: JsonObject[]): void {
    if (reason === null || reason === undefined || this.#finish !== undefined) return;
    this.#finish = finishReason(reason, this.#asked);
    // What is broken is told of in place of an end.
    if (this.#broken === undefined || this.#finish === "length") this.#write({}, this.#finish, out);
  }

  #write(delta: JsonObject, finish: string | null, out: JsonObject[]): void {
    if (this.#head === undefined) throw badAnswer("its stream does not begin with message_start");
    out.push(this.#chunk(delta, finish));
  }

  #chunk(delta: JsonObject, finish: string | null): JsonObject {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    return this.#asked.isCounted ? { ...this.#head, choices, usage: null } : { ...this.#head, choices };
  }
}

/** A piece of a block of text: nothing else of its event is looked at. */
function textOfDelta({ type, delta }: JsonObject): string {
  const said = type === "content_block_delta" ? asObject(delta) : undefined;
  return said?.["type"] === "text_delta" ? asText(said["text"]) : "";
}
