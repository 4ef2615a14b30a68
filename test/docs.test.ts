// The documents keep to the tree: links and paths that exist, examples that load. That both languages say the same is held
// by translations.test.ts.

import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { configFromText } from "../src/config/file/load.ts";
import {
  blocksOf,
  filesBelow,
  headingsOf,
  isInProject,
  linesOf,
  linksOf,
  pageText,
  withoutBlocks,
} from "./support/pages.ts";

const ROOT = resolve(import.meta.dirname, "..");
const READMES = ["README.md", "README.zh-TW.md"];
/** Two screens of a large window and a table of the speed, which a reader is to find without another page. */
const MAX_README_LINES = 240;
const PAGES = [...readdirSync(ROOT), ...[".github", "deploy", "docs"].flatMap(filesBelow)].filter((path) =>
  path.endsWith(".md"),
);
/** What names pages in its texts and comments, but is none. */
const NAMING = [
  "config.yaml.example",
  "config.schema.json",
  ...["bench", "deploy", "fuzz", "scripts", "soak", "src", ".github"].flatMap(filesBelow),
].filter((path) => !path.endsWith(".md"));

/** Whether a path is there, with a heading of that anchor if one is named. */
function isThere(path: string, anchor: string): boolean {
  if (!isInProject(path)) return false;
  return anchor === "" || headingsOf(pageText(path)).some((heading) => heading.anchor === anchor);
}

/** The paths that a tree of names, two spaces deeper each, stands for. */
function pathsInTree(tree: string): string[] {
  const above: string[] = [];
  return linesOf(tree).map((line) => {
    const depth = (line.length - line.trimStart().length) / 2;
    above.length = depth;
    above.push(line.trim().split(/\s/)[0] ?? "");
    return above.join("");
  });
}

test("there are pages to check", () => {
  assert.ok(PAGES.length > 15);
  assert.ok(PAGES.includes("README.md") && PAGES.includes("docs/zh-TW/clients.md"));
});

for (const page of PAGES) {
  test(`${page} links to what exists`, () => {
    const broken = linksOf(page).filter(({ path, anchor }) => !isThere(path, anchor));
    assert.deepEqual(broken, []);
  });

  // A record of what changed may name what is gone.
  if (page === "CHANGELOG.md") continue;
  test(`${page} names only source files that exist`, () => {
    const named = withoutBlocks(pageText(page)).matchAll(
      /`((?:src|test|scripts|bench|fuzz|soak)\/[\w./-]+)`/g,
    );
    const missing = [...named].map((match) => match[1] ?? "").filter((path) => !existsSync(join(ROOT, path)));
    assert.deepEqual(missing, []);
  });
}

// Pages of undici, which comments name too, are below docs/docs/.
test("the program and the example name only pages and headings that exist", () => {
  const named = NAMING.flatMap((path) =>
    [...pageText(path).matchAll(/(?<![\w/.-])(docs\/(?!docs\/)[\w./-]+\.md)(?:#([\p{L}\p{N}_-]+))?/gu)].map(
      (match) => ({
        path,
        page: match[1] ?? "",
        anchor: match[2],
      }),
    ),
  );
  assert.ok(named.length > 10);
  const missing = named.filter(({ page, anchor }) => !isThere(page, anchor ?? ""));
  assert.deepEqual(missing, []);
});

test("the architecture's tree names what exists, and every room of src/", () => {
  const tree = blocksOf(pageText("docs/architecture.md"))[0]?.text ?? "";
  const paths = pathsInTree(tree);
  assert.ok(paths.length > 40);
  for (const path of paths) {
    assert.ok(existsSync(join(ROOT, path)), `${path} does not exist`);
    assert.equal(statSync(join(ROOT, path)).isDirectory(), path.endsWith("/"), `${path}: folders end in /`);
  }
  for (const entry of readdirSync(join(ROOT, "src"), { withFileTypes: true })) {
    if (entry.name.endsWith(".test.ts")) continue;
    const path = `src/${entry.name}${entry.isDirectory() ? "/" : ""}`;
    assert.ok(paths.includes(path), `the tree does not name ${path}`);
  }
});

for (const readme of READMES) {
  test(`${readme} is short and has the two commands of the set-up`, () => {
    const text = pageText(readme);
    assert.ok(linesOf(text).length <= MAX_README_LINES);
    const commands = blocksOf(text).map((block) => block.text);
    assert.ok(commands.includes("npm ci && npm run demo\n"));
    assert.ok(commands.includes("npm ci && npm test\n"));
  });

  test(`the configurations in ${readme} load without a complaint`, () => {
    const blocks = blocksOf(pageText(readme)).filter((block) => block.language === "yaml");
    assert.ok(blocks.length > 0);
    for (const block of blocks) {
      const env = {
        ALICE_KEY: "sk-test-3333333333",
        OPENAI_API_KEY: "sk-test-0123456789",
        OPENAI_API_KEY_2: "sk-test-2222222222",
        OPENROUTER_API_KEY: "sk-test-9876543210",
      };
      const result = configFromText(block.text, { file: readme, env });
      const complaints = result.kind === "ok" ? result.warnings : result.problems;
      assert.deepEqual(complaints, [], block.text);
    }
  });
}

test("CI runs the README's command for the tests", () => {
  assert.ok(linesOf(pageText(".ci/run")).includes("npm ci && npm test"));
});
