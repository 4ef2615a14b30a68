// Tests of `chunk-decoder.ts`: split at every byte it reads the same, and what is no such coding is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkDecoder } from "./chunk-decoder.ts";

type Read = { readonly body: string; readonly rest: string; readonly isDone: boolean };

/** Decodes a text that comes in reads of `size` bytes; undefined where it is refused. */
function decoded(text: string, size = text.length): Read | undefined {
  const decoder = new ChunkDecoder();
  const bytes = Buffer.from(text, "latin1");
  let body = "";
  for (let at = 0; at < bytes.length; at += size) {
    const read = Buffer.from(bytes.subarray(at, at + size));
    const found = decoder.decode(read);
    if (found.isBroken) return undefined;
    body += read.toString("latin1", found.from, found.to);
    if (decoder.isDone) return { body, rest: bytes.toString("latin1", at + found.rest), isDone: true };
  }
  return { body, rest: "", isDone: false };
}

const WHOLE: Readonly<Record<string, readonly [coded: string, body: string, rest: string]>> = {
  "one chunk": ["5\r\nhello\r\n0\r\n\r\n", "hello", ""],
  "no chunk": ["0\r\n\r\n", "", ""],
  "several chunks, with what follows": ["1\r\na\r\n2\r\nbc\r\n0\r\n\r\nGET / HTTP", "abc", "GET / HTTP"],
  "sizes in either case and with zeros in front": [
    "0A\r\n0123456789\r\n00b\r\n0123456789x\r\n000\r\n\r\n",
    "01234567890123456789x",
    "",
  ],
  "a size with more zeros in front than it needs digits": [
    "000000000000000a\r\n0123456789\r\n0\r\n\r\n",
    "0123456789",
    "",
  ],
  extensions: ['3;a=b;c="d \\" e"\r\nabc\r\n1;x\r\nd\r\n0;last\r\n\r\n', "abcd", ""],
  "trailer fields": ["1\r\na\r\n0\r\nx-a: 1\r\nx-b: \r\n\r\nrest", "a", "rest"],
  "data that looks like the coding": ["7\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n\r\n", ""],
};

for (const [what, [coded, body, rest]] of Object.entries(WHOLE)) {
  test(`${what}: the same in reads of any size`, () => {
    for (let size = 1; size <= coded.length; size += 1) {
      const found = decoded(coded, size);
      assert.deepEqual(found, { body, rest, isDone: true }, `in reads of ${size}`);
    }
  });
}

const BROKEN: Readonly<Record<string, string>> = {
  "no size (RFC 9112 §7.1)": "\r\nhello",
  "a size that is no number": "g\r\nhello\r\n",
  "a sign in front of a size": "+5\r\nhello\r\n0\r\n\r\n",
  "0x in front of a size": "0x5\r\nhello\r\n0\r\n\r\n",
  "a space in front of a size": " 5\r\nhello\r\n0\r\n\r\n",
  "a size beyond any limit": "100000000\r\n",
  "a size that would wrap around": "ffffffffffffffff5\r\nhello\r\n0\r\n\r\n",
  "a bare LF behind a size (§2.2)": "5\nhello\r\n0\r\n\r\n",
  "a bare CR behind a size": "5\rhello\r\n0\r\n\r\n",
  "data longer than its size": "4\r\nhello\r\n0\r\n\r\n",
  "data shorter than its size": "6\r\nhello\r\n0\r\n\r\n",
  "a bare LF behind data": "5\r\nhello\n0\r\n\r\n",
  "no line end behind data": "5\r\nhello0\r\n\r\n",
  "a bare LF at the end": "0\r\n\n",
  "a control character in an extension (§7.1.1)": "5;a\u0000\r\nhello\r\n0\r\n\r\n",
  "a bare LF in an extension": "5;a\nb\r\nhello\r\n0\r\n\r\n",
  "an extension without a name": "5;\r\nhello\r\n0\r\n\r\n",
  "an extension that is only a value": "5;=b\r\nhello\r\n0\r\n\r\n",
  "an extension whose value is missing": "5;a=\r\nhello\r\n0\r\n\r\n",
  "an extension with two values": "5;a=b=c\r\nhello\r\n0\r\n\r\n",
  "an extension with a name in quotes": '5;"a"\r\nhello\r\n0\r\n\r\n',
  "an extension with something behind its quotes": '5;a="b"c\r\nhello\r\n0\r\n\r\n',
  "extensions without end": `1;${"a".repeat(17 * 1024)}\r\n`,
  "many long extensions": `1;${"a".repeat(1024)}\r\nx\r\n`.repeat(17),
  "a trailer line that goes on (§5.2)": "0\r\nx: 1\r\n y\r\n\r\n",
  "a trailer line without a name": "0\r\n: 1\r\n\r\n",
  "a trailer line without a colon": "0\r\nx\r\n\r\n",
  "a space in front of a trailer's colon (§5.1)": "0\r\nx : 1\r\n\r\n",
  "a space behind a size": "5 \r\nhello\r\n0\r\n\r\n",
  "zeros without end in front of a size": "0".repeat(17 * 1024),
  "a quote in place of an extension's name": '5;"a"\r\nhello\r\n0\r\n\r\n',
  "a quote in an extension's name": '5;a"b"\r\nhello\r\n0\r\n\r\n',
  "an extension without the value that it announces": "5;a=\r\nhello\r\n0\r\n\r\n",
  "something behind a quoted value": '5;a="b"c\r\nhello\r\n0\r\n\r\n',
  "a space in an extension": "5;a b\r\nhello\r\n0\r\n\r\n",
  "a quote in an extension that is not closed": '5;a="\r\nhello\r\n0\r\n\r\n',
  "a control character in a trailer": "0\r\nx: \u0001\r\n\r\n",
  "a bare LF in a trailer": "0\r\nx: 1\n\r\n",
  "trailers without end": `0\r\n${"x: 1\r\n".repeat(5_000)}`,
};

for (const [what, coded] of Object.entries(BROKEN)) {
  test(`${what} is refused, in reads of any size`, () => {
    for (const size of [1, 2, 3, 7, coded.length])
      assert.equal(decoded(coded, size), undefined, `in reads of ${size}`);
  });
}

test("a body that has not come whole is neither done nor refused", () => {
  const coded = "5\r\nhello\r\n0\r\nx: 1\r\n\r\n";
  for (let length = 0; length < coded.length; length += 1)
    assert.equal(decoded(coded.slice(0, length))?.isDone, false, `${length} bytes`);
});

test("ten thousand chunks of a byte are one piece", () => {
  const found = decoded(`${"1\r\na\r\n".repeat(10_000)}0\r\n\r\n`);
  assert.equal(found?.body, "a".repeat(10_000));
});
