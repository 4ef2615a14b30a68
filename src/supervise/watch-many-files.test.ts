// Tests of the watch of a configuration that names very many files: what a look costs.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Condition } from "../../test/support/condition.ts";
import { folderFor } from "../../test/support/folder.ts";
import { contentState } from "../config/file/load.ts";
import { watchConfig } from "./watch.ts";

test("with very many files named in it, a look reads none of them unless something has changed", async (t) => {
  const folder = folderFor(t);
  const path = join(folder, "config.yaml");
  await writeFile(path, "endpoints: []\n");
  const files = Array.from({ length: 300 }, (_, index) => join(folder, `key-${index}`));
  const { contentHash } = await contentState(path, files);
  const looks = new Condition();
  let [mark, seen, changes] = ["as it was", 0, 0];
  const watch = watchConfig({
    path,
    contentHash,
    lastRead: () => ({ contentHash, files }),
    onChange: () => {
      changes += 1;
      looks.notify();
    },
    mark: async (looked) => {
      if (looked === path) seen += 1;
      looks.notify();
      return mark;
    },
  });
  t.after(() => watch.close());
  await watch.ready;
  // What a look would find if it read: nothing else tells of it.
  await writeFile(path, "endpoints: {}\n");
  await looks.until(() => seen >= 5);
  assert.equal(changes, 0);
  mark = "another";
  await looks.until(() => changes === 1);
});
