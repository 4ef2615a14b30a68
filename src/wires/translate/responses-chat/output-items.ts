// What a chat model makes, told as the items of a response: one after the other, each whole before the next begins, though
// a chat may mix them. The same for an answer that comes in pieces and for one that comes whole.

import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { listOf, objectOf } from "../json-values.ts";
import type { AskedResponse } from "./asked/asked.ts";
import { CallEntry } from "./call-entry.ts";
import { type ChatCall, callsIn, reasoningIn, textIn } from "./chat-message.ts";
import type { ItemEntry } from "./entry.ts";
import type { EventWriter } from "./event-writer.ts";
import { annotationsOf, type ItemStatus, logprobsOf } from "./made.ts";
import { MessageEntry } from "./message-entry.ts";
import { ReasoningEntry } from "./reasoning-entry.ts";

/** The output of one answer. */
export class OutputItems {
  readonly #asked: AskedResponse;
  readonly #uniqueId: string;
  readonly #writer: EventWriter;
  readonly #entries: ItemEntry[] = [];
  readonly #done: JsonObject[] = [];
  readonly #calls = new Map<number, CallEntry>();
  /** Pieces of a call whose name has not come. */
  readonly #nameless = new Map<number, ChatCall>();

  /** `uniqueId`: letters and digits that no other answer has. */
  constructor(asked: AskedResponse, uniqueId: string, writer: EventWriter) {
    this.#asked = asked;
    this.#uniqueId = uniqueId;
    this.#writer = writer;
  }

  /** The items that are whole. */
  get done(): readonly JsonObject[] {
    return this.#done;
  }

  /**
   * Takes a message, or a piece of one, with the probabilities of its tokens.
   * @throws GatewayError upstream_bad_response where it does not fit what came before
   */
  add(message: JsonObject, logprobs: unknown): void {
    const reasoning = reasoningIn(message);
    if (reasoning !== undefined) this.#reasoning().addText(...reasoning);
    if (this.#asked.reasoning.isSealed) this.#addDetails(listOf(message["reasoning_details"]));
    const text = textIn(message);
    if (text !== "") this.#message().addText(text, logprobsOf(logprobs));
    const { refusal } = message;
    if (typeof refusal === "string" && refusal !== "") this.#message().addRefusal(refusal);
    const { annotations } = message;
    if (Array.isArray(annotations) && annotations.length > 0)
      this.#message().addAnnotations(annotationsOf(annotations));
    for (const call of callsIn(message)) this.#addCall(call);
  }

  /** The event that tells a further piece of the message's text, which is open. */
  toldText(text: string, sequence: number): JsonObject {
    return this.#message().toldText(text, sequence);
  }

  /** A further piece of that text was told. */
  noteText(text: string): void {
    this.#message().noteText(text);
  }

  /**
   * Nothing more comes: all items are closed, the last one as incomplete where the answer is.
   * @throws GatewayError upstream_bad_response for a call that cannot be told as the client knows the tool
   */
  finish(status: ItemStatus): readonly JsonObject[] {
    if (this.#nameless.size > 0)
      throw new GatewayError("upstream_bad_response", { message: "The model called a tool without a name." });
    // Clients look for a message, though the model said nothing.
    if (this.#entries.length === 0) this.#message();
    while (this.#done.length < this.#entries.length) {
      const isLast = this.#done.length === this.#entries.length - 1;
      this.#closeFirst(isLast ? status : "completed");
    }
    return this.#done;
  }

  #reasoning(): ReasoningEntry {
    const last = this.#entries.at(-1);
    if (last instanceof ReasoningEntry) return last;
    return this.#begin(new ReasoningEntry(this.#place("rs"), this.#asked.reasoning));
  }

  #message(): MessageEntry {
    const last = this.#entries.at(-1);
    return last instanceof MessageEntry ? last : this.#begin(new MessageEntry(this.#place("msg")));
  }

  /** Reasoning in parts with marks of their own, as one vendor has it beside the text. */
  #addDetails(details: readonly unknown[]): void {
    if (details.length > 0) this.#reasoning().addDetails(details.map(objectOf));
  }

  #addCall(piece: ChatCall): void {
    const known = this.#calls.get(piece.index);
    if (known !== undefined && !isAnother(known, piece)) {
      known.add(piece);
      return;
    }
    const before = this.#nameless.get(piece.index);
    const call = before === undefined ? piece : joinedPieces(before, piece);
    if (call.name === undefined) {
      this.#nameless.set(piece.index, call);
      return;
    }
    this.#nameless.delete(piece.index);
    this.#calls.set(piece.index, this.#beginCall(call, call.name));
  }

  #beginCall(call: ChatCall, name: string): CallEntry {
    const known = this.#asked.names.toolOf(name);
    const tool = call.isText ? ({ ...known, kind: "custom" } as const) : known;
    const place = this.#place(tool.kind === "custom" ? "ctc" : "fc");
    const callId = call.id ?? `call_${this.#uniqueId}${place.index}`;
    const entry = new CallEntry(place, call, tool, callId);
    entry.add(call);
    return this.#begin(entry);
  }

  #place(prefix: string): { readonly id: string; readonly index: number; readonly writer: EventWriter } {
    const index = this.#entries.length;
    return { id: `${prefix}_${this.#uniqueId}${index}`, index, writer: this.#writer };
  }

  /** It is told at once where all that began before may be closed. */
  #begin<T extends ItemEntry>(entry: T): T {
    this.#entries.push(entry);
    if (this.#entries.length === 1) entry.open();
    while (
      this.#done.length < this.#entries.length - 1 &&
      this.#entries[this.#done.length]?.mayClose === true
    )
      this.#closeFirst("completed");
    return entry;
  }

  #closeFirst(status: ItemStatus): void {
    const first = this.#entries[this.#done.length];
    if (first === undefined) return;
    this.#done.push(first.close(status));
    this.#entries[this.#done.length]?.open();
  }
}

/** Some servers give all calls one index, and each an id and a name. */
function isAnother(known: CallEntry, piece: ChatCall): boolean {
  return piece.id !== undefined && piece.name !== undefined && piece.id !== known.callId;
}

function joinedPieces(one: ChatCall, two: ChatCall): ChatCall {
  return {
    index: one.index,
    id: one.id ?? two.id,
    name: one.name ?? two.name,
    input: one.input + two.input,
    isText: one.isText || two.isText,
    extra: one.extra ?? two.extra,
  };
}
