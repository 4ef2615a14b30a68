// Faults 211 to 213: answers that are made, or happen, to be slow to read. What is quadratic or worse would not end
// within the life of a test.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ENGINE_NAMES } from "../../../src/config/schema/engine-name.ts";
import { loadEngine } from "../../../src/engines.ts";
import { collectGarbage } from "../../../src/proxy/admit/collect-garbage.ts";
import { ErrorRedactor } from "../../../src/proxy/answer/redact.ts";
import { StreamRedactor } from "../../../src/proxy/answer/redact-stream.ts";
import { EndpointSecrets } from "../../../src/routing/endpoint-secrets.ts";
import type { OutboundHandler } from "../../../src/upstream/client.ts";
import { withoutQuotes } from "../../../src/wires/errors/quotes.ts";
import { StreamEnd } from "../../../src/wires/stream/stream-end.ts";
import { apiError, body } from "../../support/fakes/behaviours.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { raw } from "../../support/faults.ts";
import { chat, errorOf, worldFor } from "../../support/world.ts";

const STREAM = chat("m", { stream: true });
const ANSWER =
  'data: {"model":"m","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}\n\n';

test("fault 211: hundreds of comments before an unlabelled stream are read once", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const comment of [":\n\n", ": ping\n\n", ":\r\n\r\n", ":\n\n\n\n\n", ":\r\r \r\r"]) {
    for (const text of [
      `${comment.repeat(100)}${ANSWER}data: [DONE]\n\n`,
      `${comment.repeat(25)}nothing of a stream`,
    ]) {
      fakes.one.always(body(200, text, { "content-type": "text/plain" }));
      assert.equal((await ask(STREAM)).text, text);
    }
  }
});

test("fault 212: an error with quotation marks that nothing closes is read once", async (t) => {
  const opening = ["`", '"', "“", "‘", "「", "『", "[", " '", "a'", "[“「"];
  for (const quote of opening) {
    const text = withoutQuotes(`${quote.repeat(200_000)}x`);
    assert.equal(text.endsWith("x"), true);
  }
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  for (const quote of opening) {
    fakes.one.always(apiError(400, `${quote.repeat(2_000)} is no role`));
    assert.equal(errorOf(await ask(chat())).code, `${quote.repeat(2_000)} is no role`);
  }
});

test("fault 212: what stands between the first and the last quotation mark is left out", () => {
  for (const [message, left] of [
    ['No model "a" or "b" here', "No model   here"],
    ["'a' is no 'b', and don't", " , and don't"],
    ["“a 「b” c」 d", "  c」 d"],
    ["[x] (y)", "  (y)"],
    ["no end 'x", "no end 'x"],
    ["", ""],
  ] as const)
    assert.equal(withoutQuotes(message), left);
});

const KEY = `sk-proj-${"aB3".repeat(40)}`;

/** Counts the bytes that are looked through for keys. */
class CountedSecrets extends EndpointSecrets {
  looked = 0;

  constructor() {
    super({ credentials: [{ apiKey: KEY }], fixedHeaders: [] });
  }

  override mask(text: string): string {
    this.looked += text.length;
    return super.mask(text);
  }

  override isIn(text: string): boolean {
    this.looked += text.length;
    return super.isIn(text);
  }

  override placesIn(text: string): (readonly [number, number])[] {
    this.looked += text.length;
    return super.placesIn(text);
  }

  override isPlainIn(bytes: Buffer): boolean {
    this.looked += bytes.length;
    return super.isPlainIn(bytes);
  }

  override beginningAtEnd(bytes: Buffer): number {
    this.looked += bytes.length;
    return super.beginningAtEnd(bytes);
  }
}

