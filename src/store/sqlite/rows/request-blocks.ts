// How the log of requests lies in its file: requests that began in the same second and were written together are one row, a
// block of their lines. For each block there is a mark for each key, model, endpoint and status in it, so that what a page
// is asked by is looked for in an index all the same, of which a busy gateway writes four lines for hundreds of requests.

import { type EntryHead, type WaitingEntry, waitingOf } from "../../entry-line.ts";
import type { DatabaseFile } from "../file/database-file.ts";

/** Milliseconds of a slot: blocks of one slot are read together, and none has requests of two. */
export const SLOT_MS = 1_000;
/** Kinds of marks by what of a request they tell. */
export const MARK_KINDS = { key: 0, model: 1, endpoint: 2, status: 3 } as const;

/** Something of a request that a page can be asked for by. */
export type MarkKind = keyof typeof MARK_KINDS;

/** Blocks that are removed in one transaction. */
const STEP = 100;
const MAX_CHARS = 256;

/** The requests of a block: their numbers count up from `first`. */
export type RequestBlock = { readonly id: number; readonly first: number; readonly lines: readonly string[] };

/** The slot of a moment. */
export function slotOf(timeMs: number): number {
  return Math.trunc(timeMs / SLOT_MS);
}

/** Of a longer text the beginning is what can be asked for. */
export function clip(text: string): string {
  return text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text;
}

/** What of an entry there is a mark for. */
export function markOf(
  entry: Pick<EntryHead, "keyId" | "model" | "endpoint" | "status">,
  kind: MarkKind,
): string | number {
  if (kind === "status") return Math.trunc(entry.status);
  return clip(kind === "key" ? entry.keyId : entry[kind]);
}

/**
 * The slot that an id tells, since the ids that the gateway gives begin with their time; undefined for those that clients
 * have given.
 */
export function slotOfId(requestId: string): number | undefined {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(requestId) ?? [];
  return high === undefined || low === undefined ? undefined : slotOf(Number.parseInt(high + low, 16));
}

/**
 * Appends entries in the transaction that is open; gives the number of each, in their order.
 * @throws as `DatabaseFile.prepare`
 */
export function writeBlocks(file: DatabaseFile, waiting: readonly WaitingEntry[]): number[] {
  const [last] = (file.prepareLists("SELECT seq FROM sqlite_sequence WHERE name = 'request'").get() ??
    []) as unknown as number[];
  const insert = file.prepare("INSERT INTO request (id, first, slot, entries) VALUES (?, ?, ?, ?)");
  const numbers = new Array<number>(waiting.length);
  let next = (last ?? 0) + 1;
  for (const [slot, places] of placesBySlot(waiting)) {
    const block = places.flatMap((at) => waiting[at] ?? []);
    for (const [index, at] of places.entries()) numbers[at] = next + index;
    const id = next + block.length - 1;
    insert.run(id, next, slot, block.map(({ line }) => line).join("\n"));
    // Texts that differ in halves of characters alone are one in the file.
    eachMark(block, (kind, value) => {
      file
        .prepare("INSERT OR IGNORE INTO request_mark (kind, value, slot, id) VALUES (?, ?, ?, ?)")
        .run(kind, value, slot, id);
    });
    eachName(block, slot, (name) => {
      file.prepare("INSERT OR IGNORE INTO request_name (request, id) VALUES (?, ?)").run(name, id);
    });
    next = id + 1;
  }
  return numbers;
}

/** Places in the list by the slot of what is there. */
function placesBySlot(waiting: readonly WaitingEntry[]): Map<number, number[]> {
  const slots = new Map<number, number[]>();
  for (let at = 0; at < waiting.length; at += 1) {
    const slot = slotOf(waiting[at]?.head.timeMs ?? 0);
    const places = slots.get(slot);
    if (places === undefined) slots.set(slot, [at]);
    else places.push(at);
  }
  return slots;
}

