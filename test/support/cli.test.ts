// The end of a test that has started commands: nothing of it is left, whatever was shared.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { type CliRun, startCli } from "./cli.ts";

/** Writes files into a folder for as long as it runs. */
const WRITER = `
  const { mkdirSync, writeFileSync } = require("node:fs");
  const write = (at) => {
    mkdirSync(process.argv[2] + "/deep/deeper", { recursive: true });
    for (let i = 0; i < 50; i++) writeFileSync(process.argv[2] + "/deep/deeper/" + at + "-" + i, "x");
    if (at === 0) console.log("writes");
    setImmediate(write, at + 1);
  };
  write(0);
`;

test("commands of one test are all ended before a folder that they share is removed", async (t) => {
  const runs: CliRun[] = [];
  await t.test("a test with two of them", async (inner) => {
    const first = await startCli(inner, ["version"], { files: { "writer.cjs": WRITER } });
    await first.ended;
    const second = await startCli(inner, [first.folder], { program: `${first.folder}/writer.cjs` });
    await second.says("stdout", /writes/);
    runs.push(first, second);
  });
  const { signal } = (await runs[1]?.ended) ?? {};
  assert.equal(signal, "SIGKILL");
  for (const { folder } of runs) assert.equal(existsSync(folder), false);
});