/** An answer in chunks of one byte each. */
function inTinyChunks(status: number, type: string, text: string): string {
  const chunks = [...text].map((one) => `1\r\n${one}\r\n`).join("");
  return `HTTP/1.1 ${status} X\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
}

for (const engine of ENGINE_NAMES)
  test(`fault 213: chunks of one byte that are read together are passed on together by ${engine}`, async (t) => {
    const endpoint = await fakeFor(t);
    const { createClient } = await loadEngine(engine);
    const client = createClient();
    t.after(() => client.close());
    const text = "y".repeat(60_000);
    endpoint.always(raw(inTinyChunks(200, "text/plain", text)));
    const pieces: Buffer[] = [];
    await new Promise<void>((resolve) => {
      const route = client.open({ origin: new URL(endpoint.url).origin });
      const request = { method: "POST", path: "/v1/x", headers: [], body: undefined };
      const handler: OutboundHandler = {
        onHead: () => undefined,
        onData: (piece) => pieces.push(Buffer.from(piece)) > 0,
        onEnd: resolve,
        onFailure: () => resolve(),
      };
      client.send(route, request, handler, { connectMs: 5_000 });
    });
    assert.equal(Buffer.concat(pieces).toString(), text);
    assert.ok(pieces.length < 2_000, `${pieces.length} pieces`);
  });

test("fault 213: errors, comments and events in chunks of one byte keep their bytes, but for keys", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: { config: { api_key: KEY } } } });
  for (const count of [10, 20_000, 70_000]) {
    const long = "sk-proj-y".repeat(count / 10);
    const made = (key: string): string => `{"error":{"message":"${long}${key}${long}"}}`;
    fakes.one.always(raw(inTinyChunks(400, "application/json", made(KEY))));
    assert.equal((await ask(chat())).text, made("***"));
  }
  const made = (key: string): string =>
    `${ANSWER}: ${key}\n\ndata: {"error":{"message":"${key}"}}\n\n${ANSWER}`;
  fakes.one.always(raw(inTinyChunks(200, "text/event-stream", `${made(KEY)}data: [DONE]\n\n`)));
  assert.equal((await ask(STREAM)).text, `${made("***")}data: [DONE]\n\n`);
});

test("fault 213: however small the pieces are, each byte is looked through a few times at most", () => {
  const size = 100_000;
  const beginning = KEY.slice(0, 20);
  const filled = beginning.repeat(size / beginning.length);
  for (const text of [
    "y".repeat(size),
    filled,
    `data: {"error":{"message":"${filled}"}}\n\n`,
    `: ${KEY}${"y".repeat(60_000)}\n\n`,
    `data: ${beginning}\n`.repeat(size / 30),
    `: ${beginning}\n\n`.repeat(size / 30),
  ]) {
    const secrets = new CountedSecrets();
    const redactors = [new ErrorRedactor(secrets, []), new StreamRedactor(secrets, { hasError: true })];
    for (const redactor of redactors) {
      for (const byte of Buffer.from(text)) redactor.push(Buffer.from([byte]));
      redactor.finish();
    }
    assert.ok(secrets.looked < text.length * 16, `${secrets.looked} for ${text.length}`);
  }
});

test("fault 213: an event of a million empty lines of data takes no memory", () => {
  const end = new StreamEnd("chat");
  end.push(Buffer.from(ANSWER.replace('"index":0', '"index":1')));
  const lines = Buffer.from("data:\n".repeat(1_000));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let time = 0; time < 3_000; time += 1) end.push(lines);
  collectGarbage();
  assert.ok(process.memoryUsage().heapUsed - before < 8 * 1024 * 1024);
  assert.equal(end.isComplete, false);
});

test("fault 213: a stream of a million choices takes no memory, and ends when those that are counted do", () => {
  const end = new StreamEnd("chat");
  const finished = (index: number): string => ANSWER.replace('"index":0', `"index":${index}`);
  end.push(Buffer.from(finished(1)));
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let from = 2; from < 300_000; from += 100) {
    const indexes = Array.from({ length: 100 }, (_, at) => from + at);
    end.push(Buffer.from(indexes.map(finished).join("").replaceAll('"stop"', "null")));
  }
  collectGarbage();
  assert.ok(process.memoryUsage().heapUsed - before < 4 * 1024 * 1024);
  assert.equal(end.isComplete, false);
  for (let index = 0; index < 1_024; index += 1) end.push(Buffer.from(finished(index)));
  assert.equal(end.isComplete, true);
});
