// Chunked bodies, and changes to messages that know of lines and numbers.

import { mutated, segments } from "../mutate.ts";
import type { Random } from "../random.ts";

const SIZES = [
  "0",
  "00000000",
  "000000000",
  "7fffffff",
  "ffffffff",
  "100000000",
  "ffffffffffffffff",
  "-1",
  "0x5",
];
const EXTENSIONS = [
  ";a",
  ";a=b",
  ';a="b c"',
  ';a="\\"\\\\"',
  ";a;b=c",
  " ; a = b",
  ";",
  ";=",
  ';a="',
  ';a="\\\x01"',
  ';a="\\\n"',
  ";a=b\n",
  " ",
  "\t",
  ";a=\x7f",
  ";a\r",
] as const;
const TRAILERS = [
  "x-a: 1\r\n",
  "x-a:\r\nx-b: \xe9\r\n",
  "content-length: 5\r\n",
  "transfer-encoding: chunked\r\n",
  "no colon\r\n",
  "x-a: 1\n",
  " x: 1\r\n",
  "x : 1\r\n",
] as const;
const ENDS = [
  "\n",
  "\r",
  "\r\r\n",
  "\n\r",
  "\r\n\r\n",
  "",
  " \r\n",
  "\r\n ",
  "\0\r\n",
  "\x0b\r\n",
  "x\n",
  "\n\n",
  "\rx",
] as const;
const NUMBERS = [
  "0",
  "1",
  "5",
  "+5",
  "-5",
  "5 ",
  "0x5",
  "5,5",
  "05",
  "1e1",
  "99999999999999999999",
  "",
  "4294967296",
];

/** A body in chunks. `isOdd`: some of it is not as the standard has it. */
export function chunkedBody(random: Random, body: string, isOdd: boolean): string {
  let text = "";
  for (let at = 0; at < body.length; ) {
    const length = random.between(1, body.length - at);
    const hex = length.toString(16);
    const size = random.chance(80) ? hex : random.pick([hex.toUpperCase(), `0${hex}`, `0000000${hex}`]);
    text += `${isOdd && random.chance(10) ? random.pick(SIZES) : size}`;
    if (random.chance(isOdd ? 30 : 5)) text += random.pick(isOdd ? EXTENSIONS : EXTENSIONS.slice(0, 5));
    text += `\r\n${body.slice(at, at + length)}${isOdd && random.chance(10) ? random.pick(ENDS) : "\r\n"}`;
    at += length;
  }
  const trailer = random.chance(isOdd ? 30 : 5) ? random.pick(isOdd ? TRAILERS : TRAILERS.slice(0, 2)) : "";
  return `${text}0\r\n${trailer}\r\n`;
}

/** Some bytes of a body: mostly few, now and then more than one read brings. */
export function someBody(random: Random): string {
  const most = random.below(500) === 0 ? 200_000 : random.pick([0, 5, 13, 13, 40, 40, 300, 3_000]);
  const piece = random.pick([
    '{"model":"m"}',
    "\r\n\r\n",
    "0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a",
    "\0\xff",
  ]);
  return piece.repeat(Math.ceil(most / piece.length)).slice(0, random.below(most + 1));
}

/** A line end of another kind, a line twice or not at all or elsewhere, a number changed; or bytes changed anyhow. */
export function mutatedMessage(random: Random, text: string, words: Words): Buffer {
  let result = text;
  for (let count = random.between(1, 3); count > 0; count -= 1)
    result = random.pick(CHANGES)(random, result, words);
  return Buffer.from(result, "latin1");
}

/** The reads in which bytes come: mostly few, since a head in many is left to `node:http`. */
export function reads(random: Random, bytes: Buffer): Buffer[] {
  const kind = random.below(100);
  if (kind < 45 || bytes.length === 0) return [bytes];
  if (kind < 55) return segments(random, bytes);
  const places = random
    .times(random.between(1, 4), () => random.below(bytes.length))
    .sort((one, two) => one - two);
  const pieces = [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
  return pieces.filter((piece) => piece.length > 0);
}

/** What matters to the reader of this kind of message, as text and as bytes. */
export type Words = { readonly texts: readonly string[]; readonly bytes: readonly Buffer[] };

/** Both forms of words in latin1, made once: a case must not pay for all of them. */
export function wordsOf(texts: readonly string[]): Words {
  return { texts, bytes: texts.map((text) => Buffer.from(text, "latin1")) };
}

type Change = (random: Random, text: string, words: Words) => string;

const CHANGES: readonly Change[] = [
  bytesChanged,
  bytesChanged,
  (random, text) => lineChanged(random, text, (line) => line + random.pick(ENDS)),
  (random, text) => lineChanged(random, text, (line) => `${line}\r\n${line}\r\n`),
  (random, text) => lineChanged(random, text, () => ""),
  (random, text, words) => lineChanged(random, text, (line) => `${random.pick(words.texts)}${line}\r\n`),
  (random, text, words) => lineChanged(random, text, (line) => `${line}\r\n${random.pick(words.texts)}`),
  (random, text) => {
    const places = [...text.matchAll(/\d+/g)];
    if (places.length === 0) return text;
    const { 0: old, index } = random.pick(places);
    const near = String(Math.max(0, Number(old) + random.between(-2, 2)));
    const number = random.chance(50) ? near : random.pick(NUMBERS);
    return text.slice(0, index) + number + text.slice(index + old.length);
  },
  (random, text) => {
    // A letter in the other case.
    const at = random.below(text.length);
    const letter = text.charAt(at);
    const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
    return other.length === 1 && other <= "\xff" ? text.slice(0, at) + other + text.slice(at + 1) : text;
  },
];

function bytesChanged(random: Random, text: string, { bytes }: Words): string {
  return mutated(random, Buffer.from(text, "latin1"), bytes, 1).toString("latin1");
}

function lineChanged(random: Random, text: string, change: (line: string) => string): string {
  const lines = text.split("\r\n");
  const index = random.below(lines.length);
  const before = lines.slice(0, index).map((line) => `${line}\r\n`);
  return before.join("") + change(lines[index] ?? "") + lines.slice(index + 1).join("\r\n");
}
