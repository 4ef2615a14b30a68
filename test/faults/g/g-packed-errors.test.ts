// Faults 160 and 161: an endpoint that repeats its key where it is hard to find: in an error that is packed in odd ways
// or spelled otherwise, in the events of a stream, in a list of models.

import assert from "node:assert/strict";
import { test } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { behaviour, body, events, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import type { Answer } from "../../support/wire.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const KEY = "sk-CANARY/with+odd=chars-0123456789";
const FIXED = "CANARY-fixed-header-0123";
const ONE = { endpoints: { a: { config: { api_key: KEY } } }, retries: { attempts: 1 } };
/** An endpoint whose key is in its headers alone. */
const HEADER_ONLY = {
  endpoints: {
    a: { config: { headers: { authorization: `Bearer ${FIXED}`, "x-odd": `Bearer ${FIXED}-2` } } },
  },
  retries: { attempts: 1 },
};
const TEXT = `{"error":{"message":"Bad key ${KEY}: café","code":null}}`;
const MASKED = TEXT.replace(KEY, "***");

function assertClean(answer: Answer): void {
  for (const text of [answer.body.toString("latin1"), answer.headers.join("\n")]) {
    assert.ok(!text.includes("CANARY"), text);
  }
}

/** An error with these headers, a name twice where it is given twice. */
function packed(bytes: Buffer, ...headers: readonly string[]): Behaviour {
  return behaviour(async (exchange) => {
    const length = String(bytes.length);
    await exchange.head(422, ["content-type", "application/json", "content-length", length, ...headers]);
    await exchange.piece(bytes);
    await exchange.finish();
  });
}

const twice = (name: string): string[] => ["content-encoding", name, "content-encoding", name];

/** Packed in a way that can be read. */
const READABLE: Readonly<Record<string, Behaviour>> = {
  "bare deflate": packed(deflateRawSync(TEXT), "content-encoding", "deflate"),
  "deflate with its head": packed(deflateSync(TEXT), "content-encoding", "deflate"),
  zstd: packed(zstdCompressSync(TEXT), "content-encoding", "zstd"),
  "gzip in gzip": packed(gzipSync(gzipSync(TEXT)), "content-encoding", "gzip, gzip"),
  "gzip in gzip, in two headers": packed(gzipSync(gzipSync(TEXT)), ...twice("gzip")),
  "br in gzip": packed(gzipSync(brotliCompressSync(TEXT)), "content-encoding", "br,\tGZIP"),
  "identity and gzip": packed(gzipSync(TEXT), "content-encoding", "identity, x-gzip"),
  "gzip without a word of it": packed(gzipSync(TEXT)),
  "gzip in gzip, half of it without a word": packed(gzipSync(gzipSync(TEXT)), "content-encoding", "gzip"),
  "zstd without a word of it": packed(zstdCompressSync(TEXT)),
};

/** Packed in a way that cannot. */
const UNREADABLE: Readonly<Record<string, Behaviour>> = {
  "an unknown coding": packed(Buffer.from(TEXT), "content-encoding", "x-ours"),
  "a coding that it is not": packed(Buffer.from(TEXT), "content-encoding", "gzip"),
  "gzip over the bound": packed(gzipSync(TEXT + " ".repeat(300_000)), "content-encoding", "gzip"),
  "zstd over the bound": packed(zstdCompressSync(TEXT + " ".repeat(300_000)), "content-encoding", "zstd"),
  "more than is held": packed(gzipSync(randomText(200_000) + TEXT), "content-encoding", "gzip"),
  "more than is held, without a word": packed(gzipSync(randomText(200_000) + TEXT)),
  "five layers": packed(Buffer.from(TEXT), "content-encoding", "gzip,gzip,gzip,gzip,gzip"),
  "text after the end": packed(
    Buffer.concat([gzipSync(TEXT), zstdCompressSync(TEXT)]),
    "content-encoding",
    "gzip",
  ),
  "broken bytes": packed(
    Buffer.concat([gzipSync(TEXT).subarray(0, 12), Buffer.from(TEXT)]),
    "content-encoding",
    "gzip",
  ),
};

/** Text that does not pack well, the same every time. */
function randomText(length: number): string {
  let seed = 1;
  return Array.from({ length }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (seed % 90));
  }).join("");
}

