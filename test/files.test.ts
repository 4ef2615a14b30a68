// The rules about files and names: how large a file, a folder and a function may be, no two types of one name, no module
// state, one reader of the environment.

import assert from "node:assert/strict";
import { dirname } from "node:path";
import { test } from "node:test";
import { isTest, type Source, sourcesOf, withoutComments } from "./support/sources.ts";

const SOURCES = sourcesOf("src");
const TESTS = sourcesOf("test");
const MAX_LINES = 300;
const MAX_FILES = 20;
/** Whole thoughts that need more, each with its reason. */
const LONGER: Readonly<Record<string, number>> = {
  // One row for each error there is.
  "src/core/errors.ts": 320,
  // It joins all that outlives a reload, and hands each part to those that need it: in halves each would need the other.
  "src/data-plane.ts": 373,
  // It hands on what each process says, a line or two for each kind of news.
  "src/workers/crew.ts": 385,
  // All that a serving process hears from its owner and tells it: a few lines for each kind of news, on one state.
  "src/workers/worker.ts": 340,
  // A method for each thing that commands and the admin API ask of a running gateway.
  "src/gateway.ts": 350,
};

test("no file is longer than 300 lines", () => {
  const lengths = [...lengthsOf("src", SOURCES), ...lengthsOf("test", TESTS)];
  const broken = lengths.filter(([path, lines]) => lines > (LONGER[path] ?? MAX_LINES));
  assert.deepEqual(broken, []);
});

test("each file begins by saying what it is", () => {
  for (const source of [...SOURCES.filter((one) => !isTest(one)), ...TESTS])
    assert.match(source.text, /^(#![^\n]*\n)?\/\//, `${source.path} begins without a comment`);
});

test("no folder holds more than 20 source files", () => {
  const files = new Map<string, number>();
  for (const source of SOURCES.filter((one) => !isTest(one)))
    files.set(dirname(source.path), (files.get(dirname(source.path)) ?? 0) + 1);
  const full = [...files].filter(([, count]) => count > MAX_FILES);
  assert.deepEqual(full, []);
});

test("no function is longer than 60 lines and none has more than four parameters", () => {
  const broken: string[] = [];
  for (const source of SOURCES.filter((one) => !isTest(one))) {
    for (const found of functionsOf(source.text)) {
      if (found.lines > 60) broken.push(`${source.path}: ${found.name} has ${found.lines} lines`);
      if (found.parameters > 4)
        broken.push(`${source.path}: ${found.name} has ${found.parameters} parameters`);
    }
  }
  assert.deepEqual(broken, []);
});

test("no two types have one name", () => {
  const files = new Map<string, Set<string>>();
  for (const source of SOURCES.filter((one) => !isTest(one))) {
    for (const [, name = ""] of source.text.matchAll(
      /^(?:export )?(?:abstract )?(?:type|interface|class) (\w+)/gm,
    ))
      files.set(name, (files.get(name) ?? new Set()).add(source.path));
  }
  const twice = [...files].filter(([, paths]) => paths.size > 1).map(([name, paths]) => [name, ...paths]);
  assert.deepEqual(twice, []);
});

test("modules hold no mutable state", () => {
  const broken = SOURCES.filter((source) => !isTest(source) && /^(export )?(let|var) /m.test(source.text));
  assert.deepEqual(
    broken.map((source) => source.path),
    [],
  );
});

test("the environment is read in one file", () => {
  const readers = SOURCES.filter(
    (source) => !isTest(source) && /\bprocess\.env\b/.test(withoutComments(source.text)),
  );
  assert.deepEqual(
    readers.map((source) => source.path),
    ["core/env.ts"],
  );
});

/** Each file with its number of lines. */
function lengthsOf(folder: string, sources: readonly Source[]): (readonly [path: string, lines: number])[] {
  return sources.map((source) => [`${folder}/${source.path}`, source.text.split("\n").length - 1]);
}

/** Functions and methods as the formatter lays them out: the head's indentation closes the body. */
function functionsOf(text: string): { name: string; lines: number; parameters: number }[] {
  const lines = text.split("\n");
  const head =
    /^(\s*)(?:export )?(?:async )?(?:function\*? (\w+)|(?:static |async |get |set )*(#?\w+))\s*(?:<[^>]*>)?\(/;
  const found: { name: string; lines: number; parameters: number }[] = [];
  lines.forEach((line, start) => {
    const match = head.exec(line);
    const name = match?.[2] ?? match?.[3] ?? "";
    if (match === null || /^(if|for|while|switch|catch|return|await|super|throw)$/.test(name)) return;
    // A call, which is what an arrow function gives back.
    if (lines[start - 1]?.endsWith("=>") === true) return;
    const end = lines.indexOf(`${match[1]}}`, start);
    const opened = lines.slice(start, start + 12).join("\n");
    if (end === -1 || !/^[^;]*?\)[^;]*?\{\n/.test(opened)) return;
    found.push({ name, lines: end - start + 1, parameters: parametersIn(opened.slice(opened.indexOf("("))) });
  });
  return found;
}

/** Counts the commas of the outermost parentheses. */
function parametersIn(text: string): number {
  let depth = 0;
  let count = 0;
  let hasAny = false;
  for (const character of text) {
    if ("([{<".includes(character)) depth += 1;
    else if (")]}>".includes(character)) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && character === ",") count += 1;
    if (depth === 1 && /[\w]/.test(character)) hasAny = true;
  }
  const isTrailing = /,\s*\)/.test(text.slice(0, text.indexOf(")") + 1));
  return hasAny ? count + (isTrailing ? 0 : 1) : 0;
}
