// Which tests a run has, and which of them can share one process. Not part of the gateway.

import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./build.ts";
import { Imports } from "./engine-tests.ts";

/** Loaded into each process of a run: ends what would otherwise run on behind its last test. */
export const LEFTOVERS = "./test/support/leftovers.mjs";
/** Tests that take a minute or more, and have a command of their own. */
const LONG = ".long.test.ts";
const TEST = ".test.ts";

/** Modules of Node's that look at the whole process, or change it: such a test has one for itself. */
const OF_A_PROCESS: ReadonlySet<string> = new Set([
  "async_hooks",
  "cluster",
  "diagnostics_channel",
  "inspector",
  "module",
  "perf_hooks",
  "v8",
  "vm",
]);
/**
 * What changes a process for whoever comes after, or counts what all in it use. What a test's own context mocks is put
 * back by the end of that test, and what it starts it ends: tests of one process come one after the other. Variables
 * may be read, since whoever sets one is alone.
 */
const LASTING: readonly RegExp[] = [
  /^(?:before|after|beforeEach|afterEach)\(/m,
  /(?<![\w.])mock\./,
  /\bmock\.(?:method|getter|setter|property)\(\s*globalThis\b|\bglobalThis(?:\.\w+|\[[^\]]*\])\s*=(?!=)/,
  /\bprocess\.(?:on|once|exit|chdir|exitCode|umask|memoryUsage|getActiveResourcesInfo)\b/,
  /\bdelete\s+process\.env\b|\bprocess\.env(?:\.\w+|\[[^\]]*\])?\s*(?:\?\?|\|\|)?=(?!=)|\(process\.env\s*[,)]/,
  /setFlags|\bgc\(/,
];
/** A test that starts processes by itself is alone; the rig (`test/support/cli.ts`) ends each that it has started. */
const STARTER = "node:child_process";
/** These send for a time and count what came of it, which anything beside them changes. */
const BY_ITSELF = "test/conformance/";
/** So many processes share the tests that can be shared: a start of one takes the time of a few files. */
const GROUPS = 8;

/** All tests but the long ones, in the order of their names. */
export function usualTests(): readonly string[] {
  return everyTest().filter((file) => !file.endsWith(LONG));
}

/** Those with a command of their own. */
export function longTests(): readonly string[] {
  return everyTest().filter((file) => file.endsWith(LONG));
}

/** Tests by the process that they run in: files of their own, and groups of those that can share one. */
export type Shared = { readonly alone: readonly string[]; readonly groups: readonly (readonly string[])[] };

/**
 * Puts tests together that leave nothing behind: most of a small file's time goes into the start of its process and the
 * loading of the gateway.
 * @param files below the repository
 */
export function shared(files: readonly string[]): Shared {
  const imports = new Imports();
  const known = new Map<string, boolean>();
  const alone = files.filter((file) => !canShare(file, imports, known));
  const others = files.filter((file) => !alone.includes(file));
  const groups = Array.from({ length: GROUPS }, (_, at) => others.filter((__, i) => i % GROUPS === at));
  return { alone, groups: groups.filter((group) => group.length > 0) };
}

/**
 * The tests that hold the cases of a file: cases that several tests share lie in a file that runs nothing by itself.
 * @param wanted below the repository: a test, or what tests import
 */
export function testsWith(wanted: string): readonly string[] {
  const imports = new Imports();
  const uses = (file: string, seen: Set<string>): boolean => {
    if (file === wanted) return true;
    if (!file.startsWith("test/") && !file.endsWith(TEST)) return false;
    if (seen.has(file)) return false;
    seen.add(file);
    return imports.of(file).some((next) => uses(next, seen));
  };
  return everyTest().filter((file) => uses(file, new Set()));
}

/**
 * Whether a text changes the process that it is run in for whoever comes after, or looks at all of it.
 * @param text of a test or of its helper
 * @param imported what it imports, as `Imports` names it
 */
export function isLasting(text: string, imported: readonly string[]): boolean {
  const modules = imported.map((target) => target.replace(/^node:/, ""));
  return LASTING.some((pattern) => pattern.test(text)) || modules.some((name) => OF_A_PROCESS.has(name));
}

/** Whether a test leaves its process as it was, as far as its text and that of its helpers say. */
function canShare(file: string, imports: Imports, known: Map<string, boolean>): boolean {
  const before = known.get(file);
  if (before !== undefined) return before;
  // Files may import each other in a circle.
  known.set(file, true);
  const path = join(ROOT, file);
  // Tests of imports hold some as text, which lead nowhere.
  const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const imported = imports.of(file);
  const can =
    text !== undefined &&
    !file.startsWith(BY_ITSELF) &&
    !isLasting(text, imported) &&
    !(file.endsWith(TEST) && imported.includes(STARTER)) &&
    imported.every((target) => !target.startsWith("test/") || canShare(target, imports, known));
  known.set(file, can);
  return can;
}

function everyTest(): readonly string[] {
  return globSync(["src/**/*.test.ts", "test/**/*.test.ts"], { cwd: ROOT })
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
}
