// The documents keep to the tree: links and paths that exist, two READMEs side by side, examples that load.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { test } from "node:test";
import { configFromText } from "../src/config/file/load.ts";

const ROOT = resolve(import.meta.dirname, "..");
const READMES = ["README.md", "README.zh-TW.md"];
const MAX_README_LINES = 230;
const PAGES = [
  ...READMES,
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

type Block = { readonly language: string; readonly text: string };

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

function blocksOf(text: string): Block[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? "",
    text: match[2] ?? "",
  }));
}

function withoutBlocks(text: string): string {
  return text.replace(/^```\w*\n[\s\S]*?^```$/gm, "");
}

function headingLevels(text: string): number[] {
  return [...withoutBlocks(text).matchAll(/^(#+) /gm)].map((match) => (match[1] ?? "").length);
}

/** The anchor that GitHub gives a heading. */
function anchorsOf(text: string): Set<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
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
});

for (const page of PAGES) {
  test(`${page} links to what exists`, () => {
    const text = read(page);
    const broken: string[] = [];
    for (const match of withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      const link = match[1] ?? "";
      if (/^(https?|mailto):/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : normalize(join(dirname(page), path));
      const isThere = !target.startsWith("..") && existsSync(join(ROOT, target));
      if (!isThere || (anchor !== undefined && !anchorsOf(read(target)).has(anchor))) broken.push(link);
    }
    assert.deepEqual(broken, []);
  });

  // A record of what changed may name what is gone.
  if (page === "CHANGELOG.md") continue;
  test(`${page} names only source files that exist`, () => {
    const named = withoutBlocks(read(page)).matchAll(/`((?:src|test|scripts|bench|fuzz|soak)\/[\w./-]+)`/g);
    const missing = [...named].map((match) => match[1] ?? "").filter((path) => !existsSync(join(ROOT, path)));
    assert.deepEqual(missing, []);
  });
}

test("the architecture's tree names what exists, and every room of src/", () => {
  const tree = blocksOf(read("docs/architecture.md"))[0]?.text ?? "";
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

test("the READMEs stand side by side", () => {
  const [english = "", chinese = ""] = READMES.map(read);
  assert.deepEqual(headingLevels(chinese), headingLevels(english));
  assert.deepEqual(blocksOf(chinese), blocksOf(english));
});

for (const readme of READMES) {
  test(`${readme} is short and has the two commands of the set-up`, () => {
    const text = read(readme);
    assert.ok(linesOf(text).length <= MAX_README_LINES);
    const commands = blocksOf(text).map((block) => block.text);
    assert.ok(commands.includes("npm ci && npm run demo\n"));
    assert.ok(commands.includes("npm ci && npm test\n"));
  });

  test(`the configurations in ${readme} load without a complaint`, () => {
    const blocks = blocksOf(read(readme)).filter((block) => block.language === "yaml");
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
  assert.ok(linesOf(read(".ci/run")).includes("npm ci && npm test"));
});
