// Tests of `pinned-lines.ts`: what a terminal shows after its cursor was moved.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PinnedLines } from "./pinned-lines.ts";

/** A terminal that never scrolls and knows the sequences that are used. */
class Screen {
  readonly rows: string[] = [""];
  columns = 20;

  write(text: string): void {
    for (const [, up, clear, character] of text.matchAll(/\u001b\[(\d+)A\r|(\u001b\[J)|([\s\S])/gu)) {
      if (up !== undefined) this.#row -= Number(up);
      else if (clear !== undefined) this.rows.splice(this.#row, Number.POSITIVE_INFINITY, "");
      else if (character === "\n") this.rows[++this.#row] ??= "";
      else this.#put(character ?? "");
    }
  }

  /** Moves what is too long for fewer columns to further rows, as terminals do. */
  narrow(columns: number): void {
    this.columns = columns;
    const wrapped = this.rows.flatMap((row) => row.match(new RegExp(`.{1,${columns}}`, "gu")) ?? [""]);
    this.rows.splice(0, Number.POSITIVE_INFINITY, ...wrapped);
    this.#row = this.rows.length - 1;
  }

  #row = 0;

  #put(character: string): void {
    this.rows[this.#row] += character;
  }
}

function pinnedOn(screen: Screen): PinnedLines {
  return new PinnedLines({
    write: (text) => screen.write(text),
    columns: () => screen.columns,
    isAscii: false,
  });
}

test("pinned lines stay last and change in place; others pass above them", () => {
  const screen = new Screen();
  const pinned = pinnedOn(screen);
  pinned.above("block\nof two");
  pinned.pin(["count 0", "story"]);
  pinned.writer.write("a line of the log\n  goes on below");
  pinned.pin(["count 1", "another story that is far too long"]);
  assert.deepEqual(screen.rows, [
    "block",
    "of two",
    "a line of the log",
    "  goes on below",
    "count 1",
    "another story that",
    "is far too long",
    "",
  ]);
});

test("a line that is too long goes on below, and all of it is replaced by the next", () => {
  const screen = new Screen();
  const pinned = pinnedOn(screen);
  pinned.pin(["  alpha answered when beta failed", "a-word-that-is-longer-than-it"]);
  assert.deepEqual(screen.rows, ["  alpha answered", "  when beta failed", "a-word-that-is-lon…", ""]);
  pinned.pin(["  short"]);
  assert.deepEqual(screen.rows, ["  short", ""]);
});

test("a terminal that became narrower leaves nothing behind", () => {
  const screen = new Screen();
  const pinned = pinnedOn(screen);
  pinned.above("block");
  pinned.pin(["0123456789012345", "story"]);
  screen.narrow(10);
  pinned.pin(["count 1", "story"]);
  assert.deepEqual(screen.rows, ["block", "count 1", "story", ""]);
});

test("after the end the last ones stay, and what follows stands below", () => {
  const screen = new Screen();
  const pinned = pinnedOn(screen);
  pinned.pin(["count 1"]);
  pinned.end();
  pinned.pin(["count 2"]);
  pinned.above("Stopped.");
  assert.deepEqual(screen.rows, ["count 1", "Stopped.", ""]);
});
