// Changes to bytes that know nothing of their meaning: flips, cuts, repeats, words out of place.

import type { Random } from "./random.ts";

const ODD_BYTES: readonly number[] = [
  0, 9, 10, 13, 32, 34, 44, 45, 58, 59, 92, 123, 125, 127, 128, 192, 237, 255,
];

type Mutator = (random: Random, bytes: Buffer, words: readonly (string | Buffer)[]) => Buffer;

const MUTATORS: readonly Mutator[] = [
  // Flips a bit.
  (random, bytes) => changed(random, bytes, (byte) => byte ^ (1 << random.below(8))),
  // Puts a byte that means something somewhere in place of another.
  (random, bytes) => changed(random, bytes, () => random.pick(ODD_BYTES)),
  (random, bytes) => changed(random, bytes, () => random.below(256)),
  // Cuts a stretch out.
  (random, bytes) => {
    const [start, end] = stretch(random, bytes, 40);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  // Cuts the end off.
  (random, bytes) => bytes.subarray(0, random.below(bytes.length + 1)),
  // Repeats a stretch.
  (random, bytes) => {
    const [start, end] = stretch(random, bytes, 60);
    const times = random.chance(10) ? random.between(2, 200) : 1;
    const middle = Array.from({ length: times + 1 }, () => bytes.subarray(start, end));
    return Buffer.concat([bytes.subarray(0, start), ...middle, bytes.subarray(end)]);
  },
  // Moves a stretch.
  (random, bytes) => {
    const [start, end] = stretch(random, bytes, 40);
    const rest = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
    return inserted(rest, random.below(rest.length + 1), bytes.subarray(start, end));
  },
  (random, bytes) => inserted(bytes, random.below(bytes.length + 1), random.bytes(random.between(1, 4))),
  insertWord,
  insertWord,
  insertWord,
];

/** The bytes after `count` random changes. `words` are what matters to the reader of this kind of input. */
export function mutated(
  random: Random,
  bytes: Buffer,
  words: readonly (string | Buffer)[],
  count = random.between(1, 4),
): Buffer {
  let result = bytes;
  for (let done = 0; done < count; done += 1) result = random.pick(MUTATORS)(random, result, words);
  return result;
}

/** Cuts bytes into pieces at random places; many are one byte long, some hold everything. */
export function segments(random: Random, bytes: Buffer): Buffer[] {
  const largest = random.pick([1, 3, 17, 200, 5_000, bytes.length + 1]);
  const pieces: Buffer[] = [];
  // Thousands of writes would only test the kernel.
  const smallest = Math.ceil(bytes.length / 300);
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(smallest, random.between(1, largest));
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

function insertWord(random: Random, bytes: Buffer, words: readonly (string | Buffer)[]): Buffer {
  const word = Buffer.from(random.pick(words));
  const at = random.below(bytes.length + 1);
  if (random.chance(50)) return inserted(bytes, at, word);
  return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at + word.length)]);
}

function inserted(bytes: Buffer, at: number, piece: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

function changed(random: Random, bytes: Buffer, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = random.below(copy.length);
  const byte = copy[at];
  if (byte !== undefined) copy[at] = change(byte);
  return copy;
}

function stretch(random: Random, bytes: Buffer, longest: number): [number, number] {
  const start = random.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random.between(1, longest))];
}

/** What separates the parts of a head, rightly or wrongly. */
export const HEAD_MARKS: readonly string[] = ["\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", "\0"];
