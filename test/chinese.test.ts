// How Chinese is written in what people read: the words of the table in CONTRIBUTING.md, the characters of Taiwan and of
// the mainland, each in its own sentences, and the marks and spaces between them. What vendors write, and what tests say,
// is not ours.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cellsOf,
  filesBelow,
  isInProject,
  linesOf,
  pageText,
  twinOf,
  withoutBlocks,
} from "./support/pages.ts";

/** A piece of a line with Chinese in it, without its code and the places of its values. */
type Phrase = { readonly path: string; readonly text: string };

/** Has the sentences of every language in one file, so that any Node can say them. */
const LAUNCHER = "bin/oai-gateway.cjs";
/** Those for the mainland there. */
const OF_MAINLAND = /case "zh-CN":[\s\S]*?default:/g;

const FILES = [
  "README.md",
  "README.zh-TW.md",
  "CHANGELOG.md",
  "SECURITY.md",
  "config.yaml.example",
  "compose.yaml",
  ...["bin", "deploy", "docs", "scripts", "src", ".github"].flatMap(filesBelow),
].filter(isForPeople);
const PHRASES = FILES.flatMap(phrasesOf);
/** In the Chinese of the mainland. */
const MAINLAND = [
  ...["src", "dashboard/src"].flatMap(filesBelow).filter(isOfMainland).flatMap(phrasesOf),
  ...(pageText(LAUNCHER).match(OF_MAINLAND) ?? []).flatMap((text) => phrasesIn(LAUNCHER, linesOf(text))),
];
const DASHBOARD = filesBelow("dashboard/src/words").filter((path) => path.endsWith("/zh-tw.ts"));

test("there is Chinese to check, in pages, tables and the example", () => {
  const paths = new Set(PHRASES.map(({ path }) => path));
  for (const path of ["README.zh-TW.md", "config.yaml.example", "src/language/tables/zh-tw/start.ts"])
    assert.ok(paths.has(path), path);
  assert.ok(PHRASES.length > 300);
  const mainland = new Set(MAINLAND.map(({ path }) => path));
  for (const path of [LAUNCHER, "src/language/tables/zh-cn/start.ts", "dashboard/src/words/app/zh-cn.ts"])
    assert.ok(mainland.has(path), path);
});

test("one word stands for one thing: that of the table in CONTRIBUTING.md", () => {
  const words = wordsOfTheHouse();
  assert.ok(words.length > 20);
  const right = new RegExp(words.flatMap((row) => row.right).join("|"), "gu");
  const wrong = words.flatMap((row) => row.wrong.map((word) => ({ word, right: row.right.join(", ") })));
  const found = PHRASES.flatMap(({ path, text }) => {
    const rest = text.replace(right, "·");
    return wrong
      .filter(({ word }) => rest.includes(word))
      .map((one) => `${path}: ${one.word}: write ${one.right}: ${text}`);
  });
  assert.deepEqual(found, []);
});

test("each character is one that Taiwan writes", () => {
  const known = charactersOfBig5();
  assert.equal(known.size, 13_053);
  assert.deepEqual(strangersIn([...PHRASES, ...DASHBOARD.flatMap(phrasesOf)], known), []);
});

test("each character of the mainland's sentences is one that the mainland writes, and so are the quotes", () => {
  const known = charactersOfGb2312();
  assert.equal(known.size, 6_763);
  assert.deepEqual(strangersIn(MAINLAND, known), []);
  assert.deepEqual(
    MAINLAND.filter(({ text }) => /[「」]/.test(text)),
    [],
  );
});

test("marks beside Chinese are full-width", () => {
  assert.deepEqual(phrasesWith(/\p{Script=Han} ?[,;:!?(]|[,;:!?)]\p{Script=Han}/u), []);
});

// Two spaces and more set columns apart; a slash stands between two languages; what is quoted may begin or end with one.
test("no space stands beside a full-width mark", () => {
  assert.deepEqual(
    phrasesWith(
      /[，。：；！？、（）」] (?! )|(?<![ /]) [，。：；！？、（）「]|[「“] \p{Script=Han}|\p{Script=Han} [」”]/u,
    ),
    [],
  );
});

// Markdown takes no stars for an end where a mark stands before them and a word behind.
test("no bold text ends with a mark", () => {
  const bold = FILES.filter((path) => path.endsWith(".md")).flatMap(
    (path) => pageText(path).match(/\*\*[^*\n]+\*\*[^\s\p{P}]?/gu) ?? [],
  );
  const found = bold.filter((text) => /[，。：；！？、）」]\*\*.$/u.test(text));
  assert.deepEqual(found, []);
});

test("one space stands between a Chinese and a Latin word or a figure", () => {
  assert.deepEqual(
    phrasesWith(/\p{Script=Han}[\p{Script=Latin}\d]|[\p{Script=Latin}\d%]\p{Script=Han}/u),
    [],
  );
});

