// Reasoning while it is written.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { ReasoningShape } from "./asked/asked.ts";
import type { EntryPlace, ItemEntry } from "./entry.ts";
import { type ItemStatus, reasoningItem, reasoningPart } from "./made.ts";
import { addDetails } from "./reasoning-details.ts";

/** Reasoning, shown as it is or as the summary that was asked for. */
export class ReasoningEntry implements ItemEntry {
  readonly mayClose = true;
  readonly #place: EntryPlace;
  readonly #shape: ReasoningShape;
  readonly #fields: Record<string, unknown> = {};
  readonly #details: JsonObject[] = [];
  #text = "";
  #isOpen = false;
  #hasPart = false;

  constructor(place: EntryPlace, shape: ReasoningShape) {
    this.#place = place;
    this.#shape = shape;
  }

  /** `field`: the endpoint's own name for it. */
  addText(field: string, text: string): void {
    this.#text += text;
    this.#fields[field] = this.#text;
    if (this.#isOpen) this.#tell(text);
  }

  /** Parts besides the text that the endpoint wants to be told again, or pieces of them. */
  addDetails(details: readonly JsonObject[]): void {
    addDetails(this.#details, details);
    this.#fields["reasoning_details"] = this.#details;
  }

  open(): void {
    this.#isOpen = true;
    const { id, index, writer } = this.#place;
    const item = reasoningItem(id, { text: "", fields: {} }, "in_progress", this.#shape);
    writer.event("response.output_item.added", { output_index: index, item });
    if (this.#text !== "") this.#tell(this.#text);
  }

  close(status: ItemStatus): JsonObject {
    const { id, index, writer } = this.#place;
    const { isSummary } = this.#shape;
    const at = { item_id: id, output_index: index, [isSummary ? "summary_index" : "content_index"]: 0 };
    if (this.#hasPart) {
      writer.event(`${this.#name}_text.done`, { ...at, text: this.#text });
      const part = reasoningPart(this.#text, isSummary);
      writer.event(`${isSummary ? `${this.#name}_part` : "response.content_part"}.done`, { ...at, part });
    }
    const item = reasoningItem(id, { text: this.#text, fields: this.#fields }, status, this.#shape);
    writer.event("response.output_item.done", { output_index: index, item });
    return item;
  }

  get #name(): string {
    return this.#shape.isSummary ? "response.reasoning_summary" : "response.reasoning";
  }

  #tell(text: string): void {
    const { isSummary } = this.#shape;
    const { id, index, writer } = this.#place;
    const at = { item_id: id, output_index: index, [isSummary ? "summary_index" : "content_index"]: 0 };
    if (!this.#hasPart) {
      this.#hasPart = true;
      const part = reasoningPart("", isSummary);
      writer.event(`${isSummary ? `${this.#name}_part` : "response.content_part"}.added`, { ...at, part });
    }
    writer.event(`${this.#name}_text.delta`, { ...at, delta: text });
  }
}
