// Whatever is wrong with a request to the admin API, a reader of Chinese is told in Chinese.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_OPERATIONS } from "../../src/admin/operations/all.ts";
import { USUAL_ENGINE } from "../../src/config/schema/engine-name.ts";
import { type AdminAsk, adminFor } from "../support/admin-rig.ts";
import { type WireRequest, ask as wire } from "../support/wire.ts";

const LANGUAGES = ["zh-TW", "zh-CN"] as const;

/** What is wrong with a body, of whatever operation. */
const BODIES: readonly AdminAsk[] = [
  {},
  { text: "{" },
  { text: "name=x", headers: { "content-type": "application/x-www-form-urlencoded" } },
  { text: "\u001f\ufffd", headers: { "content-encoding": "gzip" } },
  { body: [] },
  { body: "text" },
  { body: { unheard: 1 } },
  { body: { name: "\u0007", text: 7, targets: 1, password: "x", old: "x", secret: "x", endpoint: null } },
  { body: { name: "a".repeat(5_000), text: "endpoints: [", password: "y".repeat(5_000) } },
];

const QUERIES = [
  "",
  "?unheard=1",
  "?limit=0&by=color",
  "?from=soon&from=late",
  "?from=soon&to=never&by=hour",
];

/** Words of English: three in a row, outside of what is quoted. */
function englishIn(text: string): readonly string[] {
  const said = text.replaceAll(/`[^`]*`|"[^"]*"|「[^」]*」|“[^”]*”/g, "·");
  return said.match(/[A-Za-z']{2,}(?:[ ,.:;]+[A-Za-z']{2,}){2,}/g) ?? [];
}

/** What ends the session that asks, and a stream that has no end. */
const LEFT_OUT = /^(?:DELETE \/sessions?|GET \/live)$/;

test("no refusal of any operation has a sentence in English for a reader of Chinese", async (t) => {
  const { ask, logIn } = await adminFor(t, { file: "server: {port: 0}\nendpoints: []\n" });
  const token = await logIn();
  const english = await ask("GET", "/admin/v1/keys/none", { token });
  assert.notDeepEqual(englishIn(Object(english.value).error.message), []);
  const found = new Set<string>();
  let count = 0;
  for (const { method, path } of ALL_OPERATIONS) {
    if (LEFT_OUT.test(`${method} ${path}`)) continue;
    const at = `/admin/v1${path.replaceAll(/\{\w+\}/g, "none%07")}`;
    const bodies = method === "GET" || method === "DELETE" ? [{}] : BODIES;
    const queries = method === "GET" ? QUERIES : QUERIES.slice(0, 2);
    for (const body of bodies)
      for (const query of queries)
        for (const language of LANGUAGES) {
          const headers = { "accept-language": language, ...body.headers };
          const told = await ask(method, at + query, { ...body, token, headers });
          // A log of changes, for one, has English names of what was done.
          if (told.status < 400) continue;
          count += 1;
          for (const words of englishIn(told.text)) found.add(`${method} ${path}: ${words}`);
        }
  }
  assert.deepEqual([...found], []);
  assert.ok(count > ALL_OPERATIONS.length * LANGUAGES.length);
});

test("who may not ask, or sends a broken body, is told so in the own language", async (t) => {
  const secret = "t".repeat(32);
  const { gateway, logIn } = await adminFor(t, { token: secret });
  const json = { "content-type": "application/json" };
  const chunked = { ...json, "transfer-encoding": "chunked" };
  const session = { method: "POST", path: "/admin/v1/session" };
  const setup = { path: "/admin/v1/setup", body: { secret, password: "long enough a word" } };
  const status = { path: "/admin/v1/status" };
  const large = { method: "POST", path: "/admin/v1/keys", body: " ".repeat(1024 * 1024 + 1) };
  const tell = async (rows: readonly (readonly [number, WireRequest])[]): Promise<void> => {
    for (const language of LANGUAGES)
      for (const [code, request] of rows) {
        const headers = { "accept-language": language, ...request.headers };
        const answer = await wire(gateway.port, { ...request, headers });
        assert.equal(answer.status, code, answer.text);
        assert.match(answer.text, /[\u4e00-\u9fff]{4}/);
        assert.deepEqual(englishIn(answer.text), []);
        // A setting of requests to models, which does not count here.
        assert.doesNotMatch(answer.text, /server\.max_body|\/v1 之下。OpenAI/);
      }
  };
  await tell([
    [403, { ...status, headers: { host: "gateway.example" } }],
    [403, { ...status, headers: { "x-forwarded-for": "10.0.0.1" } }],
    [403, { ...status, headers: { "sec-fetch-site": "cross-site" } }],
    [401, status],
    [401, { ...status, headers: { authorization: "Bearer nobody" } }],
    [404, { path: "/admin/v2/status" }],
    [404, { path: "/admin/v1/nothing" }],
    [405, { ...status, method: "PUT" }],
    [413, { ...session, headers: json, body: "[".repeat(5_000) }],
    [413, { ...session, headers: chunked, body: `1800\r\n${" ".repeat(0x1800)}` }],
    // `node:http` gives up such a connection before anybody knows whose it is, and what is said of it is English.
    ...(USUAL_ENGINE === "node"
      ? []
      : [[400, { ...session, headers: chunked, body: "no size\r\n" }] as const]),
    [400, { ...session, headers: json, body: Buffer.from([0x7b, 0xff, 0x7d]) }],
    [400, { ...session, headers: { "content-type": "text/plain" }, body: "{}" }],
    [401, setup],
    [413, { ...large, headers: { ...json, authorization: `Bearer ${secret}` } }],
  ]);
  await logIn();
  await tell([[401, { ...session, headers: json, body: { password: "not the password" } }]]);
});