/** Each mark of a block once. */
function eachMark(
  block: readonly WaitingEntry[],
  take: (kind: number, value: string | number) => void,
): void {
  for (const kind of ["key", "model", "endpoint", "status"] as const) {
    const values = new Set<string | number>();
    for (const { head } of block) values.add(markOf(head, kind));
    for (const value of values) take(MARK_KINDS[kind], value);
  }
}

/** Each id that does not tell where its request is. */
function eachName(block: readonly WaitingEntry[], slot: number, take: (name: string) => void): void {
  for (const { head } of block) if (slotOfId(head.requestId) !== slot) take(clip(head.requestId));
}

/** The block of a number. @throws as `DatabaseFile.prepare` */
export function blockOf(file: DatabaseFile, id: number): RequestBlock | undefined {
  const found = file.prepareLists("SELECT first, entries FROM request WHERE id = ?").get(id);
  if (found === undefined) return undefined;
  const [first, entries] = found as unknown as readonly [number, string];
  return { id, first, lines: entries.split("\n") };
}

/** Blocks of a slot. @throws as `DatabaseFile.prepare` */
export function blocksOfSlot(file: DatabaseFile, slot: number): readonly RequestBlock[] {
  const ids = file.prepareLists("SELECT id FROM request WHERE slot = ?").all(slot);
  return ids.flatMap((row) => blockOf(file, Number((row as unknown as readonly number[])[0])) ?? []);
}

/** Puts other lines in place of those of a block: of the same requests. @throws as `DatabaseFile.prepare` */
export function rewriteBlock(file: DatabaseFile, id: number, lines: readonly string[]): void {
  file.prepare("UPDATE request SET entries = ? WHERE id = ?").run(lines.join("\n"), id);
}

/** Removes the blocks of slots before one. @throws as `DatabaseFile.transaction` */
export function removeBefore(file: DatabaseFile, slot: number): void {
  while (removeSome(file, "slot < ? ORDER BY slot", slot) === STEP);
}

/**
 * Removes the blocks whose requests all have numbers below one, the oldest block in any case; gives how many blocks those were.
 * @throws as `DatabaseFile.transaction`
 */
export function removeBelow(file: DatabaseFile, number: number): number {
  let removed = 0;
  for (;;) {
    const some = removeSome(file, "id < ? ORDER BY id", number);
    removed += some;
    if (some < STEP) break;
  }
  if (removed > 0) return removed;
  return removeSome(file, "id = (SELECT min(id) FROM request) AND id >= ?", number);
}

function removeSome(file: DatabaseFile, which: string, bound: number): number {
  return file.transaction(() => {
    const rows = file
      .prepareLists(`SELECT id, slot, entries FROM request WHERE ${which} LIMIT ${STEP}`)
      .all(Math.trunc(bound));
    for (const row of rows) removeBlock(file, row as unknown as readonly [number, number, string]);
    return rows.length;
  });
}

function removeBlock(file: DatabaseFile, [id, slot, entries]: readonly [number, number, string]): void {
  const block = entries.split("\n").map(waitingOf);
  const mark = file.prepare("DELETE FROM request_mark WHERE kind = ? AND value = ? AND slot = ? AND id = ?");
  const name = file.prepare("DELETE FROM request_name WHERE request = ? AND id = ?");
  eachMark(block, (kind, value) => mark.run(kind, value, slot, id));
  const [first] = block;
  // What was a row of its own before has a name, whatever its id tells.
  if (first !== undefined && block.length === 1) name.run(clip(first.head.requestId), id);
  else eachName(block, slot, (one) => name.run(one, id));
  file.prepare("DELETE FROM request WHERE id = ?").run(id);
}

/** The newest lines, so many at most, the oldest first. @throws as `DatabaseFile.prepare` */
export function newestLines(file: DatabaseFile, most: number): string[] {
  const blocks: (readonly string[])[] = [];
  let count = 0;
  for (const row of file.prepareLists("SELECT entries FROM request ORDER BY id DESC").iterate()) {
    const [entries] = row as unknown as readonly string[];
    const lines = String(entries).split("\n");
    count += lines.length;
    if (count > most) break;
    blocks.push(lines);
  }
  return blocks.reverse().flat();
}
