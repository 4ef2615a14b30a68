// The input of a tool that takes free text, found in the arguments of the function that stands for it, while these come in
// pieces. A model that wrote the text itself in place of the object around it is understood as well.

import { isObject } from "../json-values.ts";
import { INPUT_NAME } from "./asked/tools.ts";

/** The beginning of the object, up to the text. */
const HEAD = new RegExp(`^\\s*\\{\\s*"${INPUT_NAME}"\\s*:\\s*"`);
const MAX_HEAD_CHARS = 256;
const ESCAPE_CHARS = 2;
const UNICODE_ESCAPE_CHARS = 6;

/** One call's arguments. */
export class CustomInput {
  #whole = "";
  /** What is not read yet. */
  #rest = "";
  #state: "head" | "text" | "behind" | "bare" = "head";
  #input = "";
  #isBroken = false;

  /** The input as far as it is known. */
  get input(): string {
    return this.#input;
  }

  /** Takes a piece of the arguments, and gives the piece of input that became known by it. */
  push(piece: string): string {
    this.#whole += piece;
    this.#rest += piece;
    if (this.#state === "head") this.#readHead();
    let found = "";
    if (this.#state === "bare") {
      found = this.#rest;
      this.#rest = "";
    } else if (this.#state === "text") found = this.#readText();
    this.#input += found;
    return found;
  }

  /**
   * Nothing more comes. Gives the piece of input that becomes known by that; undefined where the arguments are neither the
   * object that was asked for nor plain text.
   */
  finish(): string | undefined {
    if (this.#state === "bare" || this.#whole === "") return "";
    const input = this.#isBroken ? undefined : wholeInput(this.#whole);
    // An object of more members may hold the input elsewhere than where it was found.
    if (input === undefined || !input.startsWith(this.#input)) return undefined;
    const found = input.slice(this.#input.length);
    this.#input = input;
    return found;
  }

  #readHead(): void {
    const first = this.#rest.trimStart()[0];
    const head = HEAD.exec(this.#rest);
    if (head !== null) {
      this.#state = "text";
      this.#rest = this.#rest.slice(head[0].length);
    } else if (first !== undefined && first !== "{") this.#state = "bare";
    // Another object: it is read when it is whole. To look at all of it with each piece would take ever longer.
    else if (this.#rest.length > MAX_HEAD_CHARS) this.#state = "behind";
  }

  #readText(): string {
    const end = readableEnd(this.#rest);
    const text = stringOf(this.#rest.slice(0, end));
    if (this.#rest[end] === '"') this.#state = "behind";
    this.#rest = this.#rest.slice(end);
    if (text !== undefined) return text;
    this.#isBroken = true;
    this.#state = "behind";
    return "";
  }
}

/** How far a string of JSON can be read: to its quotation mark, or to before an escape that is not whole. */
function readableEnd(text: string): number {
  let at = 0;
  while (at < text.length && text[at] !== '"') {
    const size = sizeAt(text, at);
    if (at + size > text.length) return at;
    at += size;
  }
  return at;
}

/** Characters that can only be read together: an escape, and two of them for a character beyond the basic plane. */
function sizeAt(text: string, at: number): number {
  if (text[at] !== "\\") return 1;
  if (text[at + 1] !== "u") return ESCAPE_CHARS;
  const isHalf = /^d[89ab]/i.test(text.slice(at + ESCAPE_CHARS, at + UNICODE_ESCAPE_CHARS));
  return isHalf ? UNICODE_ESCAPE_CHARS * 2 : UNICODE_ESCAPE_CHARS;
}

/** What is written between quotation marks. Models write line breaks as they are, which JSON does not allow. */
function stringOf(written: string): string | undefined {
  try {
    return String(JSON.parse(`"${withEscapes(written)}"`));
  } catch {
    return undefined;
  }
}

function withEscapes(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, (character) => JSON.stringify(character).slice(1, -1));
}

/** The input in whole arguments: the member that was asked for, or the only text that there is. */
function wholeInput(text: string): string | undefined {
  const value = parsed(text) ?? parsed(withEscapes(text));
  if (!isObject(value)) return undefined;
  const named = value[INPUT_NAME];
  if (typeof named === "string") return named;
  const members = Object.values(value);
  return members.length === 1 && typeof members[0] === "string" ? members[0] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
