// Bytes that pass are the bytes that came: bodies identical but for the model's value, answers untouched, or with
// the client's name where the gateway renamed the model. Large bodies are in `sizes.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { AUDIO_BYTES } from "../support/fakes/answers.ts";
import { body, echo, gzipJson, json, stream } from "../support/fakes/behaviours.ts";
import type { RecordedRequest } from "../support/fakes/fake-connection.ts";
import type { FakeEndpoint } from "../support/fakes/fake-endpoint.ts";
import { type Answer, openWire, requestBytes } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const UPSTREAM = 'real/名 "q"';

/** `m` is not renamed, `nick` is; the endpoint echoes what it gets. */
const OPTIONS = {
  endpoints: { one: { fake: { models: ["m", UPSTREAM] } } },
  routing: { model_overrides: { nick: [`one/${UPSTREAM}`] } },
};

/** What stands before and after the model's value in bodies that a parser would not give back as they were. */
const AROUND: readonly (readonly [string, string | Buffer, string | Buffer])[] = [
  ["numbers", '{"seed":9007199254740993,"a":1.0,"b":1e400,"c":-0,"model":', ',"d":0.10000000000000000001}'],
  ["key order and integer keys", '{"2":1,"1":2, "model" :\t', '\r\n,"0":3,"b":4,"a":5 }'],
  [
    "decoys",
    '{"messages":[{"model":"x","a":"\\"model\\":\\"y\\""}],"model":',
    ',"metadata":{"model":"nick"}}',
  ],
  ["an escaped key", '{"m\\u006fdel":', ',"models":["nick"],"model_id":"x"}'],
  ["prototype keys", '{"__proto__":{"model":"x"},"constructor":{"a":1},"model":', ',"toString":null}'],
  ["escapes", '{"a":"\\ud800 \\u2028 \\u0000 \\/","model":', ',"b":"\u2028\u{1F600}"}'],
  [
    "addresses of others",
    '{"api_base":"http://169.254.169.254","model":',
    ',"api_key":"k","base_url":"file:///"}',
  ],
  ["duplicate other keys", '{"a":1,"a":2,"model":', ',"a":3}'],
  ["invalid UTF-8", Buffer.from('{"a":"\xff\xfe\xc0\x80\xed\xa0\x80","model":', "latin1"), "}\n \t\r\n"],
  ["ten megabytes before", `{"a":"${"x".repeat(1e7)}","model":`, "}"],
];

test("a JSON body is forwarded as it is but for the model's value", async (t) => {
  const { ask, fakes } = await worldFor(t, OPTIONS);
  fakes.one.always(json(200, {}));
  for (const [what, before, after] of AROUND) {
    for (const [token, forwarded] of [
      ['"m"', '"m"'],
      ['"\\u006d"', '"\\u006d"'],
      ['"nick"', JSON.stringify(UPSTREAM)],
      ['"n\\u0069ck"', JSON.stringify(UPSTREAM)],
    ]) {
      const sent = join(before, token ?? "", after);
      const answer = await ask({ path: "/v1/chat/completions", body: sent });
      assert.equal(answer.status, 200, `${what} ${token}: ${answer.text}`);
      const got = lastOf(fakes.one);
      assert.ok(got.body.equals(join(before, forwarded ?? "", after)), `${what} ${token}`);
      assert.equal(got.header("content-length"), String(got.body.length));
    }
  }
});

