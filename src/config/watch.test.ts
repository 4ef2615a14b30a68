// Tests of the watch over a real folder, and of its patience with a mocked timer.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { contentState } from "./load.ts";
import { Debounce, watchConfig } from "./watch.ts";

type Watched = {
  readonly folder: string;
  readonly path: string;
  /** Resolves at the next report. */
  readonly next: () => Promise<string>;
  readonly reports: readonly string[];
};

async function watched(t: TestContext, prepare?: (folder: string) => Promise<void>): Promise<Watched> {
  const folder = await mkdtemp(join(tmpdir(), "oai-gateway-watch-"));
  const path = join(folder, "config.yaml");
  if (prepare === undefined) await writeFile(path, "endpoints: []\n");
  else await prepare(folder);
  const reports: string[] = [];
  let wake = () => {};
  const report = (what: string) => {
    reports.push(what);
    wake();
  };
  const { contentHash } = await contentState(path);
  const watch = watchConfig({
    path,
    contentHash,
    onChange: () => report("change"),
    log: { warn: (event) => report(event) },
  });
  t.after(async () => {
    await watch.close();
    await rm(folder, { recursive: true });
  });
  await watch.ready;
  let seen = 0;
  const next = async () => {
    while (reports.length <= seen) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return reports[seen++] ?? "";
  };
  return { folder, path, next, reports };
}

test("a write, an editor's rename and a new .env are each reported", async (t) => {
  const { folder, path, next } = await watched(t);
  await writeFile(path, "routing: {}\n");
  assert.equal(await next(), "change");
  await writeFile(`${path}~`, "log: {}\n");
  await rename(`${path}~`, path);
  assert.equal(await next(), "change");
  await writeFile(join(folder, ".env"), "A=1\n");
  assert.equal(await next(), "change");
});

test("the same content again, and other files, are not reported", async (t) => {
  const { folder, path, next, reports } = await watched(t);
  await writeFile(path, "endpoints: []\n");
  await writeFile(join(folder, "notes.txt"), "x");
  await writeFile(path, "routing: {}\n");
  assert.equal(await next(), "change");
  assert.deepEqual(reports, ["change"]);
});

test("a removed file is reported once, and its return as a change", async (t) => {
  const { path, next } = await watched(t);
  await rm(path);
  assert.equal(await next(), "config_removed");
  await writeFile(path, "routing: {}\n");
  assert.equal(await next(), "change");
});

test("a swapped link as in a Kubernetes ConfigMap is reported", async (t) => {
  const { folder, next } = await watched(t, async (root) => {
    await mkdir(join(root, "..1"));
    await mkdir(join(root, "..2"));
    await writeFile(join(root, "..1", "config.yaml"), "routing: {}\n");
    await writeFile(join(root, "..2", "config.yaml"), "log: {}\n");
    await symlink("..1", join(root, "..data"));
    await symlink("..data/config.yaml", join(root, "config.yaml"));
  });
  await symlink("..2", join(folder, "..data_tmp"));
  await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  assert.equal(await next(), "change");
});

test("a burst is one action, and an endless burst is not waited for", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let count = 0;
  const debounce = new Debounce(() => count++, 100, 500);
  debounce.poke();
  t.mock.timers.tick(99);
  debounce.poke();
  t.mock.timers.tick(99);
  assert.equal(count, 0);
  t.mock.timers.tick(1);
  assert.equal(count, 1);
  for (let step = 0; step < 10; step++) {
    debounce.poke();
    t.mock.timers.tick(50);
  }
  assert.equal(count, 2);
  debounce.cancel();
  t.mock.timers.tick(1_000);
  assert.equal(count, 2);
});
