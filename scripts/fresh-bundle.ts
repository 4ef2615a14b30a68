// The bundle that the tests of commands start, built where the sources have changed: by the first of the tests, or by
// `npm test` beside the checks. Not part of the gateway.

import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, DIST, ROOT } from "./build.ts";

/** What a bundle is made of: while none of it changes, neither does the bundle. */
const MADE_OF: readonly string[] = [
  "{src,bin,pricing,dashboard}/**/*.*",
  "scripts/{build,bundled,manifest}*.ts",
  "package*.json",
];
/** Which sources the bundle was made of; a build by other means removes it. */
const STAMP = join(DIST, "made-of.sha256");

/** Builds it unless it is made of these very sources; gives back the command's file. */
export function freshBundle(): string {
  const digest = digestOf(MADE_OF);
  const isFresh = existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest;
  if (!isFresh) {
    build();
    writeFileSync(STAMP, digest);
  }
  return join(DIST, "oai-gateway.js");
}

function digestOf(patterns: readonly string[]): string {
  const hash = createHash("sha256");
  const files = globSync([...patterns], { cwd: ROOT, exclude: ["**/*.test.ts", "**/node_modules/**"] });
  for (const file of files.sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update("\0");
  return hash.digest("hex");
}

if (import.meta.main) freshBundle();
