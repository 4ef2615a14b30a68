// The inbound engine's reading of requests beside that of others: `node:http`, http-parser-js, and a strict reference.
// The input is all that a client sends on one connection; the places where it is cut follow from it.

import { type Area, type Finding, finding } from "../area.ts";
import { engineRequests, MAX_HEAD_BYTES } from "../engine/engine-requests.ts";
import { jsRequests } from "../engine/js-parser.ts";
import { judged } from "../engine/judge.ts";
import { chunkedBody, mutatedMessage, reads, someBody, wordsOf } from "../engine/message-mutations.ts";
import { NodeRequests } from "../engine/node-parser.ts";
import { referenceRequests } from "../engine/reference.ts";
import { HEAD_MARKS } from "../mutate.ts";
import { Random, seedOf } from "../random.ts";

/** Of a hundred inputs so many are also given to `node:http`, which takes as long as all the rest. */
const SAMPLED_PERCENT = 2;

const FIELDS = [
  "Accept: */*",
  "X-A: b",
  "x-a:b\t",
  "x-empty:",
  "Connection: keep-alive",
  "Connection: close",
  "connection: Close",
  "Content-Type: application/json",
  "Authorization: Bearer sk-x",
  "__proto__: x",
  "Te: trailers",
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
  "Transfer-Encoding: identity",
  "Transfer-Encoding: chunked, chunked",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: chunked\x0c",
  "Transfer-Encoding: chunked;",
  "Transfer-Encoding:",
  "Transfer-Encoding : chunked",
  "Content-Length : 5",
  "X-Fold: a\r\n b",
  "X-Fold: a\r\n\tContent-Length: 0",
  " X-Space: a",
  "X-Bare: a\nContent-Length: 0",
  "X-Cr: a\rb",
  "X-Nul: a\0b",
  "X-High: \xe9",
  ": empty",
  "no colon",
  "Host: other",
  "Expect: 100-continue",
  "Upgrade: h2c",
  "Connection: Upgrade",
  "Connection: close, x",
  "Connection: x\r\nConnection: close",
  "Proxy-Connection: close",
  `${"x:\r\n".repeat(120)}x: y`,
  "X-Big: ".padEnd(17_000, "v"),
] as const;

const WORDS = wordsOf([
  ...ODD_FIELDS.slice(0, -2).map((field) => `${field}\r\n`),
  ...HEAD_MARKS,
  ";",
  ",",
  "0\r\n\r\n",
  "5\r\nhello\r\n",
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  "POST ",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  " HTTP/1.1\r\n",
  "HTTP/1.0",
  "http://x/",
]);

const TARGETS = [
  "/",
  "/v1/chat/completions",
  "/v1/models?a=b",
  "//x",
  "/#a",
  "/%00",
  "*",
  "http://a/",
  "a:1",
];

/** Whole connections. */
export const ENGINE_REQUESTS: Area = {
  name: "engine-requests",
  make: (random) => {
    const isOdd = random.chance(35);
    const count = random.pick([1, 1, 1, 2, 3, 4]);
    const text = random.times(count, () => requestText(random, isOdd && random.chance(60))).join("");
    return random.chance(30) ? Buffer.from(text, "latin1") : mutatedMessage(random, text, WORDS);
  },
  open: async () => {
    const node = new NodeRequests(MAX_HEAD_BYTES);
    return { check: (input) => check(node, input), close: async () => {} };
  },
};

async function check(node: NodeRequests, input: Buffer): Promise<Finding | undefined> {
  const random = new Random(seedOf(input));
  const pieces = reads(random, input);
  const engine = await engineRequests(pieces, random);
  const reference = referenceRequests(input);
  if (engine.fault !== undefined) return finding("order", engine.fault);
  if (engine.handedOver !== undefined) {
    const fault = handOverFault(input, engine.handedOver);
    if (fault !== undefined) return fault;
  }
  return judged(engine, {
    reference,
    js: jsRequests(pieces),
    node: () => node.read(pieces),
    isSampled: random.chance(SAMPLED_PERCENT),
  });
}

/** What the other engine is given is the end of what came. Whether its beginning is right is seen from the messages. */
function handOverFault(input: Buffer, handedOver: string): Finding | undefined {
  if (handedOver !== "" && input.toString("latin1").includes(handedOver)) return undefined;
  return finding("handed-over", handedOver);
}

function requestText(random: Random, isOdd: boolean): string {
  const method = random.chance(97)
    ? random.pick(["GET", "POST", "POST"])
    : random.pick(["HEAD", "PUT", "get", "GETX"]);
  const target = random.chance(93) ? random.pick(TARGETS.slice(0, 3)) : random.pick(TARGETS);
  const lines = [
    `${method} ${target} HTTP/${random.chance(98) ? "1.1" : random.pick(["1.0", "1.2", "2.0"])}`,
  ];
  if (random.chance(96))
    lines.push(random.pick(["Host: 127.0.0.1", "host: localhost:1", "HOST:[::1]", "host:"]));
  for (let count = random.below(4); count > 0; count -= 1) lines.push(random.pick(FIELDS));
  const body = random.chance(75) ? someBody(random) : "";
  const isChunked = random.chance(45);
  if (isChunked) lines.push(random.pick(["Transfer-Encoding: chunked", "transfer-encoding:Chunked "]));
  else if (body !== "" || random.chance(30)) lines.push(`Content-Length: ${body.length}`);
  if (isOdd && random.chance(60)) lines.splice(random.between(1, lines.length), 0, random.pick(ODD_FIELDS));
  return `${lines.join("\r\n")}\r\n\r\n${isChunked ? chunkedBody(random, body, isOdd) : body}`;
}