test("a form is forwarded as it is but for the one part", async (t) => {
  const { ask, fakes } = await worldFor(t, OPTIONS);
  fakes.one.always(json(200, {}));
  const file = Buffer.concat([Buffer.from('\r\n--B\r\nname="model"\r\n\r\nx'), AUDIO_BYTES]);
  const form = (model: string): Buffer =>
    Buffer.concat([
      Buffer.from(
        'preamble\r\n--b"c\r\nContent-Disposition: form-data; name="file"; filename="model"\r\n\r\n',
      ),
      file,
      Buffer.from('\r\n--b"c\r\ncontent-disposition:form-data;name=include[]\r\n\r\nlogprobs\r\n--b"c\r\n'),
      Buffer.from(`X-A: 1\r\nContent-Disposition: form-data; name="model"\r\n\r\n${model}\r\n`),
      Buffer.from(
        '--b"c\r\nContent-Disposition: form-data; name="include[]"\r\n\r\n\xff\r\n--b"c--\r\nepilogue',
      ),
    ]);
  const safe = (model: string): Buffer =>
    Buffer.from(form(model).toString("latin1").replaceAll('b"c', "b'c"), "latin1");
  for (const [sent, forwarded] of [
    ["m", "m"],
    ["nick", UPSTREAM],
  ]) {
    const headers = { "content-type": 'Multipart/Form-Data; charset=utf-8; Boundary="b\'c"' };
    const answer = await ask({ path: "/v1/audio/transcriptions", headers, body: safe(sent ?? "") });
    assert.equal(answer.status, 200, answer.text);
    const got = lastOf(fakes.one);
    assert.ok(
      got.body.equals(
        Buffer.from(
          safe("MODEL")
            .toString("latin1")
            .replace("MODEL", Buffer.from(forwarded ?? "").toString("latin1")),
          "latin1",
        ),
      ),
    );
    assert.equal(got.header("content-type"), headers["content-type"]);
  }
});

test("an answer that was not renamed is untouched, byte for byte", async (t) => {
  const { ask, fakes } = await worldFor(t, OPTIONS);
  const odd = '{ "model" : "someone-elses", "n":9007199254740993, "f":1.0,\n"__proto__":{"model":"m"} }\r\n';
  const sse =
    ': hi\r\n\r\nid: 1\rdata:{"model":"x"}\n\ndata: no json \xff\n\nevent: e\ndata\n\ndata: [DONE]\n\n: after\n\n';
  const zipped = gzipSync(odd);
  const type = { "content-type": "application/json; charset=utf-8" };
  const answers = [
    { given: json(200, odd), bytes: Buffer.from(odd) },
    { given: body(200, zipped, { ...type, "content-encoding": "gzip", etag: '"e"' }), bytes: zipped },
    { given: body(200, AUDIO_BYTES, { "content-type": "audio/mpeg" }), bytes: AUDIO_BYTES },
    { given: body(201, "no json at all", type), bytes: Buffer.from("no json at all") },
    { given: stream([Buffer.from(sse, "latin1")]), bytes: Buffer.from(sse, "latin1") },
    {
      given: stream(["1\n", "2"], { headers: { "content-type": "text/plain" }, end: "close" }),
      bytes: Buffer.from("1\n2"),
    },
  ];
  for (const { given, bytes } of answers) {
    fakes.one.script([given]);
    const answer = await ask(chat());
    assert.ok(answer.body.equals(bytes), answer.text);
  }
});

test("odd headers of an answer arrive as they were sent, in their order", async (t) => {
  const { ask, fakes } = await worldFor(t, OPTIONS);
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "X-Latin": "caf\xe9 \xff",
    "x-empty": "",
    "openai-processing-ms": "12",
    "x-ratelimit-remaining-tokens": "99",
    __proto__x: "1",
    constructor: "c",
    vary: "Accept",
  };
  fakes.one.always(json(200, {}, headers));
  const answer = await ask(chat());
  for (const [name, value] of Object.entries(headers)) assert.equal(answer.header(name), value, name);
  assert.equal(answer.header("content-length"), "2");
});

test("a renamed model shows the client's name in each kind of answer, and every other byte stays", async (t) => {
  const { ask, fakes } = await worldFor(t, OPTIONS);
  const kinds: readonly (readonly [string, (name: string) => string, string])[] = [
    [
      "/chat/completions",
      (n) => `{"id":1, "model" : ${n},"big":9007199254740993,"a":{"model":"keep"}}`,
      "application/json",
    ],
    ["/chat/completions", (n) => `{"model":${n}}`, "application/json; charset=utf-8"],
    [
      "/v1/api/chat",
      (n) => `{"model":${n},"done":false}\n{"model":${n},"done":true}\n`,
      "application/x-ndjson",
    ],
    [
      "/chat/completions",
      (n) => `: c\n\ndata: {"model":${n},"choices":[]}\n\ndata: [DONE]\n\n`,
      "text/event-stream",
    ],
    [
      "/responses",
      (n) =>
        `event: response.created\r\ndata: {"type":"response.created","response":{"tools":[{"model":"k"}],"model":${n}}}\r\n\r\n` +
        `event: response.completed\r\ndata: {"type":"response.completed","response":{"model":${n}}}\r\n\r\n`,
      "text/event-stream; charset=utf-8",
    ],
    [
      "/messages",
      (n) =>
        `event: message_start\ndata: {"type":"message_start","message":{"model":${n},"usage":{}}}\n\n` +
        'event: message_stop\ndata: {"type":"message_stop"}\n\n',
      "Text/Event-Stream",
    ],
  ];
  for (const [path, text, type] of kinds) {
    fakes.one.script([body(200, text(JSON.stringify(UPSTREAM)), { "content-type": type })]);
    const isStream = /event-stream/i.test(type);
    const answer = await ask({ path, body: { model: "nick", stream: isStream } });
    assert.equal(answer.text, text('"nick"'), path);
  }
});

