// Tests of config-editor.ts: what happens while a text is checked, which takes a while for a large one.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../../test/support/folder.ts";
import { createSilentLog } from "../observe/silent-log.ts";
import { ConfigEditor } from "./config-editor.ts";
import { Configuration } from "./configuration.ts";
import { NO_FLAGS, readSource } from "./source.ts";

const FIRST = 'endpoints: [{ name: a, base_url: "http://127.0.0.1:1/v1" }]\n';
const MINE = FIRST.replace("name: a", "name: mine");
const THEIRS = FIRST.replace("name: a", "name: theirs");

async function rigOf(t: TestContext) {
  const cwd = folderFor(t);
  const path = join(cwd, "config.yaml");
  await writeFile(path, FIRST);
  const env = { HOME: cwd };
  const first = await readSource({ flag: undefined, cwd, env });
  assert.ok(first.kind === "file");
  const served = {
    host: "127.0.0.1",
    config: () => first.config,
    reload: () => [],
    certificate: () => undefined,
    renewCertificate: () => undefined,
  };
  const parts = { served, log: createSilentLog(), cwd, env, flags: NO_FLAGS, first };
  const configuration = new Configuration(parts);
  t.after(() => configuration.close());
  return { configuration, editor: new ConfigEditor(configuration), path };
}

test("what somebody else saves during the check is not written over", async (t) => {
  const { configuration, editor, path } = await rigOf(t);
  const { version } = await editor.read();
  const load = configuration.reader.load.bind(configuration.reader);
  configuration.reader.load = async (...asked) => {
    await writeFile(path, THEIRS);
    return await load(...asked);
  };
  await assert.rejects(
    editor.apply(MINE, version, async () => undefined),
    { code: "changed" },
  );
  assert.equal(await readFile(path, "utf8"), THEIRS);
});

/** So long that it is read in a thread. */
const LONG = `${FIRST}# ${"x".repeat(16 * 1_024)}\n`;

test("a reload does not wait behind all the texts that people check", async (t) => {
  const { configuration, editor, path } = await rigOf(t);
  await writeFile(path, LONG);
  const over: string[] = [];
  const checks = Array.from({ length: 15 }, async () => {
    await editor.tried(LONG);
    over.push("check");
  });
  const reload = configuration.reload(true).then(() => over.push("reload"));
  await Promise.all([...checks, reload]);
  assert.ok(over.indexOf("reload") < 5, over.join());
});

test("too many texts at once are refused, and so are those that wait when the gateway ends", async (t) => {
  const { configuration, editor } = await rigOf(t);
  const ends = await Promise.allSettled(Array.from({ length: 40 }, () => editor.tried(LONG)));
  const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason.code] : []));
  assert.deepEqual([...new Set(refused)], ["overloaded"]);
  assert.equal(refused.length, 19);
  const late = Promise.allSettled([editor.tried(LONG), editor.masked(LONG)]);
  await configuration.close();
  const [, waiting] = await late;
  assert.equal(waiting.status, "rejected");
});