for (const [name, answered] of Object.entries(READABLE)) {
  test(`fault 160: an error as ${name} is passed on unpacked and masked`, async (t) => {
    const { ask, fakes } = await worldFor(t, ONE);
    fakes.a.always(answered);
    const answer = await ask(chat());
    assertClean(answer);
    assert.deepEqual([answer.status, answer.text], [422, MASKED]);
    assert.equal(answer.header("content-encoding"), undefined);
    assert.equal(answer.header("content-length"), String(Buffer.byteLength(MASKED)));
  });
}

for (const [name, answered] of Object.entries(UNREADABLE)) {
  test(`fault 160: an error as ${name} is replaced by one of ours, under its status`, async (t) => {
    const { ask, fakes } = await worldFor(t, ONE);
    fakes.a.always(answered);
    const answer = await ask(chat());
    assertClean(answer);
    assert.equal(answer.status, 422);
    assert.equal(errorOf(answer).code, "upstream_bad_response");
    assert.equal(answer.header("content-encoding"), undefined);
    assert.equal(answer.header("content-type"), "application/json");
  });
}

test("fault 160: a packed error of an endpoint without a key is not looked at", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: {} }, retries: { attempts: 1 } });
  fakes.a.always(packed(Buffer.from("?"), "content-encoding", "x-ours"));
  const answer = await ask(chat());
  assert.deepEqual([answer.text, answer.header("content-encoding")], ["?", "x-ours"]);
});

test("fault 160: keys in other spellings are masked too", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  for (const spelled of [
    `\\u0073k${KEY.slice(2)}`,
    encodeURIComponent(KEY),
    btoa(`Bearer ${KEY}`),
    Buffer.from(KEY, "utf16le").toString("latin1"),
  ]) {
    fakes.a.always(body(400, Buffer.from(`{"error":{"message":"${spelled}"}}`, "latin1")));
    const { text } = await ask(chat());
    const plain = Buffer.from(text.replaceAll("\0", ""), "latin1").toString();
    assert.match(text, /\*\*\*/);
    assert.ok(
      !(plain + decodeURIComponent(plain) + atob(/[\w+/=]{20,}/.exec(plain)?.[0] ?? "")).includes("with"),
      text,
    );
  }
});

test("fault 216: no part of a key is in what the gateway says of an error, wherever the error is cut", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { a: ONE.endpoints.a, b: ONE.endpoints.a } });
  for (const cut of [4, 8, KEY.length - 1]) {
    for (const spell of [(key: string) => key, (key: string) => `\\u0073${key.slice(1)}`]) {
      for (const end of ['"}}', ""]) {
        const beginning = '{"error":{"message":"bad ';
        const spelled = `${spell(KEY)}${end}`;
        const missing = KEY.length - cut;
        const room = 8 * 1024 - beginning.length - (spell(KEY).length - missing);
        const text = `${beginning}${" ".repeat(room)}${end === "" ? spelled.slice(0, -missing) : spelled}`;
        for (const fake of Object.values(fakes))
          fake.always(body(500, text, { "content-type": "application/json" }));
        const said = (await ask(chat())).text;
        assert.ok(!said.includes(KEY.slice(0, 5)), `${cut}: ${said}`);
      }
    }
  }
});

