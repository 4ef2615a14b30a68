// Counts the choices of a chat stream, so that it is known when all of them are finished. Only made where an index
// above 0 was seen: of a choice, or of a call of a tool.

import { SseScanner, type SseSink } from "../../bytes/sse-lines.ts";

/** Larger events are left out. */
const MAX_EVENT_CHARS = 256 * 1024;
/** More choices than anybody asks for; further ones are not counted. */
const MAX_CHOICES = 1_024;
const FINISHED = /"finish_reason"\s?:\s?"[^"]/;

type Json = Readonly<Record<string, unknown>>;

/** The choices of one stream, from some event on. */
export class ChoiceCount implements SseSink {
  readonly #lines = new SseScanner(this);
  readonly #finished = new Set<number>();
  /** The first choice is in every stream. */
  readonly #seen = new Set<number>([0]);
  #data: string[] = [];
  #chars = 0;

  /** `hasFinished`: the first choice was finished before. */
  constructor(hasFinished: boolean) {
    if (hasFinished) this.#finished.add(0);
  }

  /** True when each choice that was seen has its finish_reason. */
  get isAllFinished(): boolean {
    return this.#seen.size === this.#finished.size;
  }

  push(chunk: Buffer): void {
    this.#lines.push(chunk);
  }

  onData(chunk: Buffer, start: number, end: number): void {
    this.#chars += end - start;
    if (this.#chars <= MAX_EVENT_CHARS) this.#data.push(chunk.toString("latin1", start, end));
  }

  onDataEnd(): void {
    this.#chars += 1;
    if (this.#chars <= MAX_EVENT_CHARS) this.#data.push("\n");
  }

  onEventEnd(): void {
    const text = this.#data.join("");
    this.#data = [];
    this.#chars = 0;
    if (text.includes('"choices"')) this.#take(text);
  }

  #take(text: string): void {
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch {
      // The first part of it was not seen, or it is no JSON.
      if (FINISHED.test(text)) this.#finished.add(0);
      return;
    }
    const choices = (event as Json | null)?.["choices"];
    if (!Array.isArray(choices)) return;
    for (const choice of choices as readonly (Json | null)[]) {
      const named = choice?.["index"];
      const index = typeof named === "number" ? named : 0;
      if (this.#seen.size >= MAX_CHOICES && !this.#seen.has(index)) continue;
      this.#seen.add(index);
      const reason = choice?.["finish_reason"];
      if (typeof reason === "string" && reason !== "") this.#finished.add(index);
    }
  }
}
