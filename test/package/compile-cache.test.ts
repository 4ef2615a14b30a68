// Tests of bin/compile-cache.cjs: code is kept only where nobody else can put any.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { compileCacheFolder } from "../../bin/compile-cache.cjs";

let root = "";
let home = "";

const folderFor = (xdg: string): string | undefined => compileCacheFolder({ XDG_CACHE_HOME: xdg });

before(() => {
  root = mkdtempSync(join(tmpdir(), "oai-gateway-cache-"));
});

beforeEach(() => {
  home = mkdtempSync(join(root, "home-"));
});

after(() => {
  rmSync(root, { recursive: true, force: true });
});

test("the folder is made below the user's cache, for this user alone, whatever the mode it had", () => {
  const folder = join(home, "oai-gateway", "compile-cache");
  assert.equal(folderFor(home), folder);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  chmodSync(folder, 0o777);
  assert.equal(folderFor(home), folder);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test("there is none where others can put a folder of theirs into its place", () => {
  mkdirSync(join(home, "oai-gateway"), { mode: 0o700 });
  chmodSync(join(home, "oai-gateway"), 0o777);
  assert.equal(folderFor(home), undefined);
  chmodSync(join(home, "oai-gateway"), 0o700);
  chmodSync(home, 0o777);
  assert.equal(folderFor(home), undefined);
});

test("nor behind a link, nor where it cannot be made", () => {
  const elsewhere = mkdtempSync(join(root, "elsewhere-"));
  mkdirSync(join(home, "oai-gateway"), { mode: 0o700 });
  symlinkSync(elsewhere, join(home, "oai-gateway", "compile-cache"));
  chmodSync(elsewhere, 0o755);
  assert.equal(folderFor(home), undefined);
  // What the link leads to stays as it is: with root's rights it could be anything.
  assert.equal(statSync(elsewhere).mode & 0o777, 0o755);
  assert.equal(folderFor("/dev/null"), undefined);
});

test("nothing is made where others could have put the folder above", () => {
  chmodSync(home, 0o777);
  assert.equal(folderFor(home), undefined);
  assert.deepEqual(readdirSync(home), []);
});

test("the folder for temporary files is never used: who makes a folder there first owns it", () => {
  assert.ok(!(folderFor("relative") ?? "").startsWith(tmpdir()));
});

test("what Node is told of its own cache holds for this one", () => {
  const given = join(home, "given");
  assert.equal(
    compileCacheFolder({ XDG_CACHE_HOME: home, NODE_COMPILE_CACHE: given }),
    join(given, "oai-gateway", "compile-cache"),
  );
  assert.equal(compileCacheFolder({ XDG_CACHE_HOME: home, NODE_DISABLE_COMPILE_CACHE: "1" }), undefined);
  assert.deepEqual(readdirSync(home), ["given"]);
});
