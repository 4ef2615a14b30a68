// The outbound engine's reading of answers beside that of others: `node:http`, http-parser-js, and a strict reference.
// The input is a letter for the method that was asked with, and then all that an endpoint sends until it closes the
// connection; the places where it is cut follow from it.

import type { Area, Finding } from "../area.ts";
import { engineAnswers } from "../engine/engine-answers.ts";
import { jsAnswers } from "../engine/js-parser.ts";
import { judged } from "../engine/judge.ts";
import { chunkedBody, mutatedMessage, reads, someBody, wordsOf } from "../engine/message-mutations.ts";
import { nodeAnswers } from "../engine/node-parser.ts";
import { referenceAnswer } from "../engine/reference.ts";
import { HEAD_MARKS } from "../mutate.ts";
import { Random, seedOf } from "../random.ts";

/** Of a hundred inputs so many are also given to `node:http`, which takes as long as all the rest. */
const SAMPLED_PERCENT = 2;

const METHODS: Readonly<Record<string, string>> = { G: "GET", H: "HEAD", P: "POST" };

const FIELDS = [
  "Content-Type: application/json",
  "Date: Thu, 01 Jan 1970 00:00:00 GMT",
  "x-a:b\t",
  "x-empty:",
  "x-name: \xe9\xff",
  "Connection: keep-alive",
  "Connection: close",
  "Keep-Alive: timeout=5, max=100",
  "Set-Cookie: a=b",
  "Set-Cookie: c=d",
  "__proto__: x",
  "X-Long: ".padEnd(300, "v"),
] as const;

const ODD_FIELDS = [
  "Content-Length: 3",
  "Content-Length: 0",
  "Content-Length: 5, 5",
  "Content-Length: +5",
  "Content-Length:",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: Chunked",
  "Transfer-Encoding: gzip, chunked",
  "Transfer-Encoding: gzip",
  "Transfer-Encoding: identity",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: chunked\xa0",
  "Transfer-Encoding:",
  "Transfer-Encoding : chunked",
  "Content-Length : 5",
  "X-Fold: a\r\n b",
  "X-Fold: a\r\n\tContent-Length: 0",
  " X-Space: a",
  "X-Bare: a\nContent-Length: 0",
  "X-Cr: a\rb",
  "X-Nul: a\0b",
  ": empty",
  "no colon",
  "Upgrade: h2c",
  "Connection: Upgrade",
  "Connection: close\r\nConnection: keep-alive",
  "Connection: keep-alive, close",
  "Connection: \xa0close",
  "Connection: x,\tkeep-alive ,y",
  "Connection:\xa0keep-alive",
  "Proxy-Connection: close",
  "X-Big: ".padEnd(9_000, "v"),
] as const;

const WORDS = wordsOf([
  ...ODD_FIELDS.slice(0, -1).map((field) => `${field}\r\n`),
  ...HEAD_MARKS,
  ";",
  "0\r\n\r\n",
  "5\r\nhello\r\n",
  "HTTP/1.1 100 \r\n\r\n",
  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.0 ",
  "HTTP/1.1 204\r\n",
  " 304 ",
]);

/** What an endpoint sends on one connection. */
export const ENGINE_RESPONSES: Area = {
  name: "engine-responses",
  make: (random) => {
    const isOdd = random.chance(40);
    const interim = random.times(random.pick([0, 0, 0, 0, 1, 2]), () => interimText(random, isOdd));
    const text =
      interim.join("") + answerText(random, isOdd) + (random.chance(10) ? answerText(random, isOdd) : "");
    const method = random.pick(["G", "P", "P", "P", "P", "H"]);
    const bytes = random.chance(30) ? Buffer.from(text, "latin1") : mutatedMessage(random, text, WORDS);
    return Buffer.concat([Buffer.from(method), bytes]);
  },
  open: async () => ({ check, close: async () => {} }),
};

async function check(input: Buffer): Promise<Finding | undefined> {
  const method = METHODS[input.toString("latin1", 0, 1)];
  if (method === undefined) return undefined;
  const bytes = input.subarray(1);
  const random = new Random(seedOf(input));
  const pieces = reads(random, bytes);
  const engine = engineAnswers(pieces, method);
  return judged(engine, {
    reference: referenceAnswer(bytes, method),
    js: jsAnswers(pieces, method),
    node: () => nodeAnswers(pieces, method),
    isSampled: random.chance(SAMPLED_PERCENT),
  });
}

function interimText(random: Random, isOdd: boolean): string {
  const status = random.pick(["100", "100", "103", "102", "199", "101"]);
  const field = random.chance(30) ? `${random.pick(FIELDS)}\r\n` : "";
  const odd = isOdd && random.chance(20) ? `${random.pick(ODD_FIELDS)}\r\n` : "";
  return `HTTP/1.1 ${status} x\r\n${field}${odd}\r\n`;
}

function answerText(random: Random, isOdd: boolean): string {
  const status = random.chance(70)
    ? "200"
    : random.pick(["204", "304", "404", "500", "299", "600", "999", "099"]);
  const reason = random.pick([" OK", " OK", " ", "", " \xe9\t"]);
  const lines = [
    `HTTP/${random.chance(85) ? "1.1" : random.pick(["1.0", "1.0", "1.2", "2.0"])} ${status}${reason}`,
  ];
  for (let count = random.below(4); count > 0; count -= 1) lines.push(random.pick(FIELDS));
  const body = someBody(random);
  const framing = random.pick(["chunked", "chunked", "length", "length", "close"]);
  if (framing === "chunked")
    lines.push(random.pick(["Transfer-Encoding: chunked", "transfer-encoding:Chunked "]));
  else if (framing === "length") lines.push(`Content-Length: ${body.length}`);
  if (isOdd && random.chance(60)) lines.splice(random.between(1, lines.length), 0, random.pick(ODD_FIELDS));
  return `${lines.join("\r\n")}\r\n\r\n${framing === "chunked" ? chunkedBody(random, body, isOdd) : body}`;
}
