// Faults 79 to 82: forms, compressed bodies, and bodies that would send the gateway somewhere else.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { json } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { headerOf } from "../../support/socket-reader.ts";
import { chat, errorOf, type World, worldFor } from "../../support/world.ts";

const ONE = { endpoints: { one: {} }, routing: { model_overrides: { nick: ["one/m"] } } };
const PATH = "/v1/audio/transcriptions";

/** A form's headers. */
function formOf(boundary: string): Readonly<Record<string, string>> {
  return { "content-type": `multipart/form-data; boundary=${boundary}` };
}

/** A field of a form with the boundary `b`. */
function field(name: string, value: string): string {
  return `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

async function codeOf(
  world: World<"one">,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): Promise<string | null> {
  const answer = await world.ask({ path: PATH, headers, body });
  assert.equal(answer.status, 400, answer.text);
  assert.equal(world.fakes.one.requests.length, 0);
  return errorOf(answer).code;
}

test("fault 79: a boundary that is absent, too long or another, and a form without an end, are 400", async (t) => {
  const world = await worldFor(t, ONE);
  const model = field("model", "m");
  const long = "b".repeat(10_000);
  const broken: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{ "content-type": "multipart/form-data" }, `${model}--b--`],
    [formOf(long), model.replaceAll("--b", `--${long}`)],
    [formOf("other"), `${model}--b--`],
    [formOf('""'), `${model}--b--`],
    [formOf("b"), model],
    [formOf("b"), `${model}--b`],
    [formOf("b"), `--b\r\n${"x-a: 1\r\n".repeat(100_000)}`],
    [formOf("b"), `--b\r\nx-long: ${"y".repeat(1 << 20)}\r\n\r\n\r\n${model}--b--`],
    [formOf("b"), `${field("a", "").repeat(100_000)}${model}--b--`],
  ];
  for (const [headers, body] of broken) {
    assert.equal(await codeOf(world, headers, body), "invalid_multipart", body.slice(0, 60));
  }
  assert.equal(await codeOf(world, formOf("b"), `${model}${model}--b--`), "duplicate_model");
  assert.equal(await codeOf(world, formOf("b"), `${field("a", '{"model":"m"}')}--b--`), "missing_model");
});

test("fault 79: a model after the file is found, and only its part is changed", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const file = Buffer.alloc(4 << 20, "\r\n--b\r\r\n-\u0000");
  const form = (model: string): Buffer =>
    Buffer.concat([
      Buffer.from('--xyz\r\nContent-Disposition: form-data; name="file"; filename="model"\r\n\r\n'),
      file,
      Buffer.from(
        `\r\n--xyz\r\ncontent-disposition: form-data; name="model"\r\n\r\n${model}\r\n--xyz--\r\nepilogue`,
      ),
    ]);
  assert.equal((await ask({ path: PATH, headers: formOf("xyz"), body: form("nick") })).status, 200);
  assert.ok(fakes.one.requests[0]?.body.equals(form("m")));
});

test("fault 79: a file made of near-boundaries is gone through once", async (t) => {
  const { ask } = await worldFor(t, ONE);
  const boundary = "-".repeat(60);
  const size = 16 << 20;
  const body = Buffer.concat([
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n`),
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`),
    // One character short of the boundary, over and over.
    Buffer.alloc(size, `\r\n--${boundary.slice(1)}`),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const searches = t.mock.method(Buffer.prototype, "indexOf");
  assert.equal((await ask({ path: PATH, headers: formOf(boundary), body })).status, 200);
  const calls: readonly { readonly this: unknown }[] = searches.mock.calls;
  const searchedBytes = calls.reduce(
    (sum, { this: one }) => sum + (Buffer.isBuffer(one) ? one.length : 0),
    0,
  );
  // The form is searched once here and once by the endpoint; a search for each near-boundary would read 2 TiB.
  assert.ok(searchedBytes >= size && searchedBytes < 8 * size, `${searchedBytes} bytes of ${size}`);
});

const PACKERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  "x-gzip": gzipSync,
  GZIP: gzipSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  deflate: deflateSync,
  // What many clients send for it.
  "deflate ": deflateRawSync,
};

test("fault 80: a compressed body is unpacked and goes on plain, renamed or not, small and large", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  fakes.one.always(json(200, "{}"));
  const bodyOf = (name: string, size: number): string => `{"model":"${name}","a":"${"é".repeat(size)}"}`;
  for (const [encoding, pack] of Object.entries(PACKERS)) {
    for (const name of ["m", "nick"]) {
      for (const size of [1, 3 << 20]) {
        const headers = { "content-encoding": encoding, "content-type": "application/json" };
        const body = pack(Buffer.from(bodyOf(name, size)));
        const answer = await ask({ path: "/v1/embeddings", headers, body });
        assert.equal(answer.status, 200, `${encoding}: ${answer.text}`);
        const got = fakes.one.requests.at(-1);
        assert.equal(got?.body.toString(), bodyOf("m", size));
        assert.equal(headerOf(got?.headers ?? [], "content-encoding"), undefined);
      }
    }
  }
});

test("fault 80: a bomb is 413 at the bound, broken packing is 400, others are 415 with what is taken", async (t) => {
  const { ask, fakes, gateway } = await worldFor(t, { ...ONE, server: { max_body: "8MiB" } });
  const good = Buffer.from('{"model":"m"}');
  const bomb = Buffer.alloc(512 << 20);
  const cases: (readonly [string, Buffer, number, string])[] = [
    ["gzip", gzipSync(bomb), 413, "request_too_large"],
    [
      "br",
      brotliCompressSync(bomb, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
      413,
      "request_too_large",
    ],
    ["zstd", zstdCompressSync(bomb), 413, "request_too_large"],
    ["gzip, gzip", gzipSync(gzipSync(good)), 415, "unsupported_content_encoding"],
    ["gzip;q=1", gzipSync(good), 415, "unsupported_content_encoding"],
    ["x-own", good, 415, "unsupported_content_encoding"],
  ];
  for (const [encoding, pack] of Object.entries(PACKERS)) {
    const packed = pack(good);
    cases.push([encoding, packed.subarray(0, -2), 400, "invalid_content_encoding"]);
    cases.push([encoding, Buffer.concat([packed, good]), 400, "invalid_content_encoding"]);
    cases.push([encoding, Buffer.alloc(0), 400, "invalid_content_encoding"]);
    if (!encoding.startsWith("deflate")) cases.push([encoding, good, 400, "invalid_content_encoding"]);
  }
  for (const [encoding, body, status, code] of cases) {
    const headers = { "content-encoding": encoding, "content-type": "application/json" };
    const answer = await ask({ path: "/v1/chat/completions", headers, body });
    assert.deepEqual([answer.status, errorOf(answer).code], [status, code], encoding);
    if (status === 415) assert.equal(answer.header("accept-encoding"), "gzip, deflate, br, zstd");
  }
  assert.equal(fakes.one.requests.length, 0);
  // Nothing of them is still counted.
  assert.equal(gateway.overload.bodies.bytes, 0);
});

test("fault 81: fields and headers that name a host never change where a request goes", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { api_key: "sk-own" } } } });
  const evil = await fakeFor(t);
  const fields = ["api_base", "base_url", "baseURL", "api_key", "endpoint", "custom_host", "proxy", "url"];
  const headers = {
    "x-portkey-custom-host": evil.url,
    "x-forwarded-host": `127.0.0.1:${evil.port}`,
    "x-forwarded-for": "127.0.0.1",
    forwarded: `host=127.0.0.1:${evil.port}`,
    "x-original-url": evil.url,
    "x-upstream": evil.url,
    "x-oai-gateway-endpoint": "evil",
    "helicone-target-url": evil.url,
  };
  const body = { ...Object.fromEntries(fields.map((name) => [name, evil.url])), model: "m" };
  const answer = await ask({ path: "/v1/chat/completions?api_base=x&base_url=y", headers, body });
  assert.deepEqual([answer.status, answer.header("x-oai-gateway-endpoint")], [200, "one"]);
  assert.equal(fakes.one.requests[0]?.header("authorization"), "Bearer sk-own");
  assert.equal(evil.totalConnections(), 0);
});

test("fault 82: the addresses of images and files are forwarded and never fetched", async (t) => {
  const { ask, fakes } = await worldFor(t, ONE);
  const images = await fakeFor(t);
  const urls = [
    `http://127.0.0.1:${images.port}/a.png`,
    `http://0.0.0.0:${images.port}/a.png`,
    `http://localhost:${images.port}/a.png`,
    "http://169.254.169.254/latest/meta-data/",
    "file:///etc/passwd",
  ];
  const content = urls.map((url) => ({ type: "image_url", image_url: { url } }));
  const request = chat("m", { messages: [{ role: "user", content }] });
  assert.equal((await ask(request)).status, 200);
  assert.equal((await ask({ path: "/v1/images/edits", body: { model: "m", image: urls } })).status, 200);
  assert.deepEqual(fakes.one.requests[0]?.json(), request.body);
  assert.equal(images.totalConnections(), 0);
});
