// How long a body is: lengths, codings, and both, as smugglers send them (RFC 9112 §6, §11.2).

import { CHUNKED, HOST, head, POST, REFUSED, requestRows } from "../request-row.ts";

/** A request that a smuggler hides behind the body that one of two readers believes in. */
const HIDDEN = head("GET /hidden HTTP/1.1", HOST);

function post(fields: readonly string[], body: string): string {
  return head(POST, HOST, ...fields) + body;
}

const AB = "POST / =ab > 200 kept";

const LENGTHS = requestRows({
  "a length": { rfc: "RFC 9112 §6.2", sent: post(["Content-Length: 2"], "ab"), want: AB },
  "a length of none": {
    rfc: "RFC 9112 §6.2",
    sent: post(["Content-Length: 0"], ""),
    want: "POST / > 200 kept",
  },
  "a length with zeros before it": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 0002"], "ab"),
    want: AB,
  },
  "a length with spaces around it": {
    rfc: "RFC 9110 §5.5",
    sent: post(["Content-Length: \t2 \t"], "ab"),
    want: AB,
  },
  "a length with a plus": { rfc: "RFC 9110 §8.6", sent: post(["Content-Length: +2"], "ab"), want: REFUSED },
  "a length with a minus": { rfc: "RFC 9110 §8.6", sent: post(["Content-Length: -2"], "ab"), want: REFUSED },
  "a length below nothing": { rfc: "RFC 9110 §8.6", sent: post(["Content-Length: -0"], ""), want: REFUSED },
  "a length in hexadecimal": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 0x2"], "ab"),
    want: REFUSED,
  },
  "a length with a fraction": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 2.0"], "ab"),
    want: REFUSED,
  },
  "a length with an exponent": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 2e0"], "ab"),
    want: REFUSED,
  },
  "a length with an underscore": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 1_0"], "ab"),
    want: REFUSED,
  },
  "a length in two words": { rfc: "RFC 9110 §8.6", sent: post(["Content-Length: 2 2"], "ab"), want: REFUSED },
  "a length in quotes": { rfc: "RFC 9110 §8.6", sent: post(['Content-Length: "2"'], "ab"), want: REFUSED },
  "an empty length": { rfc: "RFC 9110 §8.6", sent: post(["Content-Length:"], "ab"), want: REFUSED },
  "a length that is a word": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: NaN"], "ab"),
    want: REFUSED,
  },
  "a length with a vertical tab": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: \v2"], "ab"),
    want: REFUSED,
  },
  "a length with a no-break space": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: \xa02"], "ab"),
    want: REFUSED,
  },
  "a length in digits beyond ASCII": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: \xb2"], "ab"),
    want: REFUSED,
  },
  "a length with a semicolon": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 2;a"], "ab"),
    want: REFUSED,
  },
  "a list of one length": { rfc: "RFC 9110 §8.6", sent: post(["Content-Length: 2, 2"], "ab"), want: REFUSED },
  "a list of two lengths": {
    rfc: "RFC 9112 §6.3",
    sent: post(["Content-Length: 2, 5"], "ab"),
    want: REFUSED,
  },
  "the same length twice": {
    rfc: "RFC 9112 §6.3",
    sent: post(["Content-Length: 2", "Content-Length: 2"], "ab"),
    want: REFUSED,
  },
  "two lengths": {
    rfc: "RFC 9112 §6.3",
    sent: post(["Content-Length: 0", "Content-Length: 48"], HIDDEN),
    want: REFUSED,
  },
  "a length of 2^64 + 2": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 18446744073709551618"], "ab"),
    want: REFUSED,
  },
  "a length of 2^32 + 2 is no length of 2": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 4294967298"], "ab"),
    want: "POST / !request_too_large > 413 closed",
  },
  "a length that no number holds exactly": {
    rfc: "RFC 9110 §8.6",
    sent: post(["Content-Length: 9007199254740993"], "ab"),
    want: "POST / !request_too_large > 413 closed",
  },
  "a body larger than it may be": {
    rfc: "RFC 9110 §15.5.14",
    sent: post(["Content-Length: 1001"], ""),
    want: "POST / !request_too_large > 413 closed",
  },
  "a GET with a body": {
    rfc: "RFC 9110 §9.3.1",
    sent: `${head("GET / HTTP/1.1", HOST, "Content-Length: 2")}ab`,
    want: "GET / =ab > 200 kept",
  },
  "a body that looks like a request": {
    rfc: "RFC 9112 §6.2",
    sent: post([`Content-Length: ${HIDDEN.length}`], HIDDEN),
    want: `POST / =${HIDDEN} > 200 kept`,
  },
});

