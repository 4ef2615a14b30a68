// Tests of the watch over real folders: every way in which a path comes to mean another content. What looking
// costs is in `test/faults/f/f-folders.test.ts`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../../test/support/folder.ts";
import { contentState } from "../config/file/load.ts";
import { statMark } from "./looks.ts";
import { type WatchOptions, watchConfig } from "./watch.ts";

type Watched = {
  readonly folder: string;
  readonly path: string;
  /** Resolves at the next report. */
  readonly next: () => Promise<string>;
  readonly reports: readonly string[];
};

type Preparation = {
  /** The path to watch, below the folder. */
  readonly path?: string;
  readonly prepare?: (folder: string) => Promise<void>;
  readonly mark?: WatchOptions["mark"];
};

async function watched(t: TestContext, given: Preparation = {}): Promise<Watched> {
  const folder = folderFor(t);
  const path = join(folder, given.path ?? "config.yaml");
  if (given.prepare === undefined) await save(path, "endpoints: []\n");
  else await given.prepare(folder);
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
    log: { warn: (event) => report(event), info: (event) => report(event) },
    ...(given.mark === undefined ? {} : { mark: given.mark }),
  });
  t.after(() => watch.close());
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

async function save(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** Makes the link mean another target in one step, as `ln -sfn` and Kubernetes do. */
async function relink(target: string, path: string): Promise<void> {
  await symlink(target, `${path}.new`);
  await rename(`${path}.new`, path);
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

test("a removed file is reported once, and its return too, whether it is another or the same", async (t) => {
  const { path, next, reports } = await watched(t);
  await rm(path);
  assert.equal(await next(), "config_removed");
  await writeFile(path, "routing: {}\n");
  assert.deepEqual([await next(), await next()], ["config_back", "change"]);
  await rm(path);
  assert.equal(await next(), "config_removed");
  await writeFile(path, "routing: {}\n");
  assert.equal(await next(), "config_back");
  await writeFile(path, "log: {}\n");
  assert.equal(await next(), "change");
  assert.equal(reports.length, 6);
});

test("a file that is empty from the start is not told as one that was emptied, nor as one that is back", async (t) => {
  const { path, next, reports } = await watched(t, {
    prepare: (folder) => save(join(folder, "config.yaml"), "\n"),
  });
  await writeFile(path, "routing: {}\n");
  assert.equal(await next(), "change");
  await writeFile(path, "");
  assert.equal(await next(), "config_removed");
  await writeFile(path, "log: {}\n");
  assert.deepEqual([await next(), await next()], ["config_back", "change"]);
  assert.equal(reports.length, 4);
});

/** Each takes the folder and makes the path mean "second", as a file that stays there. */
type Move = {
  readonly path: string;
  readonly prepare: (folder: string) => Promise<void>;
  readonly move: (folder: string) => Promise<void>;
  /** The file that the path means afterwards, for the ordinary save that follows. */
  readonly after: string;
};

const MOVES: Readonly<Record<string, Move>> = {
  "the folder replaced by a rename": {
    path: "conf/config.yaml",
    prepare: async (root) => {
      await save(join(root, "conf/config.yaml"), "routing: {}\n");
      await save(join(root, "new/config.yaml"), "log: {}\n");
    },
    move: async (root) => {
      await rename(join(root, "conf"), join(root, "old"));
      await rename(join(root, "new"), join(root, "conf"));
    },
    after: "conf/config.yaml",
  },
  "a parent of the folder replaced": {
    path: "a/b/conf/config.yaml",
    prepare: async (root) => {
      await save(join(root, "a/b/conf/config.yaml"), "routing: {}\n");
      await save(join(root, "x/b/conf/config.yaml"), "log: {}\n");
    },
    move: async (root) => {
      await rename(join(root, "a"), join(root, "old"));
      await rename(join(root, "x"), join(root, "a"));
    },
    after: "a/b/conf/config.yaml",
  },
  "the folder removed and made again": {
    path: "conf/config.yaml",
    prepare: (root) => save(join(root, "conf/config.yaml"), "routing: {}\n"),
    move: async (root) => {
      await rm(join(root, "conf"), { recursive: true });
      await save(join(root, "conf/config.yaml"), "log: {}\n");
    },
    after: "conf/config.yaml",
  },
  "the folder a link that is switched": {
    path: "current/config.yaml",
    prepare: async (root) => {
      await save(join(root, "v1/config.yaml"), "routing: {}\n");
      await save(join(root, "v2/config.yaml"), "log: {}\n");
      await symlink("v1", join(root, "current"));
    },
    move: (root) => relink("v2", join(root, "current")),
    after: "v2/config.yaml",
  },
  "a link in the middle of the path switched": {
    path: "site/current/etc/config.yaml",
    prepare: async (root) => {
      await save(join(root, "site/v1/etc/config.yaml"), "routing: {}\n");
      await save(join(root, "site/v2/etc/config.yaml"), "log: {}\n");
      await symlink("v1", join(root, "site/current"));
    },
    move: (root) => relink("v2", join(root, "site/current")),
    after: "site/v2/etc/config.yaml",
  },
  "the file a link that is switched to another folder": {
    path: "conf/config.yaml",
    prepare: async (root) => {
      await save(join(root, "v1/first.yaml"), "routing: {}\n");
      await save(join(root, "v2/second.yaml"), "log: {}\n");
      await mkdir(join(root, "conf"));
      await symlink("../v1/first.yaml", join(root, "conf/config.yaml"));
    },
    move: (root) => relink("../v2/second.yaml", join(root, "conf/config.yaml")),
    after: "v2/second.yaml",
  },
  "the file a link to a link, whose target is switched": {
    path: "config.yaml",
    prepare: async (root) => {
      await save(join(root, "v1/c.yaml"), "routing: {}\n");
      await save(join(root, "v2/c.yaml"), "log: {}\n");
      await symlink("v1", join(root, "mid"));
      await symlink("mid/c.yaml", join(root, "config.yaml"));
    },
    move: (root) => relink("v2", join(root, "mid")),
    after: "v2/c.yaml",
  },
  "a mounted ConfigMap": {
    path: "config.yaml",
    prepare: async (root) => {
      await save(join(root, "..1/config.yaml"), "routing: {}\n");
      await save(join(root, "..2/config.yaml"), "log: {}\n");
      await symlink("..1", join(root, "..data"));
      await symlink("..data/config.yaml", join(root, "config.yaml"));
    },
    move: async (root) => {
      await relink("..2", join(root, "..data"));
      await rm(join(root, "..1"), { recursive: true });
    },
    after: "..2/config.yaml",
  },
};

for (const [name, { path, prepare, move, after }] of Object.entries(MOVES)) {
  test(`${name}: it is reported, and so is each ordinary save after it`, async (t) => {
    const { folder, next } = await watched(t, { path, prepare });
    await move(folder);
    // Between a removal and what comes in its place the file may be seen to be gone.
    let report = await next();
    while (report.startsWith("config_")) report = await next();
    assert.equal(report, "change");
    for (const text of ["discovery: {}\n", "health: {}\n"]) {
      await writeFile(join(folder, after), text);
      assert.equal(await next(), "change");
    }
  });
}

test("a save of the same length within the clock of a coarse file system is reported", async (t) => {
  // As on FAT: times in steps of two seconds, and nothing else that tells two contents apart.
  const { path, next } = await watched(t, { mark: () => Promise.resolve("always the same") });
  await writeFile(path, "routing: {}\n");
  assert.equal(await next(), "change");
  await writeFile(path, "streams: {}\n");
  assert.equal(await next(), "change");
});

test("a .env that is a pipe is not read for watching: that would wait for whoever writes to it", async (t) => {
  const folder = folderFor(t);
  await save(join(folder, "config.yaml"), "endpoints: []\n");
  execFileSync("mkfifo", [join(folder, ".env")]);
  const marks: string[] = [];
  let third = () => {};
  const watch = watchConfig({
    path: join(folder, "config.yaml"),
    contentHash: "of the start",
    onChange: () => assert.fail("nothing has changed"),
    mark: async (path) => {
      if (marks.push(path) > 6) third();
      return statMark(path);
    },
  });
  await watch.ready;
  await new Promise<void>((resolve) => {
    third = resolve;
  });
  await watch.close();
});

test("a file whose time is set back by the tool that copied it is reported", async (t) => {
  const { path, next } = await watched(t);
  await writeFile(path, "endpoints:  \n ");
  await utimes(path, 1, 1);
  assert.equal(await next(), "change");
  await writeFile(path, "endpoints: {}\n");
  await utimes(path, 1, 1);
  assert.equal(await next(), "change");
});
