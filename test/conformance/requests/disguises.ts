// Lengths, codings and line ends in disguise: what one reader takes for the thing itself and another for something else
// is refused (RFC 9112 §11.2).

import { CHUNKED, GET, HOST, head, POST, REFUSED, requestRows } from "../request-row.ts";

const LAST = "0\r\n\r\n";
const LENGTH = "Content-Length: 2";

function post(fields: readonly string[], body: string): string {
  return head(POST, HOST, ...fields) + body;
}

/** The head is served; its body is none. */
function broken(rfc: string, body: string) {
  const why =
    "node:http answers by itself, and whoever reads the body learns of the end of the connection only";
  return {
    rfc,
    sent: post([CHUNKED], body),
    want: "POST / !bad_request > 400 closed",
    onNode: { want: "POST / !client_closed > 400 closed", why },
  };
}

function refused(rfc: string, fields: readonly string[], body: string) {
  return { rfc, sent: post(fields, body), want: REFUSED };
}

const LENGTHS = requestRows({
  "a length in a digit above the line": refused("RFC 9110 §8.6", ["Content-Length: \xb2"], "ab"),
  "a length in digits of another script": refused("RFC 9110 §8.6", ["Content-Length: \xd9\xa2"], "ab"),
  "a length and nothing in a list": refused("RFC 9110 §8.6", ["Content-Length: 2,"], "ab"),
  "nothing and a length in a list": refused("RFC 9110 §8.6", ["Content-Length: ,2"], "ab"),
  "a length with a parameter": refused("RFC 9110 §8.6", ["Content-Length: 2;a=b"], "ab"),
  "a length behind a vertical tab": refused("RFC 9110 §5.5", ["Content-Length: \v2"], "ab"),
  "a length before a next-line sign": refused("RFC 9110 §8.6", ["Content-Length: 2\x85"], "ab"),
  "a no-break space before the colon of a length": refused("RFC 9112 §5.1", ["Content-Length\xa0: 2"], "ab"),
  "a NUL before the colon of a length": refused("RFC 9112 §5.1", ["Content-Length\0: 2"], "ab"),
  "a length, and one with a space before its colon": refused(
    "RFC 9112 §5.1",
    [LENGTH, "Content-Length : 48"],
    "ab",
  ),
  "a length behind a bare CR": refused("RFC 9112 §2.2", ["X: a\rContent-Length: 2"], "ab"),
  "a length behind a colon that has no name": refused("RFC 9112 §5", [": Content-Length: 2"], "ab"),
  "a length in the second line of another field": refused(
    "RFC 9112 §5.2",
    ["X: a", " Content-Length: 2"],
    "ab",
  ),
  "an empty length beside a length": refused("RFC 9112 §6.3", ["Content-Length:", LENGTH], "ab"),
});

const CODINGS = requestRows({
  "a tab before the colon of a coding": refused("RFC 9112 §5.1", ["Transfer-Encoding\t: chunked"], LAST),
  "a vertical tab before the colon of a coding": refused(
    "RFC 9112 §5.1",
    ["Transfer-Encoding\v: chunked"],
    LAST,
  ),
  "a coding behind a bare LF": refused("RFC 9112 §2.2", [`X: a\n${CHUNKED}`], LAST),
  "a coding behind a bare CR": refused("RFC 9112 §2.2", [`X: a\r${CHUNKED}`], LAST),
  "a coding whose value begins with a bare LF": refused(
    "RFC 9112 §2.2",
    ["Transfer-Encoding:\nchunked"],
    LAST,
  ),
  "a length, and a coding behind a bare CR": refused("RFC 9112 §6.1", [LENGTH, `X: a\r${CHUNKED}`], "ab"),
  "a length, and a coding with a space before its colon": refused(
    "RFC 9112 §6.1",
    [LENGTH, "Transfer-Encoding : chunked"],
    "ab",
  ),
  "a length, and a coding that goes on in the next line": refused(
    "RFC 9112 §6.1",
    [LENGTH, "Transfer-Encoding: x", " chunked"],
    "ab",
  ),
  "a length in a line, a coding in the next, both twice": refused(
    "RFC 9112 §6.1",
    [LENGTH, CHUNKED, LENGTH, CHUNKED],
    LAST,
  ),
  "chunked with a comment": refused("RFC 9112 §7", ["Transfer-Encoding: chunked (really)"], LAST),
  "chunked with an accent": refused("RFC 9112 §7", ["Transfer-Encoding: ch\xfcnked"], LAST),
  "chunked in full width": refused("RFC 9112 §7", ["Transfer-Encoding: \xef\xbd\x83hunked"], LAST),
});

const CHUNKS = requestRows({
  "a size in a digit above the line": broken("RFC 9112 §7.1", `\xb2\r\nab\r\n${LAST}`),
  "a bare CR for the last line": broken("RFC 9112 §7.1", "2\r\nab\r\n0\r\n\rX"),
  "two CRs behind a size": broken("RFC 9112 §7.1", `2\r\r\nab\r\n${LAST}`),
  "a request hidden behind a bare LF in an extension": broken(
    "RFC 9112 §7.1.1",
    `2;\nxx\r\n2d\r\nab\r\n0\r\n\r\n${head("GET /hidden HTTP/1.1", HOST)}\r\n${LAST}`,
  ),
  "a request hidden in a trailer": broken(
    "RFC 9112 §7.1.2",
    `0\r\nX: a\nGET /hidden HTTP/1.1\r\nHost: h\r\n\r\n`,
  ),
});

const OTHERS = requestRows({
  "an expectation behind another word": {
    rfc: "RFC 9110 §10.1.1",
    sent: post(["Expect: y 100-continue", LENGTH], "ab"),
    want: "POST / =ab > 100 200 kept",
  },
  "an expectation twice": {
    rfc: "RFC 9110 §10.1.1",
    sent: post(["Expect: 100-continue", "Expect: 100-continue", LENGTH], "ab"),
    want: "POST / =ab > 100 200 kept",
  },
  "an expectation with a body that hides a request": {
    rfc: "RFC 9110 §10.1.1",
    sent: post(["Expect: 100-continue", "Content-Length: 22"], head("GET /hidden HTTP/1.1", HOST)),
    want: "POST / =GET /hidden HTTP/1.1\r\n > 100 200 400 closed",
  },
  "a GET whose length hides a request": {
    rfc: "RFC 9110 §9.3.1",
    sent: `${head(GET, HOST, "Content-Length: 33")}${head("GET /hidden HTTP/1.1", HOST)}`,
    want: "GET / =GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n > 200 kept",
  },
  "a hundred empty lines before the request": {
    rfc: "RFC 9112 §2.2",
    sent: "\r\n".repeat(100) + head(GET, HOST),
    want: "GET / > 200 kept",
  },
});

export const DISGUISES = [...LENGTHS, ...CODINGS, ...CHUNKS, ...OTHERS];
