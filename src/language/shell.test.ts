// Tests of shell.ts: which shell it is, and paths that each reads as one word.

import assert from "node:assert/strict";
import { test } from "node:test";
import { startedAs } from "./launch.ts";
import { pastable, pastableProgram, shellOf } from "./shell.ts";

test("the shell is told by what it sets", () => {
  const USERPROFILE = "C:\\Users\\anna";
  const system =
    "C:\\Program Files\\WindowsPowerShell\\Modules;C:\\Windows\\system32\\WindowsPowerShell\\v1.0\\Modules";
  const own = `c:\\users\\Anna\\Documents\\WindowsPowerShell\\Modules;${system}`;
  assert.equal(shellOf({ USERPROFILE, PSModulePath: own }, "win32"), "powershell");
  assert.equal(shellOf({ USERPROFILE, PSModulePath: system }, "win32"), "cmd");
  assert.equal(shellOf({}, "win32"), "cmd");
  assert.equal(shellOf({ USERPROFILE, PSModulePath: own, MSYSTEM: "MINGW64" }, "win32"), "posix");
  assert.equal(shellOf({ PSModulePath: own }, "linux"), "posix");
});

test("a path with a space is one word, and a program of PowerShell's is called", () => {
  const path = "C:\\my $programs\\anna's.exe";
  assert.equal(pastable(path, "cmd"), `"${path}"`);
  assert.equal(pastable(path, "powershell"), "'C:\\my $programs\\anna''s.exe'");
  assert.equal(pastableProgram(path, "powershell"), "& 'C:\\my $programs\\anna''s.exe'");
  assert.equal(pastableProgram("C:\\gateway.exe", "powershell"), "C:\\gateway.exe");
  assert.equal(pastableProgram("/my $/x", "posix"), '"/my \\$/x"');
});

test("on Windows npm's two dashes stand in quotes, which its script for PowerShell would lose", () => {
  const env = {
    npm_lifecycle_event: "oai-gateway",
    npm_lifecycle_script: "node bin/oai-gateway.cjs",
    npm_package_name: "oai-gateway",
  };
  assert.equal(startedAs(env, {}, "linux"), "npm run oai-gateway --");
  assert.equal(startedAs(env, {}, "win32"), 'npm run oai-gateway "--"');
  assert.equal(startedAs({}, { executable: "C:\\a b\\x.exe" }, "win32"), '"C:\\a b\\x.exe"');
});
