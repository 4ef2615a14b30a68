// A conversation in the order that chat wants: what the model says and which tools it calls is one message, and right
// behind it stand the outputs of these calls. In Responses each is an item of its own, and others may stand between.

import type { JsonObject } from "../../../errors/json-prefix.ts";
import { shownWord } from "../../json-values.ts";
import { malformed } from "../../values.ts";
import type { ChatContent } from "./parts.ts";

/** What the model said at one go. */
class SpokenTurn {
  /** Reasoning and the like, under the names that the endpoint gave them. */
  readonly extras: JsonObject;
  readonly texts: (string | readonly JsonObject[])[] = [];
  readonly calls: JsonObject[] = [];
  readonly outputs = new Map<string, JsonObject>();
  /** Pictures and files that tools gave back, which chat takes from the user only. */
  readonly followers: JsonObject[] = [];

  constructor(extras: JsonObject) {
    this.extras = extras;
  }
}

/** A call of a tool, as chat has it, and where it stands in the request. */
export type CallInTurn = { readonly id: string; readonly call: JsonObject; readonly param: string };

/** One conversation. */
export class Turns {
  readonly #list: (JsonObject | SpokenTurn)[] = [];
  readonly #turnOfCall = new Map<string, SpokenTurn>();
  readonly #placeOfCall = new Map<string, string>();
  #open: SpokenTurn | undefined;
  #nextExtras: JsonObject | undefined;

  /** Instructions. Those at the beginning are one message: templates of many models take no second one. */
  addSystem(content: ChatContent): void {
    const last = this.#list.at(-1);
    if (this.#list.length === 1 && typeof content === "string" && isSystemText(last)) {
      this.#list[0] = { role: "system", content: `${last.content}\n\n${content}` };
      return;
    }
    this.#push({ role: "system", content });
  }

  addUser(content: ChatContent, extras: JsonObject = {}): void {
    this.#push({ ...extras, role: "user", content });
  }

  addText(content: ChatContent): void {
    this.#turn().texts.push(content);
  }

  /** What belongs to what the model says next. */
  addExtras(extras: JsonObject): void {
    this.#open = undefined;
    this.#nextExtras = { ...this.#nextExtras, ...extras };
  }

  addCall({ id, call, param }: CallInTurn): void {
    const turn = this.#turn();
    turn.calls.push({ id, ...call });
    this.#turnOfCall.set(id, turn);
    this.#placeOfCall.set(id, param);
  }

  /** @throws GatewayError untranslatable where no call waits for it */
  addOutput(id: string, content: ChatContent, param: string, followers: readonly JsonObject[] = []): void {
    const turn = this.#turnOfCall.get(id);
    if (turn === undefined || turn.outputs.has(id))
      throw malformed(param, `no tool call found for the output with call_id ${shownWord(id)}`);
    turn.outputs.set(id, { role: "tool", tool_call_id: id, content });
    for (const part of followers) turn.followers.push(part);
    this.#placeOfCall.delete(id);
    if (this.#open === turn) this.#open = undefined;
  }

  /** @throws GatewayError untranslatable where a call has no output, which no chat would take */
  messages(): readonly JsonObject[] {
    for (const [id, param] of this.#placeOfCall)
      throw malformed(param, `no tool output found for the tool call ${shownWord(id)}`);
    return this.#list.flatMap((entry): readonly JsonObject[] =>
      entry instanceof SpokenTurn ? messagesOf(entry) : [entry],
    );
  }

  #push(message: JsonObject): void {
    this.#open = undefined;
    this.#list.push(message);
  }

  #turn(): SpokenTurn {
    if (this.#open !== undefined) return this.#open;
    const turn = new SpokenTurn(this.#nextExtras ?? {});
    this.#nextExtras = undefined;
    this.#open = turn;
    this.#list.push(turn);
    return turn;
  }
}

function messagesOf(turn: SpokenTurn): readonly JsonObject[] {
  const said: JsonObject = { ...turn.extras, role: "assistant", content: joined(turn.texts) };
  if (turn.calls.length === 0) return [said];
  const outputs = turn.calls.flatMap(({ id }): readonly JsonObject[] => {
    const output = turn.outputs.get(String(id));
    return output === undefined ? [] : [output];
  });
  const following: readonly JsonObject[] =
    turn.followers.length === 0 ? [] : [{ role: "user", content: turn.followers }];
  return [{ ...said, tool_calls: turn.calls }, ...outputs, ...following];
}

/** Null where the model only called tools. */
function joined(texts: SpokenTurn["texts"]): ChatContent | null {
  if (texts.length === 0) return null;
  const strings = texts.filter((text) => typeof text === "string");
  if (strings.length === texts.length) return strings.join("\n");
  return texts.flatMap((text) => (typeof text === "string" ? [{ type: "text", text }] : text));
}

function isSystemText(
  entry: JsonObject | SpokenTurn | undefined,
): entry is JsonObject & { readonly content: string } {
  if (entry === undefined || entry instanceof SpokenTurn) return false;
  return entry["role"] === "system" && typeof entry["content"] === "string";
}
