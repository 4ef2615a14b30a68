// The chunked coding of answers: sizes, extensions, line ends, trailers, and ends too early (RFC 9112 §7.1, §8).

import { head } from "../request-row.ts";
import { CODED, HELLO, LENGTH_5, OK, responseRows } from "../response-row.ts";

/** An answer with these fields, and this behind it. */
function answer(fields: readonly string[], body: string): string {
  return head(OK, ...fields) + body;
}

const LAST = "0\r\n\r\n";
const IN_CHUNKS = `5\r\nhello\r\n${LAST}`;
const BROKEN = "200 !bad_response closed";

/** A chunked body that is broken from its first byte on. */
function broken(body: string): { rfc: string; sent: string; next: "fin"; want: string } {
  return { rfc: "RFC 9112 §7.1", sent: answer([CODED], body), next: "fin", want: BROKEN };
}

const CODING = responseRows({
  "two chunks": {
    rfc: "RFC 9112 §7.1",
    sent: answer([CODED], `2\r\nhe\r\n3\r\nllo\r\n${LAST}`),
    want: HELLO,
  },
  "a size with zeros before it": {
    rfc: "RFC 9112 §7.1",
    sent: answer([CODED], `0005\r\nhello\r\n${LAST}`),
    want: HELLO,
  },
  "an extension": {
    rfc: "RFC 9112 §7.1.1",
    sent: answer([CODED], `5;a="b;\\""\r\nhello\r\n${LAST}`),
    want: HELLO,
  },
  "a trailer is dropped": {
    rfc: "RFC 9112 §7.1.2",
    sent: answer([CODED], "5\r\nhello\r\n0\r\nX: 1\r\n\r\n"),
    want: HELLO,
  },
  "no chunk": { rfc: "RFC 9112 §7.1", sent: answer([CODED], LAST), want: "200 whole kept" },
  "no size": broken(`\r\nhello\r\n${LAST}`),
  "a size with 0x": broken(`0x5\r\nhello\r\n${LAST}`),
  "a size with a minus": broken(`-5\r\nhello\r\n${LAST}`),
  "a space before the size": broken(` 5\r\nhello\r\n${LAST}`),
  "a size of 2^64 + 5": broken(`10000000000000005\r\nhello\r\n${LAST}`),
  "a bare LF behind the size": broken(`5\nhello\r\n${LAST}`),
  "an extension without a name": broken(`5;\r\nhello\r\n${LAST}`),
  "no coding at all": broken("hello"),
  "a bare LF behind the data": {
    rfc: "RFC 9112 §7.1",
    sent: answer([CODED], `5\r\nhello\n${LAST}`),
    next: "fin",
    want: "200 =hello !bad_response closed",
  },
  "a chunk longer than its size": {
    rfc: "RFC 9112 §7.1",
    sent: answer([CODED], `4\r\nhello\r\n${LAST}`),
    next: "fin",
    want: "200 =hell !bad_response closed",
  },
  "a chunk shorter than its size": {
    rfc: "RFC 9112 §7.1",
    sent: answer([CODED], `6\r\nhello\r\n${LAST}`),
    next: "fin",
    want: "200 =hello\r !bad_response closed",
  },
  "a bare LF at the end": {
    rfc: "RFC 9112 §7.1",
    sent: answer([CODED], "5\r\nhello\r\n0\r\n\n"),
    next: "fin",
    want: "200 =hello !bad_response closed",
  },
  "a trailer without a colon": {
    rfc: "RFC 9112 §7.1.2",
    sent: answer([CODED], "5\r\nhello\r\n0\r\nX\r\n\r\n"),
    next: "fin",
    want: "200 =hello !bad_response closed",
  },
  "an answer where the trailer should be": {
    rfc: "RFC 9112 §7.1.2",
    sent: answer([CODED], `5\r\nhello\r\n0\r\n${answer([LENGTH_5], "hello")}`),
    next: "fin",
    want: "200 =hello !bad_response closed",
  },
});

/** Each place at which a chunked body may end too early, with what had come by then. */
const CUTS = responseRows(
  Object.fromEntries(
    Array.from(IN_CHUNKS, (_, at) => {
      const sent = answer([CODED], IN_CHUNKS.slice(0, at));
      const data = "hello".slice(0, Math.max(0, at - 3));
      const want = `200 ${data === "" ? "" : `=${data} `}!reset closed`;
      return [
        `an end ${at} bytes into a chunked body`,
        { rfc: "RFC 9112 §8", sent, next: "fin" as const, want },
      ];
    }),
  ),
);

export const CHUNKS = [...CODING, ...CUTS];
