// The chunked coding of requests: sizes, extensions, line ends, trailers (RFC 9112 §7.1).

import { CHUNKED, HOST, head, POST, type RequestRow, requestRows } from "../request-row.ts";

const AB = "POST / =ab > 200 kept";

const BROKEN = "POST / !bad_request > 400 closed";

/** The head is served; its body is none. */
function broken(rfc: string, sent: string): Omit<RequestRow, "name"> {
  const why =
    "node:http answers by itself, and whoever reads the body learns of the end of the connection only";
  return { rfc, sent, want: BROKEN, onNode: { want: "POST / !client_closed > 400 closed", why } };
}
const LAST = "0\r\n\r\n";
const NEXT = head("GET /next HTTP/1.1", HOST);

const HEAD = head(POST, HOST, CHUNKED);

/** The coding is broken where it matters to nobody, and the other engine lets it pass. */
function strict(sent: string): Omit<RequestRow, "name"> {
  const why = "the extension is dropped there, and the size is the same";
  return { rfc: "RFC 9112 §7.1.1", sent, want: BROKEN, onNode: { want: AB, why } };
}

/** Trailers are dropped whatever they say. */
function dropped(sent: string): Omit<RequestRow, "name"> {
  const why = "a field that may not be in a trailer may be dropped or refused; it counts for neither";
  const want = "POST / =ab; GET /next > 200 200 kept";
  return {
    rfc: "RFC 9110 §6.5.1",
    sent,
    want,
    onNode: { want: "POST / !client_closed > 400 closed", why },
  };
}

const SIZES = requestRows({
  "two chunks": { rfc: "RFC 9112 §7.1", sent: `${HEAD}1\r\na\r\n1\r\nb\r\n${LAST}`, want: AB },
  "no chunk": { rfc: "RFC 9112 §7.1", sent: `${HEAD}${LAST}`, want: "POST / > 200 kept" },
  "a last chunk of many zeros": { rfc: "RFC 9112 §7.1", sent: `${HEAD}2\r\nab\r\n0000\r\n\r\n`, want: AB },
  "a size with zeros before it": { rfc: "RFC 9112 §7.1", sent: `${HEAD}00000002\r\nab\r\n${LAST}`, want: AB },
  "a size in capitals": {
    rfc: "RFC 9112 §7.1",
    sent: `${HEAD}A\r\n0123456789\r\n${LAST}`,
    want: "POST / =0123456789 > 200 kept",
  },
  "a size with twenty zeros before it": {
    rfc: "RFC 9112 §7.1",
    sent: `${HEAD}${"0".repeat(20)}2\r\nab\r\n${LAST}`,
    want: AB,
  },
  "a size with 0x": broken("RFC 9112 §7.1", `${HEAD}0x2\r\nab\r\n${LAST}`),
  "a size with a plus": broken("RFC 9112 §7.1", `${HEAD}+2\r\nab\r\n${LAST}`),
  "a size with a minus": broken("RFC 9112 §7.1", `${HEAD}-2\r\nab\r\n${LAST}`),
  "a size with an underscore": broken("RFC 9112 §7.1", `${HEAD}0_2\r\nab\r\n${LAST}`),
  "no size": broken("RFC 9112 §7.1", `${HEAD}\r\nab\r\n${LAST}`),
  "no size but an extension": broken("RFC 9112 §7.1", `${HEAD};a=b\r\nab\r\n${LAST}`),
  "a size that is a word": broken("RFC 9112 §7.1", `${HEAD}xyz\r\nab\r\n${LAST}`),
  "a space before the size": broken("RFC 9112 §7.1", `${HEAD} 2\r\nab\r\n${LAST}`),
  "a space behind the size": broken("RFC 9112 §7.1.1", `${HEAD}2 \r\nab\r\n${LAST}`),
  "a tab behind the size": broken("RFC 9112 §7.1.1", `${HEAD}2\t\r\nab\r\n${LAST}`),
  "a size of 2^32 + 2": {
    rfc: "RFC 9112 §7.1",
    sent: `${HEAD}100000002\r\nab\r\n${LAST}`,
    next: "wait",
    want: BROKEN,
    onNode: {
      want: "POST / !request_timeout > 408 closed",
      why: "it waits for the rest of so large a chunk",
    },
  },
  "a size of 2^64 + 2": broken("RFC 9112 §7.1", `${HEAD}10000000000000002\r\nab\r\n${LAST}`),
  "a chunk shorter than its size": broken("RFC 9112 §7.1", `${HEAD}3\r\nab\r\n${LAST}`),
  "a chunk longer than its size": broken("RFC 9112 §7.1", `${HEAD}1\r\nab\r\n${LAST}`),
  "more chunks than a body may have bytes": {
    rfc: "RFC 9110 §15.5.14",
    sent: [HEAD, `3e9\r\n${"a".repeat(1_001)}\r\n${LAST}`],
    want: "POST / !request_too_large > 413 kept",
  },
});

