// One page of an endpoint's list of objects, its entries as the bytes that came: nothing of them is written anew.

import type { ByteRange } from "../../bytes/byte-range.ts";
import { jsonKeyEquals } from "../../bytes/json-key.ts";
import { JsonWalk } from "../../bytes/json-walk.ts";
import { SLICE_BYTES, type SlicedWork } from "../../core/slices.ts";

/** One entry. */
export type ObjectEntry = {
  readonly raw: Buffer;
  /** Undefined where it has none. */
  readonly id: string | undefined;
  /** Seconds since 1970; 0 where it does not say. */
  readonly madeAt: number;
};

/** A page. */
export type ListPage = { readonly entries: readonly ObjectEntry[]; readonly hasMore: boolean };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Reads a page in slices; undefined for what is no list.
 * @throws GatewayError invalid_json, json_too_deep
 */
export function* readListPage(body: Buffer): SlicedWork<ListPage | undefined> {
  let data: ByteRange | undefined;
  let hasMore = false;
  const walk = new JsonWalk(body, {
    add: (keyStart, keyEnd, start, end) => {
      if (jsonKeyEquals(body, keyStart, keyEnd, "data")) data = { start, end };
      if (jsonKeyEquals(body, keyStart, keyEnd, "has_more"))
        hasMore = body.toString("latin1", start, end) === "true";
    },
  });
  while (!walk.advance(walk.at + SLICE_BYTES)) yield;
  if (data === undefined || body[data.start] !== OPEN_LIST) return undefined;
  const entries: ObjectEntry[] = [];
  let next = data.start + SLICE_BYTES;
  for (let range = elementAt(body, data.start + 1); range !== undefined; range = elementAt(body, range.end)) {
    entries.push(entryOf(body.subarray(range.start, range.end)));
    if (range.end < next) continue;
    next = range.end + SLICE_BYTES;
    yield;
  }
  return { entries, hasMore };
}

function entryOf(raw: Buffer): ObjectEntry {
  const value: unknown = JSON.parse(raw.toString());
  if (typeof value !== "object" || value === null) return { raw, id: undefined, madeAt: 0 };
  const id = "id" in value && typeof value.id === "string" ? value.id : undefined;
  const created = "created_at" in value ? value.created_at : "created" in value ? value.created : 0;
  return { raw, id, madeAt: typeof created === "number" && Number.isFinite(created) ? created : 0 };
}

/** The element of a valid list that begins at `from` or behind it; undefined at the list's end. */
function elementAt(body: Buffer, from: number): ByteRange | undefined {
  let start = from;
  while (body[start] === COMMA || isSpace(body[start])) start += 1;
  if (start >= body.length || body[start] === CLOSE_LIST) return undefined;
  let depth = 0;
  for (let at = start; at < body.length; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = endOfText(body, at + 1);
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) depth -= 1;
    if (depth < 0) return { start, end: at };
    const isClosed = depth === 0 && (byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte === QUOTE);
    if (isClosed) return { start, end: at + 1 };
    if (depth === 0 && (byte === COMMA || isSpace(byte))) return { start, end: at };
  }
  return undefined;
}

/** The position of the quote that ends a text. */
function endOfText(body: Buffer, from: number): number {
  let at = from;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
