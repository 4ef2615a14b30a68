// `npm run test:unit` and `npm run test:other-engine`: `node --test` with what all runs share. Options of Node's and files
// may follow: `npm run test:unit -- --test-name-pattern=ledger test/usage/ledger.test.ts`. Not part of the gateway.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, DIST, ROOT } from "./build.ts";
import { engineTests } from "./engine-tests.ts";

const OTHER_ENGINE = "--other-engine";
const COMPILE_CACHE = "./test/support/compile-cache.mjs";
const SWITCH = "./test/support/engines/other-engine.mjs";
const EVERY_TEST: readonly string[] = ["src/**/*.test.ts", "test/**/*.test.ts"];
/** What a bundle is made of: while none of it changes, neither does the bundle. */
const MADE_OF: readonly string[] = [
  "{src,bin,pricing,dashboard}/**/*.*",
  "scripts/{build,bundled,manifest}*.ts",
  "package*.json",
];
/** Which sources the bundle was made of; a build by other means removes it. */
const STAMP = join(DIST, "made-of.sha256");

function main(): number {
  const given = process.argv.slice(2);
  const isOther = given.includes(OTHER_ENGINE);
  const options = given.filter((word) => word.startsWith("-") && word !== OTHER_ENGINE);
  const files = given.filter((word) => !word.startsWith("-"));
  const usual = isOther ? engineTests() : EVERY_TEST;
  const env = isOther
    ? {}
    : { OAI_GATEWAY_TEST_PROGRAM: process.env["OAI_GATEWAY_TEST_PROGRAM"] ?? bundled() };
  // One more than the cores that are promised to be enough, since many a test waits for its gateway's own timers.
  const words = [
    ...["--import", COMPILE_CACHE],
    ...(isOther ? ["--import", SWITCH] : []),
    ...["--test", "--test-concurrency=3", "--test-timeout=120000"],
    ...options,
    ...(files.length > 0 ? files : usual),
  ];
  const { status, error } = spawnSync(process.execPath, words, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (error !== undefined) throw error;
  return status ?? 1;
}

/**
 * The command from the bundle, which starts in half the time of the sources: hundreds of tests start it. The run on the
 * other engine starts it from the sources, which is where the engine is exchanged.
 */
function bundled(): string {
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

process.exitCode = main();
