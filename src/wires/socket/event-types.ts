// The types of the events of a response, read from their bytes: nearly each is of the type of the one before, which is seen
// without a text being made of it.

import type { ByteRange } from "../../bytes/byte-range.ts";
import { jsonKeyEquals } from "../../bytes/json-key.ts";
import { JsonWalk } from "../../bytes/json-walk.ts";

/** How most events begin, and how others end, whose members are in the order of their names. */
const TYPE_FIRST = /^\{\s*"type"\s*:\s*"([^"\\]*)"/;
const TYPE_LAST = /,\s*"type"\s*:\s*"([^"\\]*)"\s*\}$/;
/** Of an event, where its type is looked for. */
const NEAR_BYTES = 96;

/** Reads those of one stream, one after the other. */
export class EventTypes {
  /** The bytes at the beginning or the end of an event that say the type of the latest one. */
  #mark: Buffer = Buffer.alloc(0);
  #isLast = false;
  #type = "";

  /** The `type` of an event; empty where it has none, or is none. */
  of(event: Buffer): string {
    const mark = this.#mark;
    const at = this.#isLast ? event.length - mark.length : 0;
    if (mark.length > 0 && hasAt(event, at, mark)) return this.#type;
    const first = TYPE_FIRST.exec(event.toString("latin1", 0, NEAR_BYTES));
    if (first !== null) return this.#noted(first, 0, event);
    const near = Math.max(0, event.length - NEAR_BYTES);
    const last = TYPE_LAST.exec(event.toString("latin1", near));
    if (last !== null) return this.#noted(last, near + last.index, event);
    const [type] = valuesOf(event, ["type"]);
    return type === undefined ? "" : type.toString("utf8", 1, type.length - 1);
  }

  #noted([mark, type = ""]: RegExpExecArray, at: number, event: Buffer): string {
    // A copy: the piece of the stream that it came in may be a hundred times as long.
    this.#mark = Buffer.from(event.subarray(at, at + mark.length));
    this.#isLast = at > 0;
    this.#type = type;
    return type;
  }
}

function hasAt(bytes: Buffer, at: number, mark: Buffer): boolean {
  if (at < 0 || at + mark.length > bytes.length) return false;
  // Types begin alike.
  for (let index = mark.length - 1; index >= 0; index -= 1)
    if (bytes[at + index] !== mark[index]) return false;
  return true;
}

/** The values of some members of an object, as they stand; of one that is no JSON there are none. */
export function valuesOf(bytes: Buffer, names: readonly string[]): readonly (Buffer | undefined)[] {
  const ranges: (ByteRange | undefined)[] = names.map(() => undefined);
  const sink = {
    add(keyStart: number, keyEnd: number, start: number, end: number): void {
      const at = names.findIndex((name) => jsonKeyEquals(bytes, keyStart, keyEnd, name));
      if (at !== -1) ranges[at] = { start, end };
    },
  };
  try {
    new JsonWalk(bytes, sink).advance(bytes.length);
  } catch {
    return names.map(() => undefined);
  }
  return ranges.map((range) => range && bytes.subarray(range.start, range.end));
}