test("an answer that comes compressed although identity was asked for passes as it is", async (t) => {
  const { ask, fakes } = await worldFor(t, OPTIONS);
  const value = { model: UPSTREAM };
  fakes.one.always(gzipJson(value));
  const answer = await ask({ ...chat("nick"), headers: { "accept-encoding": "gzip" } });
  assert.equal(lastOf(fakes.one).header("accept-encoding"), "identity");
  assert.equal(answer.header("content-encoding"), "gzip");
  assert.ok(answer.body.equals(gzipSync(JSON.stringify(value))));
  const uncounted = { path: "/v1/moderations", body: { model: UPSTREAM, input: "x" } };
  await ask({ ...uncounted, headers: { "accept-encoding": "gzip, br" } });
  assert.equal(lastOf(fakes.one).header("accept-encoding"), "gzip, br");
});

test("however TCP cuts a request, the endpoint gets the same bytes", async (t) => {
  const world = await worldFor(t, OPTIONS);
  world.fakes.one.always(echo());
  const json = Buffer.from('{"messages":[{"content":"h\u{1F600}"}],"m\\u006fdel":"nick"}');
  const chunked = Buffer.concat(
    [
      "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
      chunk(json.subarray(0, 9)),
      chunk(json.subarray(9)),
      "0\r\nx-trailer: 1\r\n\r\n",
    ].map((one) => Buffer.from(one)),
  );
  const expected = json.toString().replace('"nick"', () => JSON.stringify(UPSTREAM));
  for (const bytes of [requestBytes({ path: "/v1/chat/completions", body: json }), chunked]) {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 5 }), async (cuts) => {
        const answer = await sendInPieces(world.port, split(bytes, cuts));
        assert.equal(Buffer.from(String(answer.json()["body"]), "base64").toString(), expected);
      }),
      { numRuns: 15 },
    );
  }
});

test("however TCP cuts an answer, the client gets the same bytes", async (t) => {
  const { ask, fakes } = await worldFor(t, OPTIONS);
  const event = (name: string): string => `data: {"id":"é","model":${JSON.stringify(name)}}\r\n\r\n`;
  const text = (name: string): Buffer => Buffer.from(`${event(name).repeat(3)}data: [DONE]\n\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text(UPSTREAM).length), { maxLength: 6 }), async (cuts) => {
      const pieces = split(text(UPSTREAM), cuts).filter((piece) => piece.length > 0);
      fakes.one.script([stream(pieces), stream(pieces)]);
      assert.ok((await ask(chat("m", { stream: true }))).body.equals(text(UPSTREAM)));
      assert.ok((await ask(chat("nick", { stream: true }))).body.equals(text("nick")));
    }),
    { numRuns: 15 },
  );
});

function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

function join(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function lastOf(fake: FakeEndpoint): RecordedRequest {
  const last = fake.requests.at(-1);
  assert.ok(last !== undefined);
  return last;
}

function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts, bytes.length].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

async function sendInPieces(port: number, pieces: readonly Buffer[]): Promise<Answer> {
  const wire = await openWire(port);
  for (const piece of pieces) {
    await wire.send(piece);
    // A turn of the loop, so that the gateway reads it before the next is there.
    await setImmediate();
  }
  const answer = await wire.answer();
  wire.close();
  return answer;
}
