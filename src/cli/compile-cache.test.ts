// Tests of compile-cache.ts: code is kept only where nobody else can put any.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { compileCacheFolder } from "./compile-cache.ts";

const saved = process.env["XDG_CACHE_HOME"];
let root = "";
let home = "";

before(() => {
  root = mkdtempSync(join(tmpdir(), "oai-gateway-cache-"));
});

beforeEach(() => {
  home = mkdtempSync(join(root, "home-"));
  process.env["XDG_CACHE_HOME"] = home;
});

after(() => {
  if (saved === undefined) delete process.env["XDG_CACHE_HOME"];
  else process.env["XDG_CACHE_HOME"] = saved;
  rmSync(root, { recursive: true, force: true });
});

test("the folder is made below the user's cache, for this user alone, whatever the mode it had", () => {
  const folder = join(home, "oai-gateway", "compile-cache");
  assert.equal(compileCacheFolder(), folder);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  chmodSync(folder, 0o777);
  assert.equal(compileCacheFolder(), folder);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test("there is none where others can put a folder of theirs into its place", () => {
  mkdirSync(join(home, "oai-gateway"), { mode: 0o700 });
  chmodSync(join(home, "oai-gateway"), 0o777);
  assert.equal(compileCacheFolder(), undefined);
  chmodSync(join(home, "oai-gateway"), 0o700);
  chmodSync(home, 0o777);
  assert.equal(compileCacheFolder(), undefined);
});

test("nor behind a link, nor where it cannot be made", () => {
  const elsewhere = mkdtempSync(join(root, "elsewhere-"));
  mkdirSync(join(home, "oai-gateway"), { mode: 0o700 });
  symlinkSync(elsewhere, join(home, "oai-gateway", "compile-cache"));
  assert.equal(compileCacheFolder(), undefined);
  process.env["XDG_CACHE_HOME"] = "/dev/null";
  assert.equal(compileCacheFolder(), undefined);
});

test("the folder for temporary files is never used: who makes a folder there first owns it", () => {
  process.env["XDG_CACHE_HOME"] = "relative";
  assert.ok(!(compileCacheFolder() ?? "").startsWith(tmpdir()));
});
