// Both engines make the same of hostile and odd answers, or differ where a row says why they may.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createH1Client } from "../../src/upstream/h1/h1-client.ts";
import { createUndiciClient } from "../../src/upstream/undici/undici-client.ts";
import { type Answering, responseRigFor } from "./response-rig.ts";
import { RESPONSES } from "./responses.ts";

for (const [engine, make] of [
  ["fast", createH1Client],
  ["node", createUndiciClient],
] as const)
  for (const row of RESPONSES)
    test(`${engine}: ${row.name} (${row.rfc})`, async (t) => {
      const want = engine === "node" ? (row.onNode?.want ?? row.want) : row.want;
      const sent = typeof row.sent === "string" ? [row.sent] : row.sent;
      const answering: Answering = { sent, next: row.next ?? "open", method: row.method ?? "GET" };
      const rig = await responseRigFor(t, make);
      assert.equal(await rig.outcomeOf(answering), want);
      assert.equal(await rig.outcomeOf(answering, true), want, "on a connection that has served before");
    });

test("there are enough of them, and each has its name and its section", () => {
  assert.ok(RESPONSES.length >= 100);
  assert.equal(new Set(RESPONSES.map(({ name }) => name)).size, RESPONSES.length);
  for (const { name, rfc } of RESPONSES) assert.match(rfc, /^RFC \d{4} §\d+(?:\.\d+)*$/, name);
});
