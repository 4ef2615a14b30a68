// Faults 134 to 136: bodies that two readers would read as two models, and large bodies of the slowest kinds.

import assert from "node:assert/strict";
import { test } from "node:test";
import { json } from "../../support/fakes/behaviours.ts";
import type { WireRequest } from "../../support/wire.ts";
import { chat, errorOf, type World, worldFor } from "../../support/world.ts";

const ONE = {
  endpoints: { one: { fake: { models: ["m", "dear"] } } },
  routing: { model_overrides: { nick: ["one/m"] } },
};
const CHAT = "/v1/chat/completions";
const FORM = { "content-type": "multipart/form-data; boundary=b" };

function part(disposition: string, value: string, more = ""): string {
  return `--b\r\ncontent-disposition: form-data; ${disposition}${more}\r\n\r\n${value}\r\n`;
}

const MODEL = part('name="model"', "m");

async function refused(world: World<"one">, request: WireRequest | string, code: string): Promise<void> {
  const answer = await world.ask(request);
  const told = typeof request === "string" ? request : JSON.stringify(request);
  assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} for ${told}`);
  assert.equal(errorOf(answer).code, code, `${told}: ${answer.text}`);
  assert.equal(world.fakes.one.requests.length, 0, told);
}

test("fault 134: a key of JSON that some readers take for model is refused, deeper ones are nobody's business", async (t) => {
  const world = await worldFor(t, ONE);
  const twins = [
    "Model",
    "MODEL",
    "\\u004dodel",
    " model",
    "model ",
    "model\\u0000",
    "\\ufeffmodel",
    "\uff4dodel",
  ];
  for (const twin of twins) {
    for (const body of [
      `{"model":"m","${twin}":"dear"}`,
      `{"${twin}":"dear","model":"m"}`,
      `{"model":"nick","a":{"b":[1]},"${twin}":null}`,
      `{"${twin}":"dear"}`,
    ])
      await refused(world, { path: CHAT, body }, "ambiguous_model");
  }
  for (const key of ["Stream", "\u017ftream", "STREAM", "stream "])
    await refused(world, { path: CHAT, body: `{"model":"m","${key}":true}` }, "invalid_field");
  await refused(world, { path: CHAT, body: '{"model":"m","stream":true,"stream":false}' }, "invalid_field");
  const fine =
    '{"model":"m","metadata":{"Model":"x","model[]":"y"},"models":["dear"],"Mode":1,"tools":[{"MODEL":1}]}';
  assert.equal((await world.ask({ path: CHAT, body: fine })).status, 200);
  assert.equal(world.fakes.one.requests[0]?.body.toString(), fine);
});

test("fault 134: so is a parameter of the query, and JSON of another type beside a query's model", async (t) => {
  const world = await worldFor(t, ONE);
  const body = '{"model":"m"}';
  for (const query of ["%6dodel=dear", "Model=dear", "model[]=dear", "+model=dear", "a=1;model=dear"]) {
    await refused(world, { path: `${CHAT}?${query}`, body }, "ambiguous_model");
    await refused(world, { method: "DELETE", path: `/v1/models/m?${query}` }, "ambiguous_model");
  }
  world.fakes.one.always(json(200, "{}"));
  const sdp = { "content-type": "application/sdp" };
  await refused(
    world,
    { path: `${CHAT}?model=m`, headers: sdp, body: '{"model":"dear"}' },
    "duplicate_model",
  );
  assert.equal((await world.ask({ path: `${CHAT}?model=m`, headers: sdp, body: "v=0\r\n" })).status, 200);
});

test("fault 214: JSON of another type beside a query's model is seen behind marks, zeros and any white space", async (t) => {
  const world = await worldFor(t, ONE);
  const dear = '{"model":"dear"}';
  const utf16 = Buffer.from(`\ufeff${dear}`, "utf16le");
  for (const type of ["application/octet-stream", "application/sdp", "text/xml"]) {
    for (const body of [
      Buffer.from(`\ufeff${dear}`),
      Buffer.from(`${" ".repeat(2_000)}${dear}`),
      Buffer.from(`\v\0\r\n${dear}`),
      Buffer.from(`${"\n".repeat(2 * 1024 * 1024)}${dear}`),
      Buffer.from(`[${dear}]`),
      utf16,
      utf16.subarray(2),
      Buffer.from(utf16).swap16(),
      Buffer.from(utf16).swap16().subarray(2),
    ]) {
      const answer = await world.ask({ path: `${CHAT}?model=m`, headers: { "content-type": type }, body });
      assert.equal(answer.status, 400, `${type} ${body.toString("latin1", 0, 8)}`);
    }
  }
  assert.equal(world.fakes.one.requests.length, 0);
});

test("fault 134: so is a part of a form that is a field to some and a file or another text to others", async (t) => {
  const world = await worldFor(t, ONE);
  const path = "/v1/audio/transcriptions";
  const others = [
    part('name="model"; filename=""', "dear"),
    part("name=\"model\"; filename*=utf-8''x", "dear"),
    part('name="model"; filename*0=x', "dear"),
    part('name="Model"', "dear"),
    part('name="model[]"', "dear"),
    part('name=" model"', "dear"),
    part('name="%6dodel"', "dear"),
    part('name="model"', "dear", "\r\ncontent-type: text/plain; charset=utf-16be"),
    part('name="_charset_"', "utf-7"),
  ];
  for (const other of others) {
    for (const body of [`${other}${MODEL}--b--`, `${MODEL}${other}--b--`, `${other}--b--`])
      await refused(world, { path, headers: FORM, body }, "ambiguous_model");
  }
  await refused(world, { path, headers: FORM, body: `{"model":"dear"}\r\n${MODEL}--b--` }, "ambiguous_model");
  for (const more of ["; boundary=c", "; boundary*=utf-8''c", ', multipart/form-data; boundary="c"']) {
    const headers = { "content-type": `multipart/form-data; boundary=b${more}` };
    await refused(world, { path, headers, body: `${MODEL}--b--` }, "invalid_multipart");
  }
  const fine = `${MODEL}${part('name="file"; filename="Model"', "x")}${part('name="model_id"', "y")}--b--`;
  assert.equal((await world.ask({ path, headers: FORM, body: fine })).status, 200);
});

test("fault 135: a header of the body that is given twice is refused, and so is another character set", async (t) => {
  const world = await worldFor(t, ONE);
  const body = `${MODEL}--b--`;
  const head = (...lines: string[]): string =>
    `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: a\r\n${lines.join("\r\n")}\r\n`;
  const length = `content-length: ${body.length}`;
  const type = "content-type: multipart/form-data; boundary=b";
  const rows: readonly (readonly [string, string])[] = [
    [head(type, "Content-Type: multipart/form-data; boundary=c", length), "bad_request"],
    [head(type, type, length), "bad_request"],
    [head(type, "content-encoding: identity", "Content-Encoding: gzip", length), "bad_request"],
    [head(type, length, `Content-Length: ${body.length + 1}`), "bad_request"],
  ];
  for (const [text, code] of rows) await refused(world, `${text}\r\n${body}`, code);
  for (const charset of ["utf-16", '"UTF-7"', "ibm037", "utf-8; charset=utf-16", "*=utf-16"]) {
    const headers = { "content-type": `application/json; charset=${charset}`.replace("=*", "*") };
    await refused(world, { path: CHAT, headers, body: '{"model":"m"}' }, "unsupported_charset");
  }
  for (const charset of ["utf-8", "UTF8", '"utf-8"', "iso-8859-1"]) {
    const headers = { "content-type": `application/json;charset=${charset}` };
    assert.equal((await world.ask({ ...chat(), headers })).status, 200);
  }
});

test("fault 136: large bodies of the slowest kinds are read in slices, and others are served in between", async (t) => {
  const world = await worldFor(t, ONE);
  world.fakes.one.always(json(200, "{}"));
  const bodyOf = (unit: string, name: string): Buffer =>
    Buffer.from(`{"a":1${unit.repeat(Math.floor((6 << 20) / unit.length))},"model":"${name}"}`);
  for (const unit of [
    ',"\\u006dodem":1',
    ',"a":[[1,2],{"b":"\\\\"}]',
    " ",
    `,"b":"${"x".repeat(1 << 20)}"`,
  ]) {
    const whole = bodyOf(unit, "nick");
    let isOver = false;
    const large = world.ask({ path: "/v1/embeddings", body: whole }).finally(() => {
      isOver = true;
    });
    let servedMeanwhile = 0;
    while (!isOver) {
      assert.equal((await world.ask(chat())).status, 200);
      if (!isOver) servedMeanwhile += 1;
    }
    assert.equal((await large).status, 200, unit.slice(0, 20));
    assert.ok(servedMeanwhile > 0);
    const got = world.fakes.one.requests.find(({ path }) => path.endsWith("/embeddings"));
    assert.ok(got?.body.equals(bodyOf(unit, "m")));
    world.fakes.one.requests.length = 0;
  }
});

test("fault 136: a body of more than a slice waits its turn, though it is read into memory at once", async (t) => {
  const world = await worldFor(t, ONE);
  world.fakes.one.always(json(200, "{}"));
  const run = t.mock.method(world.gateway.overload.slices, "run");
  const sizes: readonly [kib: number, isSliced: boolean][] = [
    [100, false],
    [300, true],
    [900, true],
  ];
  for (const [kib, isSliced] of sizes) {
    run.mock.resetCalls();
    const messages = [{ role: "user", content: "x".repeat(kib << 10) }];
    assert.equal((await world.ask(chat("m", { messages }))).status, 200);
    assert.equal(run.mock.callCount() > 0, isSliced, `${kib} KiB`);
  }
});
