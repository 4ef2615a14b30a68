// Large bodies, up and down. Limits are in `bad-input.test.ts`.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { body, echo } from "../support/fakes/behaviours.ts";
import { openWire } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const MIB = 1 << 20;
const NICK = { endpoints: { one: {} }, routing: { model_overrides: { nick: ["one/m"] } } };

test("a JSON body of 20 MB goes up, by length and in chunks, renamed and not", async (t) => {
  const { ask, fakes, port } = await worldFor(t, NICK);
  const bodyOf = (name: string): Buffer =>
    Buffer.from(`{"messages":[{"content":"${"é".repeat(10 * MIB)}"}],"model":"${name}","stream":false}`);
  const expected = sha(bodyOf("m"));
  fakes.one.always(body(200, "{}"));
  for (const name of ["m", "nick"]) {
    const sent = bodyOf(name);
    assert.equal((await ask({ ...chat(), body: sent })).status, 200);
    const wire = await openWire(port);
    await wire.send("POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
    for (let at = 0; at < sent.length; at += MIB) {
      const piece = sent.subarray(at, at + MIB);
      await wire.send(`${piece.length.toString(16)};ext=1\r\n`);
      await wire.send(piece);
      await wire.send("\r\n");
    }
    await wire.send("0\r\n\r\n");
    assert.equal((await wire.answer()).status, 200);
    wire.close();
  }
  assert.equal(fakes.one.requests.length, 4);
  for (const request of fakes.one.requests) assert.equal(sha(request.body), expected);
});

test("an upload of 30 MB goes up in a form, its model after the file", async (t) => {
  const { ask, fakes } = await worldFor(t, NICK);
  const file = Buffer.alloc(30 * MIB, "\r\n--");
  const form = (name: string): Buffer =>
    Buffer.concat([
      Buffer.from('--xyz\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'),
      file,
      Buffer.from(`\r\n--xyz\r\ncontent-disposition: form-data; name="model"\r\n\r\n${name}\r\n--xyz--\r\n`),
    ]);
  fakes.one.always(echo());
  const headers = { "content-type": "multipart/form-data; boundary=xyz" };
  const answer = await ask({ path: "/v1/audio/transcriptions", headers, body: form("nick") });
  assert.equal(answer.json()["sha256"], sha(form("m")));
});

test("an answer of 30 MB comes down as it is, renamed or not", async (t) => {
  const { ask, fakes } = await worldFor(t, NICK);
  const answerOf = (name: string): string => `{"data":"${"x".repeat(30 * MIB)}","model":"${name}"}`;
  fakes.one.always(body(200, answerOf("m"), { "content-type": "application/json" }));
  for (const name of ["m", "nick"]) {
    const answer = await ask(chat(name));
    assert.equal(sha(answer.body), sha(Buffer.from(answerOf(name))));
  }
});

function sha(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
