// The rules that keep the house livable: who may import whom, one importer a package, who names a vendor, sizes, no module
// state.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "..");
const SOURCES = sourcesOf(join(ROOT, "src"));
const MAX_LINES = 300;
const MAX_FILES = 20;
/** Whole thoughts that need more, each with its reason. */
const LONGER: Readonly<Record<string, number>> = {
  // One row for each error there is.
  "core/errors.ts": 320,
};

/** Names of vendors, of their products and of what only their wires have. */
const VENDOR =
  /openai|anthropic|claude|azure|codex|gemini|google|mistral|openrouter|x-api-key|"api-key"|x-goog|deployments/i;
/** Files that name a vendor where it is no knowledge of a wire, each with its reason. */
const NAMES_VENDORS: Readonly<Record<string, string>> = {
  "cli/terminal/messages.ts": "short sentences, which tell people the name of a variable",
  "config/schema/hosts.ts": "the host of a cloud's metadata, which must not be called",
};

/**
 * Room to the rooms that it may import from, besides itself: each folder is a room, and each file beside the folders is
 * one by its own name. From the lowest to the highest, so that a row names only rooms above it in this table.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  bytes: ["core"],
  http: ["core"],
  "wires/lists": ["core"],
  "wires/paths": ["core"],
  "wires/stream": ["core", "bytes", "wires/paths"],
  wires: ["core", "wires/lists", "wires/paths", "wires/stream"],
  routing: ["wires/lists", "wires"],
  "routing/table": ["core", "wires", "routing"],
  store: ["core"],
  upstream: ["http"],
  "wires/errors": ["core"],
  "wires/openai": ["wires/lists", "wires/paths", "wires/stream", "wires", "wires/errors"],
  "wires/anthropic": ["wires/lists", "wires/paths", "wires/stream", "wires", "wires/errors", "wires/openai"],
  "wires/azure": ["wires/paths", "wires", "wires/openai"],
  "wires/registry": ["wires/paths", "wires", "wires/openai", "wires/anthropic", "wires/azure"],
  catalogue: [
    "core",
    "http",
    "wires/lists",
    "wires",
    "routing",
    "routing/table",
    "store",
    "upstream",
    "wires/registry",
  ],
  "cli/terminal": ["core"],
  "config/report": ["core"],
  "config/yaml": ["core", "config/report"],
  "routing/health": ["core", "routing", "wires/errors"],
  "wires/headers": ["core"],
  "routing/retry": ["core", "routing", "routing/health", "wires/headers"],
  "config/schema": [
    "core",
    "wires",
    "routing",
    "config/report",
    "config/yaml",
    "routing/health",
    "wires/headers",
    "routing/retry",
  ],
  "config/rules": [
    "core",
    "wires",
    "routing",
    "wires/registry",
    "config/report",
    "config/yaml",
    "wires/headers",
    "config/schema",
  ],
  config: ["routing", "wires/registry", "config/yaml", "routing/health", "config/schema", "config/rules"],
  "config/file": ["core", "config/report", "config/yaml", "config/schema", "config/rules", "config"],
  observe: ["core"],
  "proxy/admit": ["core", "http", "wires/headers"],
  "proxy/outcome": ["core", "bytes", "http", "routing", "upstream", "wires/errors", "routing/health"],
  "routing/choice": ["core", "routing", "routing/health"],
  "proxy/target": [
    "core",
    "http",
    "wires",
    "routing",
    "upstream",
    "catalogue",
    "routing/health",
    "routing/retry",
    "proxy/admit",
    "proxy/outcome",
    "routing/choice",
  ],
  "wires/peek": ["core", "bytes"],
  "proxy/exchange": [
    "core",
    "bytes",
    "http",
    "wires/paths",
    "wires",
    "routing",
    "routing/table",
    "upstream",
    "wires/registry",
    "routing/health",
    "proxy/admit",
    "proxy/target",
    "wires/peek",
  ],
  "proxy/request": [
    "core",
    "bytes",
    "http",
    "wires/paths",
    "routing",
    "routing/table",
    "wires/headers",
    "wires/peek",
    "proxy/exchange",
  ],
  "proxy/own": [
    "core",
    "routing",
    "routing/table",
    "wires/registry",
    "routing/health",
    "proxy/target",
    "proxy/exchange",
    "proxy/request",
  ],
  supervise: ["core", "routing", "config/report", "config/rules", "config", "config/file"],
  "snapshot.ts": [
    "core",
    "routing",
    "routing/table",
    "catalogue",
    "routing/health",
    "routing/retry",
    "proxy/admit",
    "routing/choice",
    "proxy/target",
    "proxy/own",
    "supervise",
  ],
  "upstream/undici": ["http", "upstream"],
  "world.ts": ["core", "routing", "routing/table", "config", "proxy/admit", "proxy/exchange"],
  "data-plane.ts": [
    "core",
    "wires/paths",
    "routing",
    "routing/table",
    "store",
    "upstream",
    "wires/registry",
    "catalogue",
    "config",
    "observe",
    "proxy/admit",
    "proxy/target",
    "proxy/exchange",
    "proxy/own",
    "snapshot.ts",
    "upstream/undici",
    "world.ts",
  ],
  "front.ts": ["core", "http", "wires/paths"],
  "http/listener": ["core", "wires/errors"],
  "http/node": ["core", "http", "wires/errors", "http/listener"],
  "proxy/send": [
    "core",
    "bytes",
    "http",
    "wires/paths",
    "wires",
    "routing",
    "upstream",
    "wires/headers",
    "wires/peek",
    "proxy/exchange",
    "proxy/request",
  ],
  "proxy/answer": [
    "core",
    "bytes",
    "http",
    "wires/stream",
    "routing",
    "wires/errors",
    "proxy/outcome",
    "proxy/target",
    "proxy/exchange",
    "proxy/send",
  ],
  "proxy/look": [
    "bytes",
    "wires/stream",
    "wires",
    "routing/health",
    "proxy/outcome",
    "proxy/exchange",
    "proxy/answer",
  ],
  "proxy/tunnel": ["core", "http", "routing", "proxy/exchange", "proxy/answer"],
  "proxy/attempt": [
    "core",
    "http",
    "routing",
    "upstream",
    "wires/errors",
    "routing/health",
    "routing/retry",
    "proxy/outcome",
    "proxy/target",
    "proxy/exchange",
    "proxy/request",
    "proxy/send",
    "proxy/answer",
    "proxy/look",
    "proxy/tunnel",
  ],
  proxy: [
    "core",
    "http",
    "wires/paths",
    "wires/registry",
    "proxy/admit",
    "wires/peek",
    "proxy/exchange",
    "proxy/request",
    "proxy/own",
    "proxy/answer",
    "proxy/attempt",
  ],
  "gateway.ts": [
    "core",
    "http",
    "routing/table",
    "catalogue",
    "config",
    "observe",
    "proxy/admit",
    "proxy/target",
    "proxy/own",
    "supervise",
    "snapshot.ts",
    "data-plane.ts",
    "front.ts",
    "http/node",
    "proxy",
  ],
  "cli/control": ["core", "cli/terminal", "config/file", "proxy/own", "snapshot.ts", "gateway.ts"],
  "cli/shared": [
    "core",
    "routing",
    "routing/table",
    "upstream",
    "catalogue",
    "cli/terminal",
    "config/report",
    "config/schema",
    "config",
    "config/file",
    "observe",
    "supervise",
    "upstream/undici",
  ],
  "cli/commands": [
    "core",
    "routing/table",
    "catalogue",
    "cli/terminal",
    "config/report",
    "config/schema",
    "config/file",
    "proxy/own",
    "supervise",
    "snapshot.ts",
    "cli/control",
    "cli/shared",
  ],
  "cli/doctor": [
    "core",
    "routing",
    "routing/table",
    "upstream",
    "catalogue",
    "cli/terminal",
    "config",
    "config/file",
    "snapshot.ts",
    "upstream/undici",
    "cli/control",
    "cli/shared",
  ],
  demo: ["core"],
  "cli/serve": [
    "core",
    "cli/terminal",
    "config",
    "config/file",
    "observe",
    "supervise",
    "gateway.ts",
    "cli/control",
    "cli/shared",
    "demo",
  ],
  cli: ["core", "cli/terminal", "cli/shared", "cli/commands", "cli/doctor", "cli/serve"],
  "main.ts": ["cli"],
};

type Source = {
  readonly path: string;
  readonly room: string;
  readonly text: string;
  readonly imports: readonly string[];
};

function sourcesOf(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => {
      const text = readFileSync(join(folder, name), "utf8");
      const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g);
      return {
        path: name,
        room: roomOf(name),
        text,
        imports: [...found].map((match) => match[1] ?? ""),
      };
    });
}

/** The folder of a path below `src/`; the path itself where it is in none. */
function roomOf(path: string): string {
  const folder = dirname(path);
  return folder === "." ? path : folder;
}

