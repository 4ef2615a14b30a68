// Faults 335 to 346: ids of objects that endpoints keep, made up, lost, of another client, or asked for in floods.

import assert from "node:assert/strict";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { folderFor } from "../../support/folder.ts";
import {
  askedOf,
  clientOf,
  gatewayBefore,
  type ObjectsWorld,
  objectsWorld,
} from "../../support/objects-world.ts";
import { configOf } from "../../support/start-gateway.ts";

type Said = { readonly status: number; readonly code: string; readonly message: string };

async function say(w: Pick<ObjectsWorld, "gateway">, line: string, init: RequestInit = {}): Promise<Said> {
  const [method = "GET", path = ""] = line.split(" ");
  const answer = await fetch(`${w.gateway.url}${path}`, { method, ...init });
  const text = await answer.text();
  const value = JSON.parse(text) as {
    error?: { code: string; message: string; type: string; param: unknown };
  };
  if (value.error !== undefined)
    assert.deepEqual(Object.keys(value.error).sort(), ["code", "message", "param", "type"], text);
  return { status: answer.status, code: value.error?.code ?? "", message: value.error?.message ?? "" };
}

test("fault 335: ids that are none, of every form, get an error and reach nobody", async (t) => {
  const w = await objectsWorld(t);
  const ids = [
    "a%2Fb",
    "a%2F..",
    "a%00",
    "a%0d%0ab",
    "%20",
    "%ff",
    "a%3Fb",
    "a%23b",
    "x".repeat(1025),
    "%E6%AA%94",
  ];
  for (const id of ids) {
    for (const line of [`GET /files/${id}`, `DELETE /responses/${id}`, `POST /batches/${id}/cancel`]) {
      const { status, code } = await say(w, line);
      assert.deepEqual([status, code], [400, "invalid_object_id"], line);
    }
  }
  const long = await say(w, `GET /files/${"x".repeat(10_240)}`);
  assert.deepEqual([long.status, long.code], [414, "uri_too_long"]);
  assert.deepEqual(askedOf(w), { alpha: [], beta: [] });
});

test("fault 335: an id that nobody has is 404 by the same words each time, and asked for once", async (t) => {
  const w = await objectsWorld(t);
  for (const line of ["GET /files/file-x", "DELETE /files/file-x", "GET /files/file-x/content"]) {
    const { status, code, message } = await say(w, line);
    assert.deepEqual([status, code], [404, "object_not_found"]);
    assert.equal(message, "No file with the id `file-x` was found at any endpoint.");
  }
  assert.deepEqual(askedOf(w), { alpha: ["GET /files/file-x"], beta: ["GET /files/file-x"] });
});

test("fault 336: a flood of made-up ids costs the endpoints a few questions, and others nothing", async (t) => {
  const keys = [
    { name: "flood", key: "sk-flood" },
    { name: "good", key: "sk-good" },
  ];
  const w = await objectsWorld(t, { server: { api_keys: keys } });
  const { id } = await clientOf(w.gateway, "sk-flood").vectorStores.create({});
  const late = w.beta.put("/files");
  askedOf(w);
  const headers = { authorization: "Bearer sk-flood" };
  const said = await Promise.all(
    Array.from({ length: 300 }, (_, index) => say(w, `GET /files/file-${index}`, { headers })),
  );
  const limited = said.filter(({ status, code }) => status === 429 && code === "object_lookups_limited");
  assert.ok(limited.length > 200, String(limited.length));
  const asked = askedOf(w);
  assert.ok(asked.alpha.length < 60, String(asked.alpha.length));
  // What is known is known without a question, and another client has questions of its own.
  assert.equal((await say(w, `GET /vector_stores/${id}`, { headers })).status, 200);
  const good = { headers: { authorization: "Bearer sk-good" } };
  assert.equal((await say(w, `GET /files/${late}`, good)).status, 200);
});

test("fault 337: many requests at once for an id that nobody knows ask once", async (t) => {
  const w = await objectsWorld(t);
  const id = w.beta.put("/conversations");
  const said = await Promise.all(Array.from({ length: 30 }, () => say(w, `GET /conversations/${id}`)));
  assert.ok(said.every(({ status }) => status === 200));
  assert.equal(askedOf(w).alpha.length, 1);
});

test("fault 338: while an endpoint does not answer nobody knows whether it has the object", async (t) => {
  const w = await objectsWorld(t);
  const id = w.beta.put("/files");
  w.beta.status = 500;
  const { status, code, message } = await say(w, `DELETE /files/${id}`);
  assert.deepEqual([status, code], [503, "object_home_unknown"]);
  assert.match(message, /could not be asked: beta\./);
  w.beta.status = undefined;
  // It was not remembered as an id that nobody has.
  assert.equal((await say(w, `DELETE /files/${id}`)).status, 200);
});