/** Beside a length it is an error, whichever of the two comes first and whatever it says. */
const LAST = "0\r\n\r\n";

const CODINGS = requestRows({
  chunked: { rfc: "RFC 9112 §7.1", sent: post([CHUNKED], `2\r\nab\r\n${LAST}`), want: AB },
  "chunked, whatever its case": {
    rfc: "RFC 9112 §7",
    sent: post(["transfer-ENCODING: cHuNkEd"], `2\r\nab\r\n${LAST}`),
    want: AB,
  },
  "CL.TE": {
    rfc: "RFC 9112 §6.1",
    sent: post(["Content-Length: 6", CHUNKED], `${LAST}G`),
    want: REFUSED,
  },
  "TE.CL": {
    rfc: "RFC 9112 §6.1",
    sent: post([CHUNKED, "Content-Length: 4"], `2d\r\n${HIDDEN}\r\n${LAST}`),
    want: REFUSED,
  },
  "both, and the length is none": {
    rfc: "RFC 9112 §6.1",
    sent: post(["Content-Length: 0", CHUNKED], LAST),
    want: REFUSED,
  },
  "both, and another coding": {
    rfc: "RFC 9112 §6.1",
    sent: post(["Content-Length: 2", "Transfer-Encoding: gzip"], "ab"),
    want: REFUSED,
  },
  "both, and the coding is none": {
    rfc: "RFC 9112 §6.1",
    sent: post(["Content-Length: 2", "Transfer-Encoding: identity"], "ab"),
    want: REFUSED,
  },
  "both, and the coding is empty": {
    rfc: "RFC 9112 §6.1",
    sent: post(["Content-Length: 2", "Transfer-Encoding:"], "ab"),
    want: REFUSED,
  },
  "TE.TE: chunked twice": { rfc: "RFC 9112 §7", sent: post([CHUNKED, CHUNKED], LAST), want: REFUSED },
  "TE.TE: and another one behind": {
    rfc: "RFC 9112 §6.3",
    sent: post([CHUNKED, "Transfer-Encoding: x"], LAST),
    want: REFUSED,
  },
  "TE.TE: and an empty one behind": {
    rfc: "RFC 9112 §6.3",
    sent: post([CHUNKED, "Transfer-Encoding:"], LAST),
    want: REFUSED,
  },
  "TE.TE: and an empty one before": {
    rfc: "RFC 9112 §6.3",
    sent: post(["Transfer-Encoding:", CHUNKED], LAST),
    want: REFUSED,
  },
  "TE.TE: and identity before": {
    rfc: "RFC 9112 §6.3",
    sent: post(["Transfer-Encoding: identity", CHUNKED], LAST),
    want: REFUSED,
  },
  "chunked twice in a list": {
    rfc: "RFC 9112 §7.1",
    sent: post(["Transfer-Encoding: chunked, chunked"], LAST),
    want: REFUSED,
  },
  "a list that ends in chunked": {
    rfc: "RFC 9112 §6.1",
    sent: post(["Transfer-Encoding: gzip, chunked"], LAST),
    want: REFUSED,
  },
  "a list that does not end in chunked": {
    rfc: "RFC 9112 §6.3",
    sent: post(["Transfer-Encoding: chunked, gzip"], LAST),
    want: REFUSED,
  },
  "a list of chunked and nothing": {
    rfc: "RFC 9112 §6.1",
    sent: post(["Transfer-Encoding: chunked,"], LAST),
    want: REFUSED,
  },
  "a list of nothing and chunked": {
    rfc: "RFC 9112 §6.1",
    sent: post(["Transfer-Encoding: , chunked"], LAST),
    want: REFUSED,
  },
  "chunked with a parameter": {
    rfc: "RFC 9112 §7",
    sent: post(["Transfer-Encoding: chunked;a=b"], LAST),
    want: REFUSED,
  },
  "chunked in quotes": {
    rfc: "RFC 9112 §7",
    sent: post(['Transfer-Encoding: "chunked"'], LAST),
    want: REFUSED,
  },
  "chunked behind a vertical tab": {
    rfc: "RFC 9112 §7",
    sent: post(["Transfer-Encoding: \vchunked"], LAST),
    want: REFUSED,
  },
  "chunked behind a no-break space": {
    rfc: "RFC 9112 §7",
    sent: post(["Transfer-Encoding: \xa0chunked"], LAST),
    want: REFUSED,
  },
  "chunked with a letter more": {
    rfc: "RFC 9112 §7",
    sent: post(["Transfer-Encoding: xchunked"], LAST),
    want: REFUSED,
  },
  "chunked with a letter less": {
    rfc: "RFC 9112 §7",
    sent: post(["Transfer-Encoding: chunke"], LAST),
    want: REFUSED,
  },
  "chunked with a NUL": {
    rfc: "RFC 9112 §7",
    sent: post(["Transfer-Encoding: chunked\0"], LAST),
    want: REFUSED,
  },
  "gzip alone": { rfc: "RFC 9112 §6.3", sent: post(["Transfer-Encoding: gzip"], LAST), want: REFUSED },
  "identity alone": {
    rfc: "RFC 9112 §6.3",
    sent: post(["Transfer-Encoding: identity"], LAST),
    want: REFUSED,
  },
  "an empty coding": { rfc: "RFC 9112 §6.3", sent: post(["Transfer-Encoding:"], LAST), want: REFUSED },
  "chunked with spaces around it": {
    rfc: "RFC 9110 §5.5",
    sent: post(["Transfer-Encoding: \t chunked \t"], `2\r\nab\r\n${LAST}`),
    want: AB,
    onNode: {
      want: "POST / !client_closed > 400 closed",
      why: "its parser wants nothing behind the word, which is stricter than the rule",
      behind: AB,
    },
  },
  "chunked in HTTP/1.0": {
    rfc: "RFC 9112 §6.1",
    sent: `${head("POST / HTTP/1.0", HOST, CHUNKED)}2\r\nab\r\n${LAST}`,
    want: REFUSED,
  },
  "chunked in HTTP/1.0 that is to be kept": {
    rfc: "RFC 9112 §6.1",
    sent: `${head("POST / HTTP/1.0", HOST, CHUNKED, "Connection: keep-alive")}2\r\nab\r\n${LAST}`,
    want: REFUSED,
  },
  "a chunked GET": {
    rfc: "RFC 9110 §9.3.1",
    sent: `${head("GET / HTTP/1.1", HOST, CHUNKED)}2\r\nab\r\n${LAST}`,
    want: "GET / =ab > 200 kept",
  },
  "a Connection that names the length": {
    rfc: "RFC 9110 §7.6.1",
    sent: post(["Content-Length: 2", "Connection: content-length"], "ab"),
    want: AB,
  },
  "TE is another field": {
    rfc: "RFC 9110 §10.1.4",
    sent: post(["TE: chunked", "Content-Length: 2"], "ab"),
    want: AB,
  },
});

export const FRAMING = [...LENGTHS, ...CODINGS];
