// Which tests a run has, and which of them can share one process. Not part of the gateway.

import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./build.ts";

/** Tests that take a minute or more, and have a command of their own. */
const LONG = ".long.test.ts";

/** Modules of Node's that a plain test may use: they hold nothing that another test could meet. */
const HARMLESS: ReadonlySet<string> = new Set([
  "assert/strict",
  "buffer",
  "crypto",
  "events",
  "fs",
  "fs/promises",
  "os",
  "path",
  "stream",
  "test",
  "url",
  "util",
  "zlib",
]);
const IMPORT = /^(?:import|export)\b[^"]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;
/** What changes a process for whoever comes after: hooks of a whole file, replaced functions, variables and signals. */
const LASTING =
  /^(?:before|after|beforeEach|afterEach)\(|\bmock\b|\bprocess\.(?:env|on|chdir|exitCode|argv|umask)\b|\bglobalThis\b|\bWorker\(|setFlags/m;

/** All tests but the long ones, in the order of their names. */
export function usualTests(): readonly string[] {
  return everyTest().filter((file) => !file.endsWith(LONG));
}

/** Those with a command of their own. */
export function longTests(): readonly string[] {
  return everyTest().filter((file) => file.endsWith(LONG));
}

/**
 * Whether a test neither starts anything nor leaves anything behind, as far as its text and that of its helpers say:
 * hundreds of such files in one process take the time of a few, since most of a process's time goes into its start.
 * @param file below the repository
 */
export function isPlain(file: string): boolean {
  const path = join(ROOT, file);
  // Tests of imports hold some as text, which lead nowhere.
  const text = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (text === undefined || LASTING.test(text)) return false;
  return [...text.matchAll(IMPORT)].every((found) =>
    isHarmless(file, found[1] ?? found[2] ?? found[3] ?? ""),
  );
}

function isHarmless(file: string, name: string): boolean {
  if (name.startsWith("node:")) return HARMLESS.has(name.slice("node:".length));
  const target = join(dirname(file), name).replaceAll("\\", "/");
  return !(name.startsWith(".") && target.startsWith("test/")) || isPlain(target);
}

function everyTest(): readonly string[] {
  return globSync(["src/**/*.test.ts", "test/**/*.test.ts"], { cwd: ROOT })
    .map((file) => file.replaceAll("\\", "/"))
    .sort();
}
