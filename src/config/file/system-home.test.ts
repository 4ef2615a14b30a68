// Tests of system-home.ts.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import { test } from "node:test";
import { systemHome } from "./system-home.ts";

/** In no list of accounts: where systemd takes the numbers of its dynamic users from. */
const NO_ACCOUNT = 65_519;
const IS_ROOT = process.platform !== "win32" && process.getuid?.() === 0;

test("the home is the system's", () => {
  assert.equal(systemHome(), homedir());
});

test("a user without an account and without HOME is at home in the root", { skip: !IS_ROOT }, (t) => {
  const path = new URL("./system-home.ts", import.meta.url).href;
  const script = `const { systemHome } = await import(${JSON.stringify(path)}); console.log(systemHome())`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    uid: NO_ACCOUNT,
    gid: NO_ACCOUNT,
    cwd: "/",
    env: {},
    encoding: "utf8",
  });
  // The checkout may be where nobody else can look.
  if (/EACCES/.test(run.stderr ?? "") || run.error !== undefined) t.skip("the checkout is root's alone");
  else assert.equal(run.stdout.trim(), "/", run.stderr);
});

test("a system that does not know is no reason to fail", () => {
  const nobodyKnows = (): string => {
    throw new Error("uv_os_homedir returned ENOENT");
  };
  assert.equal(systemHome(nobodyKnows), "/");
});