/** The files below `src/` that one imports. */
function targetsOf(source: Source): string[] {
  return source.imports
    .filter((one) => one.startsWith("."))
    .map((one) => relative(join(ROOT, "src"), resolve(ROOT, "src", dirname(source.path), one)));
}

function isTest(source: Source): boolean {
  return source.path.endsWith(".test.ts");
}

test("there are sources to check", () => {
  assert.ok(SOURCES.length > 40);
});

test("each room imports only from the rooms below it", () => {
  const broken: string[] = [];
  for (const source of SOURCES.filter((one) => !isTest(one))) {
    const allowed = ALLOWED[source.room];
    assert.ok(allowed !== undefined, `${source.room} has no rule`);
    for (const target of targetsOf(source)) {
      const room = roomOf(target);
      if (room !== source.room && !allowed.includes(room)) broken.push(`${source.path} -> ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("the rules about rooms have no circle and allow nothing that nobody does", () => {
  const rooms = Object.keys(ALLOWED);
  const done = new Set<string>();
  for (const source of SOURCES.filter((one) => !isTest(one))) {
    for (const target of targetsOf(source)) done.add(`${source.room} -> ${roomOf(target)}`);
  }
  const idle: string[] = [];
  for (const [room, allowed] of Object.entries(ALLOWED)) {
    for (const other of allowed) {
      assert.ok(
        rooms.indexOf(other) < rooms.indexOf(room),
        `${other} has to stand above ${room} in the table`,
      );
      if (!done.has(`${room} -> ${other}`)) idle.push(`${room} -> ${other}`);
    }
  }
  assert.deepEqual(idle, []);
});

test("files do not import one another in a circle", () => {
  const graph = new Map<string, string[]>();
  for (const source of SOURCES) {
    graph.set(source.path, targetsOf(source));
  }
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(path), `circle: ${[...trail, path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
});

test("each package has one importing file", () => {
  const importers = new Map<string, string[]>();
  for (const source of SOURCES.filter((one) => !isTest(one))) {
    for (const specifier of source.imports) {
      if (specifier.startsWith(".") || specifier.startsWith("node:")) continue;
      importers.set(specifier, [...(importers.get(specifier) ?? []), source.path]);
    }
  }
  for (const [name, paths] of importers) assert.equal(new Set(paths).size, 1, `${name}: ${paths.join(", ")}`);
  assert.ok(importers.size > 0);
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

test("no code outside of wires/ names a vendor", () => {
  const named = SOURCES.filter(
    (source) =>
      !isTest(source) && !source.room.startsWith("wires") && VENDOR.test(withoutSentences(source.text)),
  ).map(({ path }) => path);
  assert.deepEqual(
    named.filter((path) => NAMES_VENDORS[path] === undefined),
    [],
  );
  assert.deepEqual(Object.keys(NAMES_VENDORS).sort(), named.sort());
});

test("no file is longer than 300 lines, and each begins by saying what it is", () => {
  for (const source of SOURCES) {
    assert.ok(
      source.text.split("\n").length <= (LONGER[source.path] ?? MAX_LINES) + 1,
      `${source.path} is too long`,
    );
    if (!isTest(source))
      assert.match(source.text, /^(#![^\n]*\n)?\/\//, `${source.path} begins without a comment`);
  }
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

test("modules hold no mutable state", () => {
  const broken = SOURCES.filter((source) => !isTest(source) && /^(export )?(let|var) /m.test(source.text));
  assert.deepEqual(
    broken.map((source) => source.path),
    [],
  );
});

/** What is for people may name whom it likes: comments, and texts of more than two words. */
function withoutSentences(text: string): string {
  return withoutComments(text)
    .replace(/\/\/ .*$/gm, "")
    .replace(/"[^"\n]*"|'[^'\n]*'|`[^`]*`/g, (quoted) => (quoted.split(" ").length > 2 ? '""' : quoted));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
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
