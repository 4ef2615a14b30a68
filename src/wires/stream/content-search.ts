// Looks for something that a model made in the text of an answer that comes in pieces.

/**
 * A text that is not empty, a list that does not begin with a part of text (whose own text then counts), a call of a
 * tool. In doubt it is content: an answer must not be thrown away.
 */
const CONTENT =
  /"(?:content|text|delta|reasoning|reasoning_content|thinking|arguments|partial_json|refusal|data)"\s*:\s*(?:"[^"]|\[\s*(?!\{\s*"type"\s*:\s*"(?:output_)?text")[^\]\s])|"(?:audio|function_call|functionCall|executableCode)"\s*:\s*\{|"tool_calls"\s*:\s*\[\s*[^\]\s]|"type"\s*:\s*"(?:\w{1,60}_call|\w{0,60}tool_use)"/;
/** Longer than any mark, so that one that is cut is found in the joined text. */
const TAIL_CHARS = 192;
/** A list whose first part may still turn out to be a text. */
const OPEN_LIST = /\[\s*(?:\{[^{}[\]]{0,40})?$/;

/** So much is waited for before it is looked at, but for what ends an event or an object. */
const ENOUGH_CHARS = 48;
const ENOUGH_AT_END_CHARS = 8;

/** One answer's search. */
export class ContentSearch {
  #tail = "";
  #fresh = "";
  #isFound = false;

  /** True once content was seen. */
  get isFound(): boolean {
    return this.#isFound;
  }

  /** Takes a piece; a part of what came before it is looked at again, never more than a mark's length. */
  push(piece: Buffer): void {
    if (this.#isFound) return;
    this.#fresh += piece.toString("latin1");
    const last = piece.at(-1);
    const isEnd = last === LF || last === CLOSE_BRACE;
    if (this.#fresh.length >= (isEnd ? ENOUGH_AT_END_CHARS : ENOUGH_CHARS)) this.#search();
  }

  /** Whether there was content, when nothing more comes. */
  finish(): boolean {
    this.#search();
    return this.#isFound;
  }

  #search(): void {
    const text = this.#tail + this.#fresh;
    // What a list begins with is not known before it is there.
    const open = OPEN_LIST.exec(text.slice(-TAIL_CHARS));
    const end = open === null ? text.length : text.length - open[0].length;
    this.#isFound ||= CONTENT.test(text.slice(0, end));
    this.#tail = text.slice(-TAIL_CHARS);
    this.#fresh = "";
  }
}

const LF = 0x0a;
const CLOSE_BRACE = 0x7d;