const LINE_ENDS = requestRows({
  "a bare LF behind the size": broken("RFC 9112 §7.1", `${HEAD}2\nab\r\n${LAST}`),
  "a bare CR behind the size": broken("RFC 9112 §7.1", `${HEAD}2\rab\r\n${LAST}`),
  "a bare LF behind the data": broken("RFC 9112 §7.1", `${HEAD}2\r\nab\n${LAST}`),
  "a bare CR behind the data": broken("RFC 9112 §7.1", `${HEAD}2\r\nab\r${LAST}`),
  "anything in place of the line end behind the data": broken("RFC 9112 §7.1", `${HEAD}2\r\nabXX${LAST}`),
  "no line end behind the data": broken("RFC 9112 §7.1", `${HEAD}2\r\nab${LAST}`),
  "a bare LF behind the last size": broken("RFC 9112 §7.1", `${HEAD}2\r\nab\r\n0\n\r\n`),
  "a bare LF for the last line": broken("RFC 9112 §7.1", `${HEAD}2\r\nab\r\n0\r\n\n`),
  "a line end too many between chunks": broken("RFC 9112 §7.1", `${HEAD}1\r\na\r\n\r\n1\r\nb\r\n${LAST}`),
});

const EXTENSIONS = requestRows({
  "an extension": { rfc: "RFC 9112 §7.1.1", sent: `${HEAD}2;a=b\r\nab\r\n${LAST}`, want: AB },
  "an extension without a value": { rfc: "RFC 9112 §7.1.1", sent: `${HEAD}2;a;c\r\nab\r\n${LAST}`, want: AB },
  "an extension in quotes": {
    rfc: "RFC 9112 §7.1.1",
    sent: `${HEAD}2;a="x;\\"y z"\r\nab\r\n${LAST}`,
    want: AB,
  },
  "an extension of the last chunk": {
    rfc: "RFC 9112 §7.1.1",
    sent: `${HEAD}2\r\nab\r\n0;a=b\r\n\r\n`,
    want: AB,
  },
  "an extension without a name": broken("RFC 9112 §7.1.1", `${HEAD}2;\r\nab\r\n${LAST}`),
  "an extension that is only a value": strict(`${HEAD}2;=b\r\nab\r\n${LAST}`),
  "an extension whose value is missing": strict(`${HEAD}2;a=\r\nab\r\n${LAST}`),
  "an extension with two values": broken("RFC 9112 §7.1.1", `${HEAD}2;a=b=c\r\nab\r\n${LAST}`),
  "a quoted value with something behind it": broken("RFC 9112 §7.1.1", `${HEAD}2;a="b"c\r\nab\r\n${LAST}`),
  "a name in quotes": broken("RFC 9112 §7.1.1", `${HEAD}2;"a"\r\nab\r\n${LAST}`),
  "quotes that do not end": broken("RFC 9112 §7.1.1", `${HEAD}2;a="b\r\nab\r\n${LAST}`),
  "an extension with spaces": broken("RFC 9112 §7.1.1", `${HEAD}2 ; a = b\r\nab\r\n${LAST}`),
  "a bare LF in an extension": broken("RFC 9112 §7.1.1", `${HEAD}2;a\nab\r\n${LAST}`),
  "a bare CR in an extension": broken("RFC 9112 §7.1.1", `${HEAD}2;a\rb\r\nab\r\n${LAST}`),
  "a NUL in an extension": broken("RFC 9112 §7.1.1", `${HEAD}2;a\0\r\nab\r\n${LAST}`),
  "a bare LF in quotes": broken("RFC 9112 §7.1.1", `${HEAD}2;a="\n"\r\nab\r\n${LAST}`),
  "an extension of 20,000 bytes": broken(
    "RFC 9112 §7.1.1",
    `${HEAD}2;${"a".repeat(20_000)}\r\nab\r\n${LAST}`,
  ),
});

