// Both engines make the same of hostile and odd requests, or differ where a row says why they may.

import assert from "node:assert/strict";
import { test } from "node:test";
import { listen as listenFast } from "../../src/http/h1/server.ts";
import { listen as listenNode } from "../../src/http/node/server.ts";
import { outcomeOf, rigFor } from "./request-rig.ts";
import { REQUESTS } from "./requests.ts";

for (const [engine, listen] of [
  ["fast", listenFast],
  ["node", listenNode],
] as const)
  for (const row of REQUESTS)
    test(`${engine}: ${row.name} (${row.rfc})`, async (t) => {
      const want = engine === "node" ? (row.onNode?.want ?? row.want) : row.want;
      const rig = await rigFor(t, listen, row.next === "wait");
      const sent = typeof row.sent === "string" ? [row.sent] : row.sent;
      const answers = (want.split(" > ").at(-1) ?? want).match(/\b[1-5]\d\d\b/g)?.length ?? 0;
      assert.equal(await outcomeOf(rig, { sent, next: row.next ?? "probe", answers }), want);
    });

test("there are enough of them, and each has its name", () => {
  assert.ok(REQUESTS.length >= 150);
  assert.equal(new Set(REQUESTS.map(({ name }) => name)).size, REQUESTS.length);
});