test("fault 219: keys in other spellings are masked in headers too", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const hex = Buffer.from(KEY).toString("hex");
  const upper = encodeURIComponent(KEY);
  const lower = upper.replaceAll(/%../g, (code) => code.toLowerCase());
  const usual = [upper, lower, encodeURI(KEY), hex, hex.toUpperCase(), KEY.replaceAll("/", "\\/")];
  const odd = [...KEY].map((sign) => `&#${sign.charCodeAt(0)};`).join("");
  for (const [status, spellings] of [
    [200, usual],
    [400, [...usual, `\\u0073${KEY.slice(1)}`, odd, upper.replaceAll("%", "%25")]],
  ] as const) {
    for (const spelled of spellings) {
      fakes.a.always(json(status, "{}", { "x-echo": `<${spelled}>`, "x-other": "y".repeat(200) }));
      const answer = await ask(chat());
      assert.equal(answer.header("x-echo"), "<***>", spelled);
      assert.equal(answer.header("x-other"), "y".repeat(200));
    }
  }
});

test("fault 160: a credential of `headers:` is masked in bodies and in headers, as its bare token too", async (t) => {
  const { ask, fakes } = await worldFor(t, HEADER_ONLY);
  for (const status of [200, 400, 500]) {
    const echo = { "x-echo": FIXED, "x-other": `Bearer ${FIXED}-2`, location: `/?k=${FIXED}` };
    fakes.a.always(
      json(status, status === 200 ? { choices: [] } : { error: { message: `bad ${FIXED}` } }, echo),
    );
    const answer = await ask(chat());
    assertClean(answer);
    assert.deepEqual([answer.header("x-echo"), answer.header("x-other")], ["***", "Bearer ***"]);
  }
});

test("fault 160: good answers stay as they are, packed or plain, whatever is in them", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const text = `{"choices":[{"message":{"content":"${KEY}"}}]}`;
  const bytes = zstdCompressSync(text);
  fakes.a.always(body(200, bytes, { "content-type": "application/json", "content-encoding": "zstd" }));
  const answer = await ask(chat());
  assert.ok(answer.body.equals(bytes));
  assert.equal(answer.header("content-encoding"), "zstd");
});

const piece = {
  id: "c",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content: `a ${KEY}` } }],
};
/** As some providers send every event. */
const hollow = { ...piece, error: { message: "", code: null } };
const failure = { error: { message: `Incorrect API key provided: ${KEY}`, code: 401 } };
const end = { ...piece, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };

test("fault 161: the key in an error event is masked, first or in the middle; content is not touched", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  for (const list of [
    [piece, failure],
    [piece, { ...piece, ...failure }, end],
    [piece, end, failure, "[DONE]"],
    [hollow, failure],
  ]) {
    const whole = events(list).join("");
    fakes.a.always(stream([whole]));
    const answer = await ask(chat("m", { stream: true }));
    const expected = events(list.map((one) => (one === piece || one === hollow ? one : masked(one)))).join(
      "",
    );
    assert.ok(answer.text.startsWith(expected), `${answer.text}\n${expected}`);
  }
});

test("fault 161: so it is where the event is renamed, and in a stream whose model is renamed", async (t) => {
  const { ask, fakes } = await worldFor(t, { ...ONE, routing: { model_overrides: { nick: ["a/m"] } } });
  const first = events([{ ...piece, model: "m", choices: [] }]).join("");
  fakes.a.always(stream([`${first}event: odd\ndata: {"model":"m",${JSON.stringify(failure).slice(1)}\n\n`]));
  const answer = await ask(chat("nick", { stream: true }));
  assertClean(answer);
  assert.match(answer.text, /"model":"nick","error":\{"message":"Incorrect API key provided: \*\*\*"/);
});

test("fault 161: so it is in an event that comes in pieces, cut at any byte of the key", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const whole = events([piece, failure]).join("");
  const start = whole.lastIndexOf(KEY);
  for (let at = start - 1; at <= start + KEY.length; at += 1) {
    fakes.a.always(stream([whole.slice(0, at), whole.slice(at)]));
    const answer = await ask(chat("m", { stream: true }));
    assert.ok(answer.text.startsWith(events([piece, masked(failure)]).join("")), answer.text);
  }
});

/** The same with the key masked where it is in the error. */
function masked(event: unknown): unknown {
  if (typeof event !== "object") return event;
  return JSON.parse(JSON.stringify(event).replaceAll(KEY, "***")) as unknown;
}
