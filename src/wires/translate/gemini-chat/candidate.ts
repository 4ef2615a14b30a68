// One choice of a chat's answer as a candidate of Gemini's: text and thoughts go on as they come; a call goes on once it is
// whole, since Gemini's have no pieces.

import type { JsonObject } from "../../errors/json-prefix.ts";
import { reasoningIn } from "../messages-chat/reasoning-mark.ts";
import { addDetails } from "../responses-chat/reasoning-details.ts";
import type { AnswerContext } from "../translation.ts";
import { asObject, asText, badAnswer, type MadeObject, objectIn, objectsOf } from "../values.ts";
import type { CallNames } from "./call-names.ts";
import { finishFields } from "./finish.ts";
import { signatureOf } from "./signature.ts";

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,/;

/** What of the request its answer is read with. */
export type AskedGemini = { readonly names: CallNames; readonly showsThoughts: boolean };

type OpenGeminiCall = {
  readonly index: unknown;
  readonly id: string;
  readonly name: string;
  written: string;
};

/** One candidate. What each step gives are parts. */
export class Candidate {
  readonly index: number;
  readonly #asked: AskedGemini;
  readonly #context: AnswerContext;
  #call: OpenGeminiCall | undefined = undefined;
  #calls = 0;
  /** The function of the first call whose arguments were none. */
  #broken: string | undefined = undefined;
  #refusal = "";
  #reason = "";
  /** Reasoning in the chat's own fields, until the first call has taken it along. */
  #reasoning: MadeObject & { reasoning_details?: JsonObject[] } = {};

  constructor(index: number, asked: AskedGemini, context: AnswerContext) {
    this.index = index;
    this.#asked = asked;
    this.#context = context;
  }

  /** Takes what a chunk says of the choice: of its message, or of a piece of that. */
  take(choice: JsonObject, parts: JsonObject[]): void {
    const delta = asObject(choice["delta"]) ?? asObject(choice["message"]);
    if (delta !== undefined) {
      this.#think(delta, parts);
      this.#write(delta, parts);
      const { images, tool_calls: calls } = delta;
      if (images !== undefined) for (const image of objectsOf(images)) addImage(image, parts);
      if (calls !== undefined) for (const call of objectsOf(calls)) this.#takeCall(call, parts);
      const older = asObject(delta["function_call"]);
      if (older !== undefined) this.#takeCall({ index: "function_call", function: older }, parts);
    }
    const reason = asText(choice["finish_reason"]);
    if (reason !== "") this.#reason = reason;
  }

  /** Why it ended, and the call that was open until then. */
  finish(parts: JsonObject[]): JsonObject {
    this.#close(parts, this.#reason === "length");
    return finishFields({ reason: this.#reason, refusal: this.#refusal, broken: this.#broken });
  }

  #think(delta: JsonObject, parts: JsonObject[]): void {
    const thought = reasoningIn(delta);
    if (thought !== undefined) {
      const { field, text } = thought;
      this.#reasoning[field] = asText(this.#reasoning[field]) + text;
      if (this.#asked.showsThoughts) parts.push({ text, thought: true });
    }
    const { reasoning_details: sent } = delta;
    if (sent === undefined) return;
    const pieces = objectsOf(sent);
    if (pieces.length === 0) return;
    const details = this.#reasoning["reasoning_details"] ?? [];
    addDetails(details, pieces);
    this.#reasoning["reasoning_details"] = details;
  }

  #write({ content, refusal }: JsonObject, parts: JsonObject[]): void {
    if (typeof content === "string") addText(content, parts);
    else for (const part of objectsOf(content)) addText(asText(part["text"]), parts);
    const refused = asText(refusal);
    this.#refusal += refused;
    addText(refused, parts);
  }

  #takeCall({ index, id, function: called }: JsonObject, parts: JsonObject[]): void {
    const { name, arguments: written } = asObject(called) ?? {};
    const open = this.#call;
    const told = asText(id);
    // Some give all calls the same index, or none: a name and another id begin a new one.
    const isNew = asText(name) !== "" && told !== "" && told !== open?.id;
    let call = open;
    if (call === undefined || isNew || (index !== undefined && index !== call.index)) {
      this.#close(parts, false);
      if (asText(name) === "") throw badAnswer("it calls a function without a name");
      const known = told === "" ? `call_${this.#context.id}_${this.index}_${this.#calls}` : told;
      call = { index, id: known, name: this.#asked.names.known(asText(name)), written: "" };
      this.#call = call;
      this.#calls += 1;
    }
    if (typeof written === "string") call.written += written;
    else if (asObject(written) !== undefined) call.written += JSON.stringify(written);
  }

  #close(parts: JsonObject[], isCut: boolean): void {
    const call = this.#call;
    if (call === undefined) return;
    this.#call = undefined;
    const args = objectIn(call.written);
    if (args === undefined) {
      // Where the answer was cut for its length, a call that is not whole is none.
      if (!isCut) this.#broken ??= call.name;
      return;
    }
    const { id, name } = call;
    parts.push({ functionCall: { id, name, args }, ...this.#signature() });
  }

  /** What a model has thought before its calls comes back with the first of them. */
  #signature(): JsonObject {
    if (Object.keys(this.#reasoning).length === 0) return {};
    const thoughtSignature = signatureOf(this.#reasoning);
    this.#reasoning = {};
    return { thoughtSignature };
  }
}

function addText(text: string, parts: JsonObject[]): void {
  if (text !== "") parts.push({ text });
}

/** Pictures that a model made, as several servers of chats give them. */
function addImage(image: JsonObject, parts: JsonObject[]): void {
  const url = asText(asObject(image["image_url"])?.["url"]);
  const found = DATA_URL.exec(url);
  if (found !== null) parts.push({ inlineData: { mimeType: found[1], data: url.slice(found[0].length) } });
}
