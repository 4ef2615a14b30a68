// Both engines make the same of hostile and odd requests, or differ where a row says why they may.

import assert from "node:assert/strict";
import { test } from "node:test";
import { listen as listenFast } from "../../src/http/h1/server.ts";
import { listen as listenNode } from "../../src/http/node/server.ts";
import { outcomeOf, rigFor } from "./request-rig.ts";
import { HOST, head } from "./request-row.ts";
import { REQUESTS } from "./requests.ts";

const FIRST = head("GET /first HTTP/1.1", HOST);

for (const [engine, listen] of [
  ["fast", listenFast],
  ["node", listenNode],
] as const)
  for (const row of REQUESTS) {
    const want = engine === "node" ? (row.onNode?.want ?? row.want) : row.want;
    const sent = typeof row.sent === "string" ? [row.sent] : row.sent;
    const answers = answersOf(want);
    const next = row.next ?? "probe";
    // What has to end for its time, and not for its size or its form, has little of it.
    const isHasty = next === "wait" || want.includes("408");
    test(`${engine}: ${row.name} (${row.rfc})`, async (t) => {
      const rig = await rigFor(t, listen, isHasty);
      assert.equal(await outcomeOf(rig, { sent, next, answers }), want);
    });
    // Where nothing is sent the connection is one that rests, which is another matter.
    if (sent[0] === "") continue;
    test(`${engine}: ${row.name}, behind another request`, async (t) => {
      const rig = await rigFor(t, listen, isHasty);
      const behind = [FIRST + (sent[0] ?? ""), ...sent.slice(1)];
      const outcome = await outcomeOf(rig, { sent: behind, next, answers: answers + 1 });
      assert.equal(outcome, withFirst(engine === "node" ? (row.onNode?.behind ?? want) : want));
    });
  }

/** How many answers an outcome has. */
function answersOf(outcome: string): number {
  const said = outcome.slice(outcome.lastIndexOf("> "));
  return said.match(/\b[1-5]\d\d\b/g)?.length ?? 0;
}

/** The outcome where the first request is before it. */
function withFirst(outcome: string): string {
  const at = outcome.lastIndexOf("> ");
  const seen = outcome.slice(0, Math.max(0, at - 1));
  return `GET /first${seen === "" ? "" : `; ${seen}`} > 200 ${outcome.slice(at + 2)}`;
}

test("there are enough of them, and each has its name and its section", () => {
  assert.ok(REQUESTS.length >= 150);
  assert.equal(new Set(REQUESTS.map(({ name }) => name)).size, REQUESTS.length);
  for (const { name, rfc } of REQUESTS) assert.match(rfc, /^RFC \d{4} §(?:\d+|C)(?:\.\d+)*$/, name);
});
