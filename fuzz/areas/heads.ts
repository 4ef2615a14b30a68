// Request heads: raw bytes on a socket, up to a few requests in a row. Nothing that two servers could read in two
// ways is forwarded, every refusal is in OpenAI's envelope, and every good request gets its answer. The reference is
// `heads-reference.ts`.

import { type Area, type Finding, finding, type OpenArea } from "../area.ts";
import { HEAD_MARKS, mutated } from "../mutate.ts";
import type { Random } from "../random.ts";
import { CANARY, DEADLINE_MS, envelopeFault, forwardedFault, good, Rig } from "../rig.ts";
import { readRequests, type Stretch } from "./heads-reference.ts";
import { RawTalk } from "./raw-talk.ts";

const WORDS = [
  ...HEAD_MARKS,
  ";",
  ",",
  "Content-Length: 5\r\n",
  "content-length:0\r\n",
  "Content-Length: +5\r\n",
  "Content-Length: 5, 5\r\n",
  "Transfer-Encoding: chunked\r\n",
  "transfer-encoding: xchunked\r\n",
  "Transfer-Encoding: chunked, identity\r\n",
  "Transfer-Encoding : chunked\r\n",
  "Transfer-Encoding:\r\n chunked\r\n",
  "Host: 127.0.0.1\r\n",
  "Host: evil\r\n",
  "Connection: close\r\n",
  "Connection: authorization, x-a\r\n",
  "Expect: 100-continue\r\n",
  "Expect: x\r\n",
  "__proto__: 1\r\n",
  "constructor: 1\r\n",
  "x-a: \x01\r\n",
  "x-\xe9: \xff\r\n",
  "Content-Type: multipart/form-data\r\n",
  "Content-Encoding: gzip\r\n",
  "Upgrade: h2c\r\n",
  "0\r\n\r\n",
  "5;a=b\r\nhello\r\n",
  "GET /v1/models HTTP/1.1\r\nHost: a\r\n\r\n",
  "POST ",
  " HTTP/1.1\r\n",
  "HTTP/1.0",
  "HTTP/2.0",
  "//",
  "/../",
  "%2e%2e",
  "%00",
  "?model=m",
  "#",
  "http://x/",
  "%",
] as const;

const PATHS = [
  "/v1/chat/completions",
  "/v1/chat/completions",
  "/v1/embeddings",
  "/chat/completions",
  "/v1/models",
  "/v1/models/m",
  "/v1/models/one%2Fm",
  "/v1/unknown",
  "/api/chat",
  "/livez",
  "/readyz",
  "/",
  "*",
  "/v1//chat/completions",
  "/v1/../chat/completions",
  "/v1/%2e%2e/x",
  "http://127.0.0.1/v1/models",
  "/v1/chat/completions?a=b&model=m",
  "/v1/x;y",
  "/v2/rerank",
  "//v1/chat/completions",
  "/V1/chat/completions",
  "/openai/v1/chat/completions",
  "/openai/deployments/m/chat/completions?api-version=1",
  "/openai/deployments/one%2Fm/embeddings",
  "/v1/decisions",
  "/v1/x/%2e%2e/y",
  "/v1/models/..%2fx",
  `/v1/embeddings?api_key=${CANARY}&a=b`,
  "/api/hello",
] as const;

const HEADERS = [
  `Authorization: Bearer ${CANARY}`,
  `x-api-key: ${CANARY}`,
  `Cookie: a=${CANARY}`,
  `X-Auth-Token: ${CANARY}`,
  `Anthropic-Api-Key: ${CANARY}`,
  "X-HTTP-Method-Override: DELETE",
  "X-Original-URL: /admin",
  "x-oai-gateway-hops: 2; 00112233445566aa",
  "x-oai-gateway-hops: 4",
  "Accept: */*",
  "X-A: b",
  "x-empty:",
  "Connection: keep-alive",
  "Connection: close",
  "Expect: 100-continue",
  "Origin: http://localhost",
  "Origin: http://evil.example",
  "Content-Type: application/json",
  "x-oai-gateway-dry-run: true",
  "__proto__: x",
  "Content-Encoding: identity",
  "Te: trailers",
  "X-Long: ".padEnd(3000, "v"),
] as const;

/** Whole connections. */
export const HEADS: Area = {
  name: "heads",
  make: (random) => {
    const sound = Buffer.concat(random.times(random.pick([1, 1, 1, 2, 3]), () => requestText(random)));
    return random.chance(25) ? sound : mutated(random, sound, WORDS);
  },
  open: openHeads,
};

async function openHeads(): Promise<OpenArea> {
  const rig = await Rig.start(good({ id: "x" }));
  return { check: (input) => check(rig, input), close: () => rig.close() };
}

async function check(rig: Rig, input: Buffer): Promise<Finding | undefined> {
  rig.forget();
  const expected = readRequests(input);
  const talk = await RawTalk.open(rig.gateway.port);
  try {
    talk.send(input);
    const wanted = expected.requests.length + (expected.tail === "broken" ? 1 : 0);
    await talk.until(wanted, DEADLINE_MS);
    if (!talk.isClosed && talk.answers.length < wanted && !/HEAD|CONNECT/.test(input.toString("latin1")))
      return finding(
        "no-answer",
        `${talk.answers.length} of ${wanted} answers, tail ${expected.tail}: ${input.toString("latin1")}`,
      );
    // What must not be forwarded has to have had the time to be.
    await talk.quiet(expected.tail === "end" ? 0 : 3);
    return (await faultOf(rig, expected, talk)) ?? aliveFault(rig);
  } finally {
    talk.close();
  }
}