test("fault 339: a broken file of where objects are is a line in the log, and they are found by asking", async (t) => {
  const dataDir = folderFor(t);
  const options = { dataDir, configFile: "/test/config.yaml" };
  const w = await objectsWorld(t, { options });
  const { id } = await w.openai.vectorStores.create({});
  await w.gateway.gateway.close({ graceMs: 0 });
  const [folder = ""] = await readdir(join(dataDir, "gateways"));
  const file = join(dataDir, "gateways", folder, "objects.json");
  const others = {
    version: 1,
    state: { addresses: { alpha: "x" }, objects: { lasting: [["alpha", 0, null, [id]]] } },
  };
  const odd = { version: 1, state: { addresses: {}, objects: { lasting: [[1], "x", null], passing: {} } } };
  for (const text of [
    "{",
    "null",
    "[]",
    '{"version":1}',
    JSON.stringify(odd),
    JSON.stringify(others),
    "\u0000",
  ]) {
    await writeFile(file, text);
    const again = await gatewayBefore(t, [w.alpha, w.beta], { options });
    askedOf(w);
    assert.equal((await again.openai.vectorStores.retrieve(id)).id, id, text);
    assert.equal(askedOf(w).beta.length, 1, text);
    await again.gateway.gateway.close({ graceMs: 0 });
  }
  await rm(file);
  await mkdir(file);
  const last = await gatewayBefore(t, [w.alpha, w.beta], { options });
  assert.equal((await last.openai.vectorStores.retrieve(id)).id, id);
  assert.ok(last.gateway.log.events.includes("saved_state_failed"));
});

test("fault 340: behind an endpoint's name stands another server after a reload: its objects are looked for anew", async (t) => {
  const w = await objectsWorld(t);
  const { id } = await w.openai.vectorStores.create({}, { headers: { "x-oai-gateway-endpoint": "alpha" } });
  const swapped = [
    { name: "alpha", base_url: w.beta.url },
    { name: "beta", base_url: w.alpha.url },
  ];
  w.gateway.gateway.reload(configOf({ endpoints: swapped }));
  await w.gateway.gateway.catalogue.firstAnswers();
  const answer = await w.openai.vectorStores.retrieve(id).withResponse();
  assert.equal(answer.response.headers.get("x-oai-gateway-endpoint"), "beta");
});

test("fault 341: an upload whose answer was lost is not sent again", async (t) => {
  const w = await objectsWorld(t);
  w.alpha.breaks = true;
  const first = await say(w, "POST /files", { body: "x", headers: { "x-oai-gateway-endpoint": "alpha" } });
  assert.equal(first.status, 502);
  assert.equal(w.alpha.requests.length, 1);
  // Nor to another endpoint, where by weight it could have gone.
  w.beta.breaks = true;
  const second = await say(w, "POST /files", { body: "x" });
  assert.equal(second.status, 502);
  assert.equal(w.alpha.requests.length + w.beta.requests.length, 2);
});

test("fault 342: a server that answers 200 to anything is nobody's home", async (t) => {
  const w = await objectsWorld(t);
  const id = w.beta.put("/files");
  for (const text of [
    "<!doctype html><p>x",
    '{"error":"Unexpected endpoint or method. (GET /v1/files/x)"}',
    "{}",
    "[]",
    '{"id":"other"}',
  ]) {
    w.alpha.anything = text;
    const again = await gatewayBefore(t, [w.alpha, w.beta]);
    assert.equal((await again.openai.files.retrieve(id)).id, id, text);
  }
});

test("fault 343: an id of another client's is 404, as one that nobody has", async (t) => {
  const keys = [
    { name: "ann", key: "sk-ann" },
    { name: "ben", key: "sk-ben" },
  ];
  const w = await objectsWorld(t, { server: { api_keys: keys } });
  const { id } = await clientOf(w.gateway, "sk-ann").vectorStores.create({});
  const headers = { authorization: "Bearer sk-ben" };
  const said = await say(w, `GET /vector_stores/${id}`, { headers });
  const none = await say(w, "GET /vector_stores/vs_none", { headers });
  assert.deepEqual({ ...said, message: said.message.replace(id, "vs_none") }, none);
});

test("fault 344: lists that never end, are cut, or are none, end in an answer", async (t) => {
  const w = await objectsWorld(t);
  const id = w.beta.put("/files");
  const entry = '{"id":"file-again","created_at":5}';
  const texts = [
    '{"data":[],"has_more":true}',
    '{"data":[{"created_at":5}],"has_more":true}',
    `{"data":[${entry}],"has_more":true}`,
    '{"data":{},"has_more":true}',
    '{"data":[{"id":"file-1"',
    "[]",
    "null",
    "{",
  ];
  for (const text of texts) {
    w.alpha.anything = text;
    w.alpha.requests.length = 0;
    for (const path of ["/files", "/files?limit=3", "/files?limit=3&order=asc"]) {
      const answer = await fetch(`${w.gateway.url}${path}`);
      const page = (await answer.json()) as { data: { id?: string }[] };
      assert.ok(
        page.data.some((one) => one.id === id),
        `${text} ${path}`,
      );
    }
    assert.ok(w.alpha.requests.length <= 60, text);
  }
});

test("fault 345: what would change something is never sent to find out who has it", async (t) => {
  const w = await objectsWorld(t);
  const lines = [
    "DELETE /files/file-x",
    "POST /responses/resp_x/cancel",
    "POST /batches/batch_x/cancel",
    "POST /vector_stores/vs_x",
    "POST /uploads/upload_x/complete",
    "DELETE /conversations/conv_x/items/msg_x",
    "POST /live/sessions/sess_x/hangup",
  ];
  for (const line of lines) assert.equal((await say(w, line)).status, 404, line);
  const { alpha, beta } = askedOf(w);
  assert.ok([...alpha, ...beta].every((asked) => asked.startsWith("GET ")));
});

test("fault 346: a client that leaves while endpoints are asked keeps nothing from others", async (t) => {
  const w = await objectsWorld(t);
  const id = w.beta.put("/files");
  const left = new AbortController();
  w.alpha.onRequest = () => left.abort();
  await assert.rejects(say(w, `GET /files/${id}`, { signal: left.signal }));
  w.alpha.onRequest = undefined;
  assert.equal((await say(w, `GET /files/${id}`)).status, 200);
});
