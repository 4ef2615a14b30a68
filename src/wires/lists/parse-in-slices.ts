// Reads a large list of models piece by piece, so that nobody else has to wait for the whole of it: entries are cut
// out of the bytes and parsed one by one, with a turn of the event loop after each stretch of work. The same list
// comes out as from `parse-models.ts`, which says what a list is.

import { setImmediate as nextTurn } from "node:timers/promises";
import {
  Entries,
  findList,
  isPage,
  type ParsedModels,
  parseJson,
  parseModelList,
  readModelList,
  refused,
} from "./parse-models.ts";

/** Shorter answers take less than a millisecond as a whole. */
const SMALL_BYTES = 64 * 1024;
/** Work between two turns of the event loop: about a millisecond. */
const SLICE_BYTES = 64 * 1024;
/** An entry of more than this is left out; so is an answer with so much beside its list. */
const MAX_ENTRY_BYTES = 256 * 1024;

/** What one entry costs besides its bytes, in bytes: small ones take their time too. */
const ENTRY_COST = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_BLOCK = 0x7b;
const CLOSE_BLOCK = 0x7d;

/** From the first byte of an entry to the one behind its last. */
type ItemSpan = readonly [start: number, end: number];

/** The same as `parseModelList`, with turns of the event loop in between for what is large. Never rejects. */
export async function parseInSlices(bytes: Buffer, smallBytes = SMALL_BYTES): Promise<ParsedModels> {
  if (bytes.length <= smallBytes) return parseModelList(bytes);
  // What looks like lists in a page's scripts is none, and a page is told as one however large it is.
  if (isPage(bytes.toString("utf8", 0, SLICE_BYTES))) return refused("page");
  try {
    const outline = new Outline(bytes);
    while (outline.scan(SLICE_BYTES)) await nextTurn();
    if (outline.text.length > MAX_ENTRY_BYTES) return refused("other");
    return await readEntries(bytes, outline);
  } catch {
    return refused("not_json");
  }
}

/** @throws SyntaxError where an entry is no JSON */
async function readEntries(bytes: Buffer, outline: Outline): Promise<ParsedModels> {
  const outer = parseJson(outline.text);
  if (outer.kind === "bad") return outer;
  const entries = new Entries();
  // The list that counts has its number in place of its entries.
  const counting = findList(outer.value)?.list[0];
  let sinceTurn = 0;
  // Those of lists that do not count are parsed too: an answer that is no JSON is none as a whole.
  for (const [number, spans] of outline.lists.entries()) {
    for (const [start, end] of spans) {
      if (entries.isCut) break;
      const item: unknown =
        end - start > MAX_ENTRY_BYTES ? undefined : JSON.parse(bytes.toString("utf8", start, end));
      if (number === counting) entries.add(item);
      sinceTurn += end - start + ENTRY_COST;
      if (sinceTurn < SLICE_BYTES) continue;
      sinceTurn = 0;
      await nextTurn();
    }
  }
  return readModelList(outer.value, entries);
}

/** The answer with a number in place of the entries of each list at its top; and where these entries stand. */
class Outline {
  text = "";
  readonly lists: ItemSpan[][] = [];
  readonly #bytes: Buffer;
  #at: number;
  /** What is before this is in `text`, or left out of it. */
  #copied: number;
  /** `true` for a list, of each level that is open. */
  readonly #levels: boolean[] = [];
  #isInText = false;
  #spans: ItemSpan[] | undefined;
  #entryStart = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    this.#copied = this.#at;
  }

  /** Goes on by so many bytes; false at the end. */
  scan(count: number): boolean {
    const end = Math.min(this.#bytes.length, this.#at + count);
    for (; this.#at < end; this.#at += 1) this.#take(this.#bytes[this.#at] ?? 0);
    if (end < this.#bytes.length) return true;
    this.#copyTo(this.#bytes.length);
    return false;
  }

  #take(byte: number): void {
    if (this.#isInText) {
      if (byte === BACKSLASH) this.#at += 1;
      else if (byte === QUOTE) this.#isInText = false;
      return;
    }
    if (byte === QUOTE) this.#isInText = true;
    else if (byte === OPEN_LIST || byte === OPEN_BLOCK) this.#open(byte === OPEN_LIST);
    else if (byte === CLOSE_LIST || byte === CLOSE_BLOCK) this.#close();
    else if (byte === COMMA && this.#isInEntries()) this.#endEntry();
  }

  #open(isList: boolean): void {
    // A list that is the answer, or a field of it.
    const isTop = this.#levels.length === 0 || (this.#levels.length === 1 && this.#levels[0] === false);
    if (isList && isTop && this.#spans === undefined) {
      this.#copyTo(this.#at + 1);
      this.#spans = [];
      this.#entryStart = this.#at + 1;
    }
    this.#levels.push(isList);
  }

  #close(): void {
    if (this.#spans !== undefined && this.#isInEntries()) {
      const rest = this.#bytes.subarray(this.#entryStart, Math.min(this.#at, this.#entryStart + 1_024));
      if (this.#spans.length > 0 || rest.toString("latin1").trim() !== "") {
        this.#endEntry();
        this.text += String(this.lists.length);
      }
      this.lists.push(this.#spans);
      this.#spans = undefined;
      this.#copied = this.#at;
    }
    this.#levels.pop();
  }

  #isInEntries(): boolean {
    return (
      this.#spans !== undefined &&
      this.#levels.at(-1) === true &&
      this.#levels.length <= 2 &&
      this.#isListTop()
    );
  }

  #isListTop(): boolean {
    return this.#levels.length === 1 || this.#levels[0] === false;
  }

  #endEntry(): void {
    this.#spans?.push([this.#entryStart, this.#at]);
    this.#entryStart = this.#at + 1;
  }

  #copyTo(place: number): void {
    // An answer with this much beside its lists is refused; it need not be gathered.
    if (this.text.length <= MAX_ENTRY_BYTES) this.text += this.#bytes.toString("utf8", this.#copied, place);
    this.#copied = place;
  }
}
