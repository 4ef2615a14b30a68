// The page of the log says what is really logged: every field of a request's line, and every event that the program names.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LOG_EVENTS, REQUEST_FIELDS } from "../scripts/log-words.ts";
import { exchangeFields } from "../src/observe/exchange-line.ts";

const SOURCE = join(import.meta.dirname, "../src");
/** Put in by the writer of lines, not by the request. */
const OF_THE_WRITER = ["level", "time", "worker"];
/** A call of a log with the event's name as it stands. */
const LOGGED = /\.(?:info|warn|error|#say)\(\s*"([a-z]+(?:_[a-z]+)*)"\s*,/g;

function textsOfSource(): readonly string[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
  const own = files.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  return own.map((name) => readFileSync(join(SOURCE, name), "utf8"));
}

test("the page has each field of a request's line, in its order, and no other", () => {
  const fields = exchangeFields({
    requestId: "r",
    method: "POST",
    path: "/",
    clientKey: "k",
    clientAddress: "",
    operation: "chat",
    model: "m",
    endpoint: "e",
    upstreamModel: "n",
    status: 200,
    error: undefined,
    isStream: false,
    attempts: [],
    startedWallMs: 0,
    durationMs: 0,
    firstByteMs: 0,
    bytesIn: 0,
    bytesOut: 0,
  });
  const named = REQUEST_FIELDS.map(([name]) => name).filter((name) => !OF_THE_WRITER.includes(name));
  assert.deepEqual(named, Object.keys(fields));
});

test("the page has each event that the program logs, and none that it does not", () => {
  const texts = textsOfSource();
  const logged = new Set(texts.flatMap((text) => [...text.matchAll(LOGGED)].map((match) => match[1] ?? "")));
  const named = LOG_EVENTS.map(([name]) => name);
  assert.ok(logged.size > 40);
  assert.deepEqual([...logged].filter((name) => !named.includes(name)).sort(), []);
  const all = texts.join("\n");
  assert.deepEqual(
    named.filter((name) => !all.includes(`"${name}"`)),
    [],
  );
  assert.equal(new Set(named).size, named.length);
});