const TRAILERS = requestRows({
  "a trailer": { rfc: "RFC 9112 §7.1.2", sent: `${HEAD}2\r\nab\r\n0\r\nX: 1\r\n\r\n`, want: AB },
  "a trailer, and a request behind it": {
    rfc: "RFC 9112 §7.1.2",
    sent: `${HEAD}2\r\nab\r\n0\r\nX: 1\r\n\r\n${NEXT}`,
    want: "POST / =ab; GET /next > 200 200 kept",
  },
  "a Host in the trailer": {
    rfc: "RFC 9110 §6.5.1",
    sent: `${HEAD}2\r\nab\r\n0\r\nHost: evil\r\n\r\n`,
    want: AB,
  },
  "a length in the trailer": dropped(`${HEAD}2\r\nab\r\n0\r\nContent-Length: 44\r\n\r\n${NEXT}`),
  "a coding in the trailer": dropped(`${HEAD}2\r\nab\r\n0\r\n${CHUNKED}\r\n\r\n${NEXT}`),
  "an offer in the trailer": {
    rfc: "RFC 9110 §6.5.1",
    sent: `${HEAD}2\r\nab\r\n0\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n${NEXT}`,
    want: "POST / =ab; GET /next > 200 200 kept",
  },
  "a trailer without a colon": broken("RFC 9112 §5", `${HEAD}2\r\nab\r\n0\r\nX\r\n\r\n`),
  "a trailer without a name": broken("RFC 9112 §5", `${HEAD}2\r\nab\r\n0\r\n: 1\r\n\r\n`),
  "a space before the colon of a trailer": broken("RFC 9112 §5.1", `${HEAD}2\r\nab\r\n0\r\nX : 1\r\n\r\n`),
  "a trailer that goes on in the next line": broken(
    "RFC 9112 §5.2",
    `${HEAD}2\r\nab\r\n0\r\nX: 1\r\n 2\r\n\r\n`,
  ),
  "a bare LF ends a trailer": broken("RFC 9112 §2.2", `${HEAD}2\r\nab\r\n0\r\nX: 1\n\r\n`),
  "a NUL in a trailer": broken("RFC 9110 §5.5", `${HEAD}2\r\nab\r\n0\r\nX: \0\r\n\r\n`),
  "a request where the trailer should be": broken("RFC 9112 §7.1.2", `${HEAD}2\r\nab\r\n0\r\n${NEXT}`),
  "trailers of 40,000 bytes": {
    rfc: "RFC 6585 §5",
    sent: `${HEAD}2\r\nab\r\n0\r\nX: ${"a".repeat(40_000)}\r\n\r\n`,
    want: BROKEN,
    onNode: { want: "POST / !client_closed > 431 closed", why: "it counts trailers as fields of a head" },
  },
});

export const CHUNKS = [...SIZES, ...LINE_ENDS, ...EXTENSIONS, ...TRAILERS];
