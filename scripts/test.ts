// `npm run test:unit`, `test:long` and `test:other-engine`: `node --test` with what all runs share. Options of Node's and
// files may follow: `npm run test:unit -- --test-name-pattern=NAME test/usage/FILE`. Not part of the gateway.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./build.ts";
import { engineTests } from "./engine-tests.ts";
import { freshBundle } from "./fresh-bundle.ts";
import { buildWithOtherEngine } from "./other-engine-build.ts";
import { LEFTOVERS, longTests, shared, testsWith, usualTests } from "./test-files.ts";

/** Words of ours among the options; all others are Node's. */
const OTHER_ENGINE = "--other-engine";
const LONG = "--long";
/** Where compiled code is kept for all processes of the tests, their threads and most of what they start. */
const COMPILE_CACHE = join(ROOT, "node_modules/.cache/tests");
const SWITCH = "./test/support/engines/other-engine.mjs";
const FAILED_FILES = "./scripts/failed-files.ts";
/** Two more than the cores that are promised to be enough, since many a test waits for its gateway's own timers. */
const AT_ONCE = 4;
/** So many files that fail are a fault, and not a machine without time. */
const MOST_AGAIN = 8;
/** What a run is: which tests, and what each of its processes is started with. */
type Run = {
  readonly options: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** For what is written for a run alone, the temporary files of the tests included. */
  readonly folder: string;
};

async function main(): Promise<number> {
  const given = process.argv.slice(2);
  const isOther = given.includes(OTHER_ENGINE);
  const isLong = given.includes(LONG);
  const named = given.filter((word) => !word.startsWith("-"));
  const folder = mkdtempSync(join(tmpdir(), "oai-gateway-tests-"));
  // Tests that start a command as another user have its folder in here.
  chmodSync(folder, 0o755);
  const run: Run = {
    options: [
      ...["--import", LEFTOVERS],
      ...(isOther ? ["--import", SWITCH] : []),
      ...["--test", "--test-timeout=120000"],
      ...given.filter((word) => word.startsWith("-") && word !== OTHER_ENGINE && word !== LONG),
    ],
    env: {
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...process.env,
      OAI_GATEWAY_TEST_PROGRAM: programUnderTest(isOther),
      // What a test or a process that was killed leaves in the folder for temporary files goes with the run.
      ...{ TMPDIR: folder, TEMP: folder, TMP: folder },
    },
    folder,
  };
  try {
    if (named.length > 0) return await ended(start(run, ["--test-concurrency=3", ...named]));
    return await runAll(run, isLong ? longTests() : isOther ? engineTests() : usualTests());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All of them, those that can share a process by a file that loads the others. */
async function runAll(run: Run, files: readonly string[]): Promise<number> {
  const { alone, groups } = shared(files);
  const loaders = groups.map((group, at) => {
    const path = join(run.folder, `shared-${at + 1}.test.mjs`);
    const urls = group.map((file) => pathToFileURL(join(ROOT, file)).href);
    // All are loaded before the first test, so that none is read while a test mocks something.
    writeFileSync(path, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
    return path;
  });
  const reporters = [
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...[`--test-reporter=${FAILED_FILES}`, `--test-reporter-destination=${failedPath(run)}`],
  ];
  const words = [...reporters, `--test-concurrency=${AT_ONCE}`, ...loaders, ...alone];
  const code = await ended(start(run, words));
  return code === 0 ? 0 : runAgain(run);
}

/**
 * Files in which a test failed once more, each alone: on two cores beside three others a test can meet a machine that
 * had no time for it. What fails alone as well has failed; what does not is named all the same.
 */
async function runAgain(run: Run): Promise<number> {
  const failed = readFileSync(failedPath(run), "utf8").split("\n").filter(Boolean);
  const found = failed.map((path) => testsWith(relative(ROOT, path).replaceAll("\\", "/")));
  const files = [...new Set(found.flat())];
  // What is in no test known here, such as a process that ended by itself, has failed.
  const isUnknown = found.some((tests) => tests.length === 0);
  if (files.length === 0 || files.length > MOST_AGAIN || isUnknown) return 1;
  console.log(`\nOnce more, each alone, since a test of it failed beside others:\n  ${files.join("\n  ")}\n`);
  const code = await ended(start(run, ["--test-concurrency=1", ...files]));
  if (code === 0) console.log(`\nThese failed beside others, and pass alone:\n  ${files.join("\n  ")}\n`);
  return code;
}

/** Where Node writes which files failed. */
function failedPath({ folder }: Run): string {
  return join(folder, "failed");
}

function start({ options, env }: Run, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...options, ...words], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env,
  });
}

async function ended(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, "exit")) as [number | null];
  return code ?? 1;
}

/** The command from a bundle, which starts in half the time of the sources: hundreds of tests start it. */
function programUnderTest(isOther: boolean): string {
  const named = process.env["OAI_GATEWAY_TEST_PROGRAM"];
  if (named !== undefined) return named;
  const usual = freshBundle();
  return isOther ? buildWithOtherEngine() : usual;
}

process.exitCode = await main();
