// A message while it is written.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { EntryPlace, ItemEntry } from "./entry.ts";
import { numbered } from "./event-writer.ts";
import { type ItemStatus, type MadeMessage, messageItem, refusalPart, textPart } from "./made.ts";

const TEXT_DELTA = "response.output_text.delta";

/** What the model says: a text, a refusal, or both. */
export class MessageEntry implements ItemEntry {
  readonly mayClose = true;
  readonly #place: EntryPlace;
  readonly #annotations: JsonObject[] = [];
  readonly #logprobs: unknown[] = [];
  #text = "";
  #refusal: string | undefined;
  #isOpen = false;
  #parts = 0;
  #openPart: "text" | "refusal" | undefined;

  constructor(place: EntryPlace) {
    this.#place = place;
  }

  addText(text: string, logprobs: readonly unknown[]): void {
    this.#text += text;
    for (const one of logprobs) this.#logprobs.push(one);
    if (this.#isOpen) this.#tellText(text, logprobs);
  }

  /** The event that tells a further piece of the text that is open. */
  toldText(text: string, sequence: number): JsonObject {
    return numbered(TEXT_DELTA, sequence, this.#textFields(text, []));
  }

  /** A further piece of the text was told. */
  noteText(text: string): void {
    this.#text += text;
  }

  addRefusal(text: string): void {
    this.#refusal = (this.#refusal ?? "") + text;
    if (this.#isOpen) this.#tellRefusal(text);
  }

  addAnnotations(annotations: readonly JsonObject[]): void {
    for (const one of annotations) this.#annotations.push(one);
  }

  open(): void {
    this.#isOpen = true;
    const { id, index, writer } = this.#place;
    writer.event("response.output_item.added", {
      output_index: index,
      item: messageItem(id, this.#made, "in_progress"),
    });
    if (this.#text !== "") this.#tellText(this.#text, this.#made.logprobs);
    if (this.#refusal !== undefined) this.#tellRefusal(this.#refusal);
  }

  close(status: ItemStatus): JsonObject {
    if (this.#parts === 0) this.#openText();
    this.#closePart();
    const { id, index, writer } = this.#place;
    const item = messageItem(id, this.#made, status);
    writer.event("response.output_item.done", { output_index: index, item });
    return item;
  }

  /** As it is now: events are written after others have come, and say what was so when they were told. */
  get #made(): MadeMessage {
    return {
      text: this.#text,
      refusal: this.#refusal,
      annotations: [...this.#annotations],
      logprobs: [...this.#logprobs],
    };
  }

  get #at(): JsonObject {
    return { item_id: this.#place.id, output_index: this.#place.index, content_index: this.#parts - 1 };
  }

  #tellText(text: string, logprobs: readonly unknown[]): void {
    if (text === "") return;
    if (this.#openPart !== "text") this.#openText();
    this.#place.writer.event(TEXT_DELTA, this.#textFields(text, logprobs));
  }

  #textFields(delta: string, logprobs: readonly unknown[]): JsonObject {
    const { id, index } = this.#place;
    return { item_id: id, output_index: index, content_index: this.#parts - 1, delta, logprobs };
  }

  #tellRefusal(text: string): void {
    if (this.#openPart !== "refusal") {
      this.#closePart();
      this.#parts += 1;
      this.#openPart = "refusal";
      this.#place.writer.event("response.content_part.added", { ...this.#at, part: refusalPart("") });
    }
    this.#place.writer.event("response.refusal.delta", { ...this.#at, delta: text });
  }

  #openText(): void {
    this.#parts += 1;
    this.#openPart = "text";
    const part = textPart({ text: "", refusal: undefined, annotations: [], logprobs: [] });
    this.#place.writer.event("response.content_part.added", { ...this.#at, part });
  }

  #closePart(): void {
    const { writer } = this.#place;
    if (this.#openPart === "text") {
      this.#annotations.forEach((annotation, annotation_index) => {
        writer.event("response.output_text.annotation.added", { ...this.#at, annotation_index, annotation });
      });
      const made = this.#made;
      writer.event("response.output_text.done", { ...this.#at, text: made.text, logprobs: made.logprobs });
      writer.event("response.content_part.done", { ...this.#at, part: textPart(made) });
    } else if (this.#openPart === "refusal") {
      const refusal = this.#refusal ?? "";
      writer.event("response.refusal.done", { ...this.#at, refusal });
      writer.event("response.content_part.done", { ...this.#at, part: refusalPart(refusal) });
    }
    this.#openPart = undefined;
  }
}
