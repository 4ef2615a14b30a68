// Pieces of text on their way through a translation without being taken apart: an event that is the last one but for its
// text is told by the client's event that is the last one but for the same text, and maybe its number. Nothing is taken
// for granted: the shape of both is that of an event that went the long way right before, whatever else came goes that way
// too, and so does the next piece behind it.

import type { JsonObject } from "../errors/json-prefix.ts";
import type { ChatApi } from "../paths/operation.ts";
import { EventShape } from "./event-shape.ts";
import { eventText } from "./event-text.ts";
import type { TextPieces } from "./text-pieces.ts";

/** Stand for the text and the number while the client's event is cut there. */
const TEXT_MARK = "\u{f8f1}text\u{f8f1}";
const NUMBER_MARK = 740_611_235_801_378;
/** To learn a shape takes as long as so many pieces win. */
const LEARNING = 8;
const FIRST_LEARNINGS = 4;
/** So short a piece of a text is a copy in any case. */
const SHORT = 13;

/** An event of the endpoint's that went the long way. */
export type ReadEvent = {
  /** Its lines, with the blank one. */
  readonly written: string;
  /** Where its value begins in these. */
  readonly dataAt: number;
  readonly value: JsonObject;
  /** The number that the client's next event had before it. */
  readonly number: number;
};

/** One stream. */
export class SplicedText {
  readonly pieces: TextPieces;
  readonly #api: ChatApi;
  #shape: EventShape | undefined;
  /** What stands before the value. */
  #start = "";
  /** The client's event before its number, behind that, and behind its text. */
  #before = "";
  #between: string | undefined;
  #behind = "";
  /** The last event was of the shape. */
  #isOpen = false;
  /** Pieces that may still be lost by learning. */
  #credit = FIRST_LEARNINGS * LEARNING;

  constructor(pieces: TextPieces, api: ChatApi) {
    this.pieces = pieces;
    this.#api = api;
  }

  /** Behind the event that was told last. */
  get end(): number {
    return this.#shape?.end ?? 0;
  }

  /** The client's event for the endpoint's that begins there; empty where that has to go the long way. */
  tell(written: string, start: number): string {
    return this.#isOpen && this.#shape?.fits(written, start) === true ? this.#told(this.#shape.raw) : "";
  }

  /** The same for an event of which the value's text is known. */
  tellData(data: string): string {
    if (!this.#isOpen) return "";
    const written = `${this.#start}${data}\n\n`;
    if (this.#shape?.fits(written, 0) !== true || this.end !== written.length) return "";
    return this.#told(this.#shape.raw);
  }

  #told(spelled: string): string {
    let raw = spelled;
    let text = ownText(raw);
    if (raw.includes("\\")) {
      const decoded = decodedText(raw);
      if (decoded === undefined) return "";
      text = decoded;
      raw = spelledText(text);
    }
    if (text === "") return "";
    this.#credit += 1;
    const { number } = this.pieces;
    this.pieces.note(text);
    return this.#written(raw, number);
  }

  /** An event goes the long way. */
  close(): void {
    this.#isOpen = false;
  }

  /** It has; `told`: the one event that the client gets of it. */
  learn(event: ReadEvent, told: readonly JsonObject[]): void {
    if (this.#credit < LEARNING) return;
    const text = this.pieces.textIn(event.value);
    if (text === "") return;
    this.#credit -= LEARNING;
    const known = this.#shape?.fits(event.written, 0) === true && this.#shape.end === event.written.length;
    const shape = known ? this.#shape : EventShape.of(event.written, event.dataAt, event.value, this.pieces);
    if (shape === undefined) return;
    this.#shape = shape;
    this.#start = event.written.slice(0, event.dataAt);
    this.#cut();
    this.#isOpen = this.#written(spelledText(text), event.number) === eventText(this.#api, told);
  }

  /** Cuts what a further piece is told by at its number and its text. */
  #cut(): void {
    const marked = eventText(this.#api, [this.pieces.told(TEXT_MARK, NUMBER_MARK)]);
    const [head = "", behind = ""] = marked.split(TEXT_MARK);
    const [before = "", between] = head.split(String(NUMBER_MARK));
    this.#before = before;
    this.#between = between;
    this.#behind = behind;
  }

  /** The client's event of a text as it is spelled in JSON. */
  #written(raw: string, number: number): string {
    if (this.#between === undefined) return this.#before + raw + this.#behind;
    return this.#before + number + this.#between + raw + this.#behind;
  }
}

/** The same text by itself: a long piece of a chunk's text would keep all of that in memory as long as it is kept. */
function ownText(piece: string): string {
  return piece.length < SHORT ? piece : Buffer.from(piece).toString();
}

/** The inside of the text in JSON, as it is told. */
function spelledText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function decodedText(raw: string): string | undefined {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return undefined;
  }
}
