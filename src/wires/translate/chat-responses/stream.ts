// The events of a response, as the chunks of the chat completion that the client has asked for.

import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { listOf, objectOf, textOf } from "../json-values.ts";
import { chatUsage } from "../openai-usage.ts";
import type { TextPieces } from "../text-pieces.ts";
import type { AnswerContext, StreamTranslation } from "../translation.ts";
import { chatAnnotation, chatCall, chatHead, finishReason, throwIfFailed } from "./answer.ts";
import { PART_BORDER, reasoningDetails, reasoningText } from "./reasoning.ts";
import type { AskedCompletion } from "./request.ts";

/** An item of the endpoint's, as far as it was told on. */
type OpenItem = {
  /** Its number among the calls; undefined for what is no call. */
  readonly callIndex: number | undefined;
  readonly isText: boolean;
  /** How many characters of it the client has. */
  told: number;
};

/** One stream. */
export class ChatChunks implements StreamTranslation {
  readonly #asked: AskedCompletion;
  readonly #context: AnswerContext;
  readonly #items = new Map<unknown, OpenItem>();
  #head: JsonObject | undefined;
  #calls = 0;
  #hasReasoning = false;
  /** The response as it ended; undefined while it has not. */
  #ended: JsonObject | undefined;
  /** The item of which a piece of text came last. */
  #last: OpenItem | undefined;
  readonly pieces: TextPieces = {
    member: "delta",
    ignored: IGNORED,
    textIn: textOfDelta,
    number: 0,
    told: (content) => this.#chunk({ content }),
    note: (text) => {
      if (this.#last !== undefined) this.#last.told += text.length;
    },
  };

  constructor(asked: AskedCompletion, context: AnswerContext) {
    this.#asked = asked;
    this.#context = context;
  }

  push(event: JsonObject, out: JsonObject[]): void {
    if (this.#head === undefined) this.#begin(objectOf(event["response"]), out);
    switch (event["type"]) {
      case "response.output_text.delta":
        this.#addText(event, "content", out);
        break;
      case "response.refusal.delta":
        this.#addText(event, "refusal", out);
        break;
      case "response.reasoning_summary_text.delta":
      case "response.reasoning_text.delta":
        this.#addText(event, "reasoning_content", out);
        this.#hasReasoning = true;
        break;
      case "response.reasoning_summary_part.added":
        if (this.#hasReasoning) out.push(this.#chunk({ reasoning_content: PART_BORDER }));
        break;
      case "response.output_text.annotation.added":
        out.push(this.#chunk({ annotations: [chatAnnotation(objectOf(event["annotation"]))] }));
        break;
      case "response.output_item.added":
        this.#addItem(event, out);
        break;
      case "response.function_call_arguments.delta":
      case "response.custom_tool_call_input.delta":
        this.#addArguments(event, out);
        break;
      case "response.output_item.done":
        this.#closeItem(event, out);
        break;
      case "response.completed":
      case "response.incomplete":
      case "response.failed":
        this.#end(objectOf(event["response"]), out);
        break;
      default:
      // Other events tell of what the client need not know, or repeat what it does.
    }
  }

  finish(): void {
    if (this.#ended === undefined)
      throw new GatewayError("upstream_bad_response", {
        message: "The endpoint's stream has no last event.",
      });
  }

  #begin(response: JsonObject, out: JsonObject[]): void {
    this.#head = chatHead(response, this.#context, "chat.completion.chunk");
    out.push(this.#chunk({ role: "assistant", content: "" }));
  }

  #addText(event: JsonObject, field: "content" | "refusal" | "reasoning_content", out: JsonObject[]): void {
    const text = textOf(event["delta"]);
    const item = this.#items.get(event["output_index"]);
    if (item !== undefined) item.told += text.length;
    this.#last = item;
    const logprobs = listOf(event["logprobs"]);
    const probabilities = logprobs.length === 0 ? null : { content: logprobs, refusal: null };
    out.push(this.#chunk({ [field]: text }, null, probabilities));
  }

  #addItem(event: JsonObject, out: JsonObject[]): void {
    const item = objectOf(event["item"]);
    const call = chatCall(item);
    if (this.#items.has(event["output_index"])) throw outOfOrder();
    const callIndex = call === undefined ? undefined : this.#calls;
    this.#items.set(event["output_index"], {
      callIndex,
      isText: item["type"] === "custom_tool_call",
      told: 0,
    });
    if (call === undefined || callIndex === undefined) return;
    this.#calls += 1;
    const kind = item["type"] === "custom_tool_call" ? "custom" : "function";
    const called = objectOf(call[kind]);
    const empty = { ...called, [kind === "custom" ? "input" : "arguments"]: "" };
    out.push(this.#callChunk({ index: callIndex, ...call, [kind]: empty }));
    const known = textOf(called["input"] ?? called["arguments"]);
    if (known !== "") this.#tellInput(event["output_index"], known, out);
  }

  #addArguments(event: JsonObject, out: JsonObject[]): void {
    this.#tellInput(event["output_index"], textOf(event["delta"]), out);
  }

  /** @throws GatewayError upstream_bad_response where the call was never told of */
  #tellInput(outputIndex: unknown, piece: string, out: JsonObject[]): void {
    const item = this.#items.get(outputIndex);
    if (item?.callIndex === undefined) throw outOfOrder();
    item.told += piece.length;
    const fields = item.isText ? { custom: { input: piece } } : { function: { arguments: piece } };
    out.push(this.#callChunk({ index: item.callIndex, ...fields }));
  }

  /** What was not told in pieces is told now: some endpoints give whole items only. */
  #closeItem(event: JsonObject, out: JsonObject[]): void {
    const item = objectOf(event["item"]);
    const index = event["output_index"];
    if (!this.#items.has(index)) this.#addItem({ ...event, item: emptied(item) }, out);
    const told = this.#items.get(index)?.told ?? 0;
    const call = chatCall(item);
    if (call !== undefined) {
      const whole = textOf(item["input"] ?? item["arguments"]);
      if (whole.length > told) this.#tellInput(index, whole.slice(told), out);
    } else if (item["type"] === "message" && told === 0) this.#tellMessage(item, out);
    else if (item["type"] === "reasoning") this.#tellReasoning(item, told, out);
  }

  #tellMessage(item: JsonObject, out: JsonObject[]): void {
    for (const part of listOf(item["content"]).map(objectOf)) {
      const text = textOf(part["text"] ?? part["refusal"]);
      if (text !== "") out.push(this.#chunk({ [part["type"] === "refusal" ? "refusal" : "content"]: text }));
    }
  }

  #tellReasoning(item: JsonObject, told: number, out: JsonObject[]): void {
    const text = reasoningText(item);
    if (told === 0 && text !== "") out.push(this.#chunk({ reasoning_content: text }));
    this.#hasReasoning ||= text !== "";
    const details = reasoningDetails(item);
    if (details.length > 0) out.push(this.#chunk({ reasoning_details: details }));
  }

  #end(response: JsonObject, out: JsonObject[]): void {
    throwIfFailed(response);
    this.#ended = response;
    out.push(this.#chunk({}, finishReason(response, this.#calls > 0, this.#asked)));
    if (!this.#asked.wantsUsage) return;
    out.push({ ...this.#head, choices: [], usage: chatUsage(response["usage"]) ?? null });
  }

  #callChunk(call: JsonObject): JsonObject {
    return this.#chunk(
      this.#asked.isOlderForm ? { function_call: call["function"] } : { tool_calls: [call] },
    );
  }

  #chunk(delta: JsonObject, finish: string | null = null, logprobs: JsonObject | null = null): JsonObject {
    const choices = [{ index: 0, delta, logprobs, finish_reason: finish }];
    return this.#asked.wantsUsage ? { ...this.#head, choices, usage: null } : { ...this.#head, choices };
  }
}

const IGNORED: readonly string[] = ["sequence_number", "obfuscation"];

/** A piece of the answer's text without probabilities: of its event only the item's place is looked at besides. */
function textOfDelta({ type, delta, logprobs }: JsonObject): string {
  const isText = type === "response.output_text.delta" && listOf(logprobs).length === 0;
  return isText ? textOf(delta) : "";
}

/** A call whose arguments are told behind it. */
function emptied(item: JsonObject): JsonObject {
  if (item["type"] === "function_call") return { ...item, arguments: "" };
  return item["type"] === "custom_tool_call" ? { ...item, input: "" } : item;
}

function outOfOrder(): GatewayError {
  return new GatewayError("upstream_bad_response", {
    message: "The endpoint's stream has an event of an item that cannot come there.",
  });
}