test("a sentence in Chinese names the page in Chinese where there is one", () => {
  const found = PHRASES.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<![\w/.-])docs\/[\w-]+\.md/g)]
      .map(([page]) => twinOf(page))
      .filter((twin) => twin !== undefined && isInProject(twin))
      .map((twin) => `${path}: write ${twin}: ${text}`),
  );
  assert.deepEqual(found, []);
});

/** What a person reads: not the tests, and not the words by which errors of vendors are told. */
function isForPeople(path: string): boolean {
  // The Chinese of the mainland is written otherwise, and pictures are no text.
  if (isOfMainland(path) || path.endsWith(".webp")) return false;
  return isInProject(path) && !path.endsWith(".test.ts") && !path.startsWith("src/wires/errors/");
}

function isOfMainland(path: string): boolean {
  return /\bzh-cn(?:\.ts$|\/)/.test(path);
}

/** Characters that are not among the known ones. Each language is called by its own name in the other. */
function strangersIn(phrases: readonly Phrase[], known: ReadonlySet<string>): string[] {
  return phrases.flatMap(({ path, text }) =>
    [...text.replace(/简体中文|繁體中文/g, "").matchAll(/\p{Script=Han}/gu)]
      .filter(([character]) => !known.has(character))
      .map(([character]) => `${path}: ${character}: ${text}`),
  );
}

function phrasesOf(path: string): Phrase[] {
  return phrasesIn(path, piecesOf(path));
}

function phrasesIn(path: string, pieces: readonly string[]): Phrase[] {
  return pieces
    .map(plain)
    .filter((text) => /\p{Script=Han}/u.test(text))
    .map((text) => ({ path, text }));
}

/** The cells and lines of a page, the texts of a source, the lines of anything else. */
function piecesOf(path: string): string[] {
  const text = path === LAUNCHER ? pageText(path).replace(OF_MAINLAND, "") : pageText(path);
  if (path.endsWith(".md")) return linesOf(withoutBlocks(text)).flatMap(cellsOf);
  if (!path.endsWith(".ts")) return linesOf(text);
  return linesOf(text.replace(/\/\*[\s\S]*?\*\//g, ""))
    .filter((line) => !/^\s*\/\//.test(line))
    .flatMap((line) => [...line.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)])
    .flatMap((match) => (match[1] ?? match[2] ?? match[3] ?? "").split("\\n"));
}

/**
 * A piece without the marks of Markdown and of comments. Code is a Latin word; a value is neither Latin nor Chinese, nor are
 * the names of the languages, which stand in English sentences too.
 */
function plain(piece: string): string {
  return piece
    .replace(/`[^`]*`/g, "code")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll("**", "")
    .replace(/繁體中文|简体中文/g, "·")
    .replace(/(?<!\$)\{[a-z]\w*\}/g, "·")
    .replace(/^\s*(?:[-#>]+|\d+\.)\s+/, "")
    .trim();
}

function phrasesWith(fault: RegExp): string[] {
  return [...PHRASES, ...MAINLAND]
    .filter(({ text }) => fault.test(text))
    .map(({ path, text }) => `${path}: ${text}`);
}

/** The rows of the table of words: the words of the house, and those that stand for the same elsewhere. */
function wordsOfTheHouse(): { readonly right: readonly string[]; readonly wrong: readonly string[] }[] {
  const table = pageText("CONTRIBUTING.md").split("| English | 中文 | not |\n|---|---|---|\n")[1] ?? "";
  return linesOf(table.split("\n\n")[0] ?? "").map((line) => {
    const [, right = "", wrong = ""] = cellsOf(line);
    return { right: right.split(/[,;] /), wrong: wrong.split(", ") };
  });
}

/** The characters of GB 2312, which holds no form that only Taiwan writes. */
function charactersOfGb2312(): Set<string> {
  const decoder = new TextDecoder("gbk");
  const found = new Set<string>();
  for (let lead = 0xb0; lead <= 0xf7; lead += 1)
    for (let trail = 0xa1; trail <= 0xfe; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if (/^\p{Script=Han}$/u.test(character)) found.add(character);
    }
  return found;
}

/** The characters of Big5's two planes. Those that Hong Kong has put between them have forms of the mainland. */
function charactersOfBig5(): Set<string> {
  const decoder = new TextDecoder("big5");
  const found = new Set<string>();
  for (let lead = 0xa4; lead <= 0xf9; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const code = lead * 0x100 + trail;
      const isInPlane = code <= 0xc67e || (code >= 0xc940 && code <= 0xf9d5);
      if (isInPlane && (trail <= 0x7e || trail >= 0xa1))
        found.add(decoder.decode(Uint8Array.of(lead, trail)));
    }
  return found;
}
