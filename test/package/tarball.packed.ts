// What is in the tarball: the whole program, the licences of all of it, and nothing that an installation has no use
// for. Run by `npm run test:package`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { bundledPackages } from "../../scripts/bundled.ts";
import { MAIN } from "../support/cli.ts";

const INSTALLED = dirname(dirname(MAIN));
const TARBALL = process.env["OAI_GATEWAY_TEST_TARBALL"] ?? "";

const read = (file: string): string => readFileSync(join(INSTALLED, file), "utf8");

test("the package has the program, its documents and its licences, and no other file", () => {
  const files = readdirSync(INSTALLED, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(INSTALLED.length + 1)
        .replaceAll("\\", "/"),
    );
  assert.deepEqual(files.sort(), [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "README.zh-TW.md",
    "config.schema.json",
    "config.yaml.example",
    "dist/THIRD-PARTY-LICENSES.txt",
    "dist/cl100k_base.json.gz",
    "dist/compile-cache.cjs",
    "dist/compiled-code.cjs",
    "dist/dashboard.json.gz",
    "dist/main.cjs",
    "dist/o200k_base.json.gz",
    "dist/oai-gateway.js",
    "dist/package.json",
    "dist/prices.json.gz",
    "dist/sentences.en.json",
    "dist/sentences.zh-CN.json",
    "dist/sentences.zh-TW.json",
    "dist/undici.cjs",
    "docs/oai-gateway.1",
    "package.json",
  ]);
});

test("its package.json asks for nothing to be installed and runs nothing", () => {
  const manifest: Record<string, unknown> = JSON.parse(read("package.json"));
  for (const key of ["dependencies", "devDependencies", "optionalDependencies", "scripts", "private"]) {
    assert.equal(manifest[key], undefined, key);
  }
  const repository: Record<string, unknown> = JSON.parse(readFileSync("package.json", "utf8"));
  for (const key of ["name", "version", "license", "bin", "man", "engines", "repository"]) {
    assert.deepEqual(manifest[key], repository[key], key);
  }
  const others = readdirSync(dirname(INSTALLED)).filter((name) => !name.startsWith("."));
  assert.deepEqual(others, ["oai-gateway"]);
});

test("the licence of every package in the bundle goes with it, and so does its line in the bill of materials", () => {
  const licenses = read("dist/THIRD-PARTY-LICENSES.txt");
  const bom = JSON.parse(readFileSync(TARBALL.replace(/\.tgz$/, ".cdx.json"), "utf8"));
  const packages = bundledPackages();
  assert.ok(packages.length >= 5);
  for (const { name, version, license, licenseText } of packages) {
    assert.ok(licenses.includes(`${name} ${version} (${license})`), name);
    assert.ok(licenseText.length > 200 && licenses.includes(licenseText), name);
  }
  assert.equal(bom.bomFormat, "CycloneDX");
  assert.deepEqual(
    bom.components.map((one: { name: string; version: string }) => `${one.name}@${one.version}`),
    packages.map(({ name, version }) => `${name}@${version}`),
  );
  for (const { hashes } of bom.components) assert.match(hashes[0].content, /^[0-9a-f]{128}$/);
});

test("SHA256SUMS has the digest of every artefact", () => {
  const folder = dirname(TARBALL);
  const lines = readFileSync(join(folder, "SHA256SUMS"), "utf8").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => line.slice(66)).sort(),
    readdirSync(folder)
      .filter((file) => file !== "SHA256SUMS")
      .sort(),
  );
  for (const line of lines) {
    const digest = createHash("sha256")
      .update(readFileSync(join(folder, line.slice(66))))
      .digest("hex");
    assert.equal(line.slice(0, 64), digest);
  }
});

test("the bundle names no file of the machine that built it, and ASCII is all that it is written in", () => {
  const bundle = read("dist/main.cjs");
  assert.ok(!bundle.includes(process.cwd()));
  // Another character would double the memory that the text takes.
  assert.equal(/[^\x00-\x7f]/.exec(bundle), null);
});

test("the launcher is JavaScript that the oldest Node can read", () => {
  const launcher = read("dist/oai-gateway.js");
  const code = launcher.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  assert.doesNotMatch(
    code,
    /\b(?:let|const|class|import|export|async|await)\b(?=[ ({"])|=>|`|\?\?|\?\.|\.\.\./,
  );
  assert.ok(launcher.startsWith("#!/usr/bin/env node\n"));
});

test("the version is the package's, wherever the command is run", () => {
  const { version } = JSON.parse(read("package.json"));
  const said = execFileSync(process.execPath, [MAIN, "--version"], { encoding: "utf8", cwd: "/" });
  assert.equal(said.trim(), version);
});
