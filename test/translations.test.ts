// A page in Chinese says what its English twin says: the same headings, samples, tables, names and links. How Chinese is
// written is held by chinese.test.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressesOf,
  blocksOf,
  codeWordsOf,
  filesBelow,
  headingsOf,
  isInProject,
  linksOf,
  pageText,
  tablesOf,
  twinOf,
} from "./support/pages.ts";

type Pair = { readonly english: string; readonly chinese: string };

const README: Pair = { english: "README.md", chinese: "README.zh-TW.md" };
const DOCS: readonly Pair[] = filesBelow("docs/zh-TW").map((chinese) => ({
  english: chinese.replace("docs/zh-TW/", "docs/"),
  chinese,
}));

/** The pages for those who use the gateway; those for its developers are in English. */
const FOR_USERS = [
  "configuration.md",
  "reliability.md",
  "errors.md",
  "clients.md",
  "keys.md",
  "stored-objects.md",
  "admin.md",
  "alerts.md",
  "logs.md",
  "usage.md",
  "traces.md",
  "metrics.md",
  "deploy.md",
];

test("every page for users has its Chinese twin", () => {
  const missing = FOR_USERS.map((name) => `docs/zh-TW/${name}`).filter((path) => !isInProject(path));
  assert.deepEqual(missing, []);
});

for (const { english, chinese } of [README, ...DOCS]) {
  test(`${chinese} has the headings, samples and tables of ${english}`, () => {
    assert.ok(isInProject(english), `${chinese} translates ${english}, which is not there`);
    const [original, translation] = [pageText(english), pageText(chinese)];
    assert.deepEqual(blocksOf(translation), blocksOf(original));
    assert.deepEqual(levelsOf(translation), levelsOf(original));
    assert.deepEqual(tablesOf(translation), tablesOf(original));
  });

  test(`${english} and ${chinese} lead to each other`, () => {
    assert.ok(linksOf(english).some(({ path }) => path === chinese));
    assert.ok(linksOf(chinese).some(({ path }) => path === english));
  });

  test(`${chinese} links to where ${english} does, in Chinese where that is there`, () => {
    const links = linksOf(chinese).filter(({ path }) => path !== english);
    const expected = linksOf(english)
      .filter(({ path }) => path !== chinese)
      .map(({ path, anchor }) => translated(path, anchor));
    assert.deepEqual(links.map(({ path, anchor }) => `${path}#${anchor}`).sort(), expected.sort());
    assert.deepEqual(addressesOf(pageText(chinese)).sort(), addressesOf(pageText(english)).sort());
  });
}

// The READMEs have names of their own in places, such as that of an argument.
for (const { english, chinese } of DOCS) {
  test(`${chinese} names what ${english} names`, () => {
    const [original, translation] = [wordsOf(english), wordsOf(chinese)];
    assert.deepEqual(missingIn(translation, original), [], `${chinese} does not name these`);
    assert.deepEqual(missingIn(original, translation), [], `only ${chinese} names these`);
  });
}

function levelsOf(text: string): number[] {
  return headingsOf(text).map((heading) => heading.level);
}

function wordsOf(page: string): Set<string> {
  return new Set(codeWordsOf(pageText(page)));
}

/** The words of one page that another does not have. */
function missingIn(page: ReadonlySet<string>, words: ReadonlySet<string>): string[] {
  return [...words].filter((word) => !page.has(word));
}

/** Where a link of an English page leads on the page's twin: to the heading at the same place there. */
function translated(path: string, anchor: string): string {
  const twin = twinOf(path);
  if (twin === undefined || !isInProject(twin)) return `${path}#${anchor}`;
  const place = headingsOf(pageText(path)).findIndex((heading) => heading.anchor === anchor);
  return `${twin}#${headingsOf(pageText(twin))[place]?.anchor ?? ""}`;
}
