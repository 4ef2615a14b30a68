// `npm run release -- minor`: makes a release of what "Unreleased" in CHANGELOG.md tells: its version, its date, one
// commit and its tag. `-- check` says whether version, change log and tag agree. Pushes nothing. Not part of the gateway.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./build.ts";
import { readManifest } from "./manifest.ts";
import { npm } from "./npm.ts";
import { changesOf, nextVersion, released } from "./versions.ts";

const CHANGES = join(ROOT, "CHANGELOG.md");

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
}

/** Fails where the version of package.json has no part in the change log, or the tag that is built is another's. */
function check(): void {
  const { version } = readManifest();
  const { GITHUB_REF_NAME: tag } = process.env;
  if (tag?.startsWith("v") === true && tag !== `v${version}`) {
    throw new Error(`the tag ${tag} is not the version of package.json, ${version}`);
  }
  if (changesOf(readFileSync(CHANGES, "utf8"), version) === "") {
    throw new Error(`CHANGELOG.md has no part "## [${version}]"`);
  }
}

function release(step: string): void {
  if (git("status", "--porcelain") !== "") throw new Error("the work tree has changes: commit them first");
  const version = nextVersion(readManifest().version, step);
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(CHANGES, released(readFileSync(CHANGES, "utf8"), version, today));
  npm(["version", version, "--no-git-tag-version"], ROOT);
  check();
  git("add", "CHANGELOG.md", "package.json", "package-lock.json");
  git("commit", "--quiet", "--message", `Release ${version}`);
  git("tag", "--annotate", `v${version}`, "--message", `oai-gateway ${version}`);
  console.log(`Tagged v${version}. To publish it: git push --follow-tags`);
}

const [step = ""] = process.argv.slice(2);
try {
  if (step === "check") check();
  else release(step);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