async function faultOf(rig: Rig, expected: Stretch, talk: RawTalk): Promise<Finding | undefined> {
  if (rig.log.fault !== undefined) return finding("internal", rig.log.fault);
  const isSure = expected.tail !== "unsure";
  // What needs no body may be served before it is there.
  // A page of the gateway's own is answered at its head: what is broken in a body that nobody reads closes the
  // connection afterwards.
  const isUnread = /chunk/.test(expected.why) && rig.forwarded.length <= expected.requests.length;
  const early = expected.tail === "incomplete" || isUnread ? 1 : 0;
  const bound = expected.requests.length + early;
  const sent = expected.raw.toString("latin1");
  const count = rig.forwarded.length;
  const posts = rig.forwarded.filter((request) => request.method === "POST");
  if (isSure && (count > bound || posts.length > expected.requests.length))
    return finding(
      "smuggled",
      `${count} forwarded, ${expected.requests.length} sound, ${expected.why}: ${sent}`,
    );
  for (const request of rig.forwarded) {
    const fault = forwardedFault(request);
    if (fault !== undefined) return fault;
  }
  // A path that names the model has it put into the body.
  const isKept = !sent.includes("/deployments/");
  for (const { body } of posts) {
    if (isSure && isKept && !expected.requests.some((one) => one.body.equals(body)))
      return finding("wrong-forward", `${body.toString("latin1")} of ${sent}`);
  }
  // Answers to HEAD have no body, and whose answer is whose is not looked at here.
  if (sent.includes("HEAD")) return undefined;
  if (talk.broken !== undefined) return finding("broken-answer", `${talk.broken}: ${talk.text} for ${sent}`);
  for (const answer of talk.answers) {
    if (answer.status < 400) continue;
    const fault = envelopeFault(answer.status, answer.body);
    if (fault !== undefined) return finding(fault.kind, `${fault.detail} for ${sent}`);
  }
  const served = talk.answers.filter((answer) => answer.status < 400).length;
  if (isSure && served > bound) return finding("served-broken", `${expected.why}: ${sent}`);
  return undefined;
}

/** A good request is answered, whatever came before it. */
async function aliveFault(rig: Rig): Promise<Finding | undefined> {
  const answer = await rig.ask({ path: "/v1/embeddings", body: { model: "m", input: "x" } });
  return answer.status === 200 ? undefined : finding("no-service", answer.text);
}

function requestText(random: Random): Buffer {
  const method = random.pick(["POST", "POST", "POST", "GET", "DELETE", "PUT", "OPTIONS", "HEAD"]);
  const lines = [`${method} ${random.pick(PATHS)} HTTP/${random.chance(92) ? "1.1" : "1.0"}`];
  if (random.chance(96)) lines.push(random.pick(["Host: 127.0.0.1", "host: localhost:1", "HOST:[::1]"]));
  for (let count = random.below(4); count > 0; count -= 1) lines.push(random.pick(HEADERS));
  const body = Buffer.from(
    random.pick(['{"model":"m"}', '{"model":"m","a":[1,2]}', "", '{"model":"none"}', "hello"]),
  );
  const hasBody = method === "POST" || random.chance(15);
  const isChunked = hasBody && random.chance(30);
  if (isChunked) lines.push("Transfer-Encoding: chunked");
  else if (hasBody) lines.push(`Content-Length: ${body.length}`);
  if (random.chance(30)) oddity(random, lines);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (!hasBody) return head;
  return Buffer.concat([head, isChunked ? chunked(random, body) : body]);
}

/** Faults that a random change of bytes seldom makes. */
function oddity(random: Random, lines: string[]): void {
  const odd = random.pick([
    "Content-Length: 3",
    "Content-Length: 0x3",
    "content-length: 13",
    "Content-Length:",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: Chunked",
    "Transfer-Encoding: gzip, chunked",
    "transfer-encoding: chunked, chunked",
    "Transfer-Encoding: \x0bchunked",
    "Transfer-Encoding : chunked",
    "X-Fold: a\r\n b",
    "X-Fold: a\r\n\tContent-Length: 0",
    " X-Space: a",
    "X-Bare: a\nContent-Length: 0",
    "X-Cr: a\rb",
    "X-Nul: a\0b",
    ": empty",
    "no colon",
    "Host: other",
    "X-Big: ".padEnd(40_000, "v"),
  ]);
  lines.splice(random.between(1, lines.length), 0, odd);
}

function chunked(random: Random, body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = random.between(1, body.length - at);
    const extension = random.chance(10) ? random.pick([";a=b", ";a", ' ; a="b"']) : "";
    pieces.push(
      Buffer.from(`${size.toString(16)}${extension}\r\n`),
      body.subarray(at, at + size),
      Buffer.from("\r\n"),
    );
    at += size;
  }
  return Buffer.concat([
    ...pieces,
    Buffer.from(random.chance(10) ? "0\r\nx-trailer: 1\r\n\r\n" : "0\r\n\r\n"),
  ]);
}
