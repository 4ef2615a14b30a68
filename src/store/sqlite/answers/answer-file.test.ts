// Tests of answer-file.ts.

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../../../../test/support/folder.ts";
import { DatabaseFile } from "../file/database-file.ts";
import { AnswerFile } from "./answer-file.ts";
import { ANSWER_TABLES, answerOfKey } from "./answer-table.ts";

const WALL_MS = 1_700_000_000_000;

function rig(t: TestContext, { maxBytes = 1e9, maxPages }: { maxBytes?: number; maxPages?: number } = {}) {
  const folder = folderFor(t);
  const path = join(folder, "answers.db");
  const file = new DatabaseFile({ path, migrations: ANSWER_TABLES, maxPages });
  const time = { nowMs: 0, wallMs: WALL_MS };
  const notes: string[] = [];
  const parts = {
    file,
    nowMs: () => time.nowMs,
    wallMs: () => time.wallMs,
    note: (one: string) => notes.push(one),
  };
  const answers = new AnswerFile(parts, maxBytes);
  t.after(() => answers.close());
  const keep = (key: string, bytes = 10, ttlMs = 1_000): boolean =>
    answers.keep({
      key,
      answer: {
        headers: ["content-type", "text/plain"],
        body: Buffer.alloc(bytes, key),
        isStream: true,
        modelName: "m",
        mark: "1",
        keptMs: time.wallMs,
        untilMs: time.wallMs + ttlMs,
      },
    });
  return { file, time, notes, answers, keep };
}

test("an answer comes back as it was, and another one takes its place", (t) => {
  const { file, keep } = rig(t);
  assert.equal(keep("a"), true);
  assert.equal(keep("a", 3), true);
  const { body, ...found } = answerOfKey(file, "a") ?? {};
  assert.equal(Buffer.from(body ?? []).toString(), "aaa");
  assert.deepEqual(found, {
    headers: ["content-type", "text/plain"],
    isStream: true,
    modelName: "m",
    mark: "1",
    keptMs: WALL_MS,
    untilMs: WALL_MS + 1_000,
  });
});

test("what is over is removed, and what is not stays", (t) => {
  const { file, time, answers, keep } = rig(t);
  keep("brief", 10, 1_000);
  keep("long", 10, 2_000);
  time.wallMs += 1_000;
  answers.tidy();
  assert.deepEqual(
    ["brief", "long"].map((key) => answerOfKey(file, key) !== undefined),
    [false, true],
  );
});

test("on a full disk the file is begun anew, and an answer that is too large for it is lost and told once", (t) => {
  const { notes, keep, time } = rig(t, { maxPages: 60 });
  for (let count = 0; count < 20; count += 1) assert.equal(keep(String(count), 40_000), true);
  assert.deepEqual(notes, []);
  assert.equal(keep("large", 400_000), false);
  assert.equal(keep("after", 10), false);
  time.nowMs += 2_000;
  assert.equal(keep("after", 10), true);
  assert.equal(notes.length, 1);
  assert.match(notes[0] ?? "", /cannot be kept on the disk: The disk is full\. Requests go on\.$/);
});

test("a file of a later version is left alone", (t) => {
  const { file, keep, notes } = rig(t);
  keep("a");
  file.run("PRAGMA user_version = 99");
  file.close();
  assert.equal(keep("b"), false);
  assert.match(notes[0] ?? "", /tables of version 99/);
});

test("an answer that was damaged on the disk is none", (t) => {
  const { file, keep } = rig(t);
  keep("a");
  file.run("UPDATE answer SET body = x'00'");
  assert.throws(() => answerOfKey(file, "a"), { code: "corrupt" });
});
