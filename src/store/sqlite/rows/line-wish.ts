// Which lines of a block a page asks for. Of hundreds of lines few are wanted: most are told apart by their text, before any
// of them is parsed.

import { type EntryHead, timeOfLine, waitingOf } from "../../entry-line.ts";
import type { RequestsQuestion } from "../../store.ts";
import { clip, markOf, type RequestBlock, slotOf } from "./request-blocks.ts";

const EARLIEST = -(2 ** 53);
const LATEST = 2 ** 53;
/** A value that is longer may have been cut, or end in half a character: its text is not looked for. */
const MAX_NEEDLE_CHARS = 200;

/** Where a page ends: the next one begins behind it. */
export type PagePlace = { readonly time: number; readonly id: number };

/** A line of the log, and where it stands. */
export type RequestLine = PagePlace & { readonly line: string };

/** For sorting: the newest first. */
export function byNewest(a: PagePlace, b: PagePlace): number {
  return b.time - a.time || b.id - a.id;
}

/** What one question asks for of each line. */
export class LineWish {
  readonly #question: RequestsQuestion;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #start: PagePlace;
  /** Texts that every wanted line has. */
  readonly #needles: readonly string[];
  readonly #isParsed: boolean;

  /** `status`: the only one that is looked for; undefined: all that are asked for. */
  constructor(question: RequestsQuestion, from: PagePlace | undefined, status: number | undefined) {
    const { fromMs = EARLIEST, toMs = LATEST, keyId, model, endpoint, requestId } = question;
    const { minStatus, maxStatus } = question;
    this.#question = question;
    this.#fromMs = Math.trunc(fromMs);
    this.#toMs = Math.trunc(toMs);
    this.#start = from ?? { time: LATEST, id: LATEST };
    const needles = [keyId, model, endpoint, requestId].flatMap((value) => needleOf(value) ?? []);
    this.#needles = status === undefined ? needles : [...needles, `${status},`];
    this.#isParsed = [keyId, model, endpoint, requestId, minStatus, maxStatus].some(
      (value) => value !== undefined,
    );
  }

  /** The oldest and the newest slot that may have such lines. */
  get lowSlot(): number {
    return slotOf(this.#fromMs);
  }

  get highSlot(): number {
    const { time, id } = this.#start;
    // No number is below 1.
    return slotOf(Math.min(this.#toMs, id < 1 ? time - 1 : time));
  }

  /** Adds the wanted lines of a block. */
  take({ first, lines }: RequestBlock, found: RequestLine[]): void {
    for (const [at, line] of lines.entries()) {
      if (!this.#needles.every((needle) => line.includes(needle))) continue;
      const place = { time: Math.trunc(timeOfLine(line)), id: first + at };
      if (this.#isInTime(place) && (!this.#isParsed || this.#isWanted(waitingOf(line).head)))
        found.push({ ...place, line });
    }
  }

  #isInTime(place: PagePlace): boolean {
    return place.time >= this.#fromMs && place.time < this.#toMs && byNewest(place, this.#start) > 0;
  }

  #isWanted(entry: EntryHead): boolean {
    const { keyId, model, endpoint, requestId, minStatus, maxStatus } = this.#question;
    const status = Math.trunc(entry.status);
    return (
      (keyId === undefined || markOf(entry, "key") === clip(keyId)) &&
      (model === undefined || markOf(entry, "model") === clip(model)) &&
      (endpoint === undefined || markOf(entry, "endpoint") === clip(endpoint)) &&
      (requestId === undefined || clip(entry.requestId) === clip(requestId)) &&
      (minStatus === undefined || status >= Math.trunc(minStatus)) &&
      (maxStatus === undefined || status <= Math.trunc(maxStatus))
    );
  }
}

/** What a line has that says this; undefined where that cannot be said. */
function needleOf(value: string | undefined): string | undefined {
  // What is empty is left out of some lines.
  if (value === undefined || value === "" || value.length > MAX_NEEDLE_CHARS) return undefined;
  return JSON.stringify(value);
}
