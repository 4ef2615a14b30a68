// A call of a tool while it is written.

import { GatewayError } from "../../../core/errors.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import type { CalledTool } from "./asked/tool-names.ts";
import type { ChatCall } from "./chat-message.ts";
import { CustomInput } from "./custom-input.ts";
import type { EntryPlace, ItemEntry } from "./entry.ts";
import { callItem, type ItemStatus } from "./made.ts";

/** A call of a tool. */
export class CallEntry implements ItemEntry {
  readonly #place: EntryPlace;
  readonly tool: CalledTool;
  readonly callId: string;
  readonly #custom: CustomInput | undefined;
  #extra: unknown;
  #arguments = "";
  #isOpen = false;
  #isClosed = false;

  constructor(place: EntryPlace, call: ChatCall, tool: CalledTool, callId: string) {
    this.#place = place;
    this.tool = tool;
    this.callId = callId;
    this.#custom = tool.kind === "custom" && !call.isText ? new CustomInput() : undefined;
  }

  get mayClose(): boolean {
    return isJson(this.#arguments);
  }

  /** @throws GatewayError upstream_bad_response where the call was over before */
  add(piece: ChatCall): void {
    this.#extra ??= piece.extra;
    if (piece.input === "") return;
    if (this.#isClosed) {
      if (piece.input.trim() === "") return;
      throw new GatewayError("upstream_bad_response", {
        message: "The endpoint's stream goes on with a tool call that was whole before.",
      });
    }
    this.#arguments += piece.input;
    const known = this.#custom === undefined ? piece.input : this.#custom.push(piece.input);
    if (this.#isOpen) this.#tell(known);
  }

  open(): void {
    this.#isOpen = true;
    const { index, writer } = this.#place;
    writer.event("response.output_item.added", { output_index: index, item: this.#item("", "in_progress") });
    this.#tell(this.#input);
  }

  close(status: ItemStatus): JsonObject {
    this.#isClosed = true;
    const { id, index, writer } = this.#place;
    this.#finish(status);
    const input = this.#input;
    const at = { item_id: id, output_index: index };
    if (this.tool.kind === "custom") writer.event("response.custom_tool_call_input.done", { ...at, input });
    else writer.event("response.function_call_arguments.done", { ...at, arguments: input });
    const item = this.#item(input, status);
    writer.event("response.output_item.done", { output_index: index, item });
    return item;
  }

  get #input(): string {
    return this.#custom === undefined ? this.#arguments : this.#custom.input;
  }

  /** What is known only now that nothing more comes. */
  #finish(status: ItemStatus): void {
    if (this.#custom !== undefined) {
      const rest = this.#custom.finish();
      // What was cut may be half an object.
      if (rest === undefined && status === "completed") throw unreadable(this.tool.name);
      this.#tell(rest ?? "");
    } else if (this.#arguments === "" && this.tool.kind === "function" && status === "completed") {
      // A call without arguments; clients read them as JSON all the same.
      this.#arguments = "{}";
      this.#tell("{}");
    }
  }

  #tell(text: string): void {
    if (text === "") return;
    const name = this.tool.kind === "custom" ? "custom_tool_call_input" : "function_call_arguments";
    const { id, index, writer } = this.#place;
    writer.event(`response.${name}.delta`, { item_id: id, output_index: index, delta: text });
  }

  #item(input: string, status: ItemStatus): JsonObject {
    const made = { tool: this.tool, callId: this.callId, input, extra: this.#extra };
    return callItem(this.#place.id, made, status);
  }
}

function unreadable(name: string): GatewayError {
  return new GatewayError("upstream_bad_response", {
    message: `The model called the tool ${name} with arguments that are no JSON.`,
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
