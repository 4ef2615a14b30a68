// The rules of the dashboard's sources: how large they are, who imports whom, what three languages say, and how much a browser
// has to load.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { buildDashboard, DASHBOARD_FILE, isStale } from "../scripts/build-dashboard.ts";

const ROOT = resolve(import.meta.dirname, "..");
const SOURCES = join(ROOT, "dashboard/src");
const MAX_LINES = 300;
const MAX_FILES = 20;
const MAX_FUNCTION = 60;
const MAX_GZIP = 150 * 1024;

type DashboardSource = {
  /** Below `dashboard/src`. */
  readonly path: string;
  readonly text: string;
  /** What it imports of the dashboard, as paths below `dashboard/src`; what lies elsewhere begins with `..`. */
  readonly targets: readonly string[];
};

/** Written by a program. */
const GENERATED: ReadonlySet<string> = new Set(["api/schema.ts"]);
const FILES = filesBelow(SOURCES).map(sourceOf);
const BROWSER_TESTS = filesBelow(join(ROOT, "test/browser"));

test("there are sources of the dashboard, and tests in a browser, to check", () => {
  assert.ok(FILES.length > 60 && BROWSER_TESTS.length > 8);
});

test("no file of the dashboard is longer than 300 lines, and each begins by saying what it is", () => {
  const checked = [
    ...FILES.filter(({ path }) => !GENERATED.has(path)),
    ...BROWSER_TESTS.map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, "utf8") })),
  ];
  for (const { path, text } of checked) {
    assert.ok(text.split("\n").length - 1 <= MAX_LINES, `${path} is longer than ${MAX_LINES} lines`);
    assert.match(text, /^\/\//, `${path} begins without a comment`);
  }
});

test("no folder of the dashboard holds more than 20 source files", () => {
  const folders = Map.groupBy(FILES, ({ path }) => dirname(path));
  for (const [folder, files] of folders) assert.ok(files.length <= MAX_FILES, `${folder}: ${files.length}`);
});

test("no function of the dashboard is longer than 60 lines, or takes more than four parameters", () => {
  const broken = FILES.filter(({ path }) => !GENERATED.has(path)).flatMap(({ path, text }) =>
    functionsOf(text)
      .filter(({ lines }) => lines > MAX_FUNCTION)
      .map(({ name, lines }) => `${path}: ${name} has ${lines} lines`),
  );
  assert.deepEqual(broken, []);
  for (const { path, text } of FILES)
    for (const [head, inside = ""] of text.matchAll(/\bfunction \w+\(([^(){}]*)\)/g))
      assert.ok(inside.split(",").filter((one) => one.trim() !== "").length <= 4, `${path}: ${head}`);
});

test("pages import no other page, what pages share imports none of them, and all of it stays inside", () => {
  const broken = FILES.flatMap(({ path, targets }) =>
    targets.filter((target) => !mayImport(path, target)).map((target) => `${path} imports ${target}`),
  );
  assert.deepEqual(broken, []);
});

test("the gateway imports nothing of the dashboard's sources", () => {
  for (const path of filesBelow(join(ROOT, "src")))
    assert.doesNotMatch(readFileSync(path, "utf8"), /from "(?:\.\.\/)+dashboard\/src/, path);
});

test("the dashboard is 150 KiB at most, packed by gzip", async () => {
  if (!existsSync(DASHBOARD_FILE) || isStale()) await buildDashboard();
  const packed: unknown = JSON.parse(gunzipSync(readFileSync(DASHBOARD_FILE)).toString());
  const { files } = packed as { readonly files: readonly { readonly path: string; readonly body: string }[] };
  const bytes = files.map(({ body }) => gzipSync(brotliDecompressSync(Buffer.from(body, "base64"))).length);
  const sum = bytes.reduce((all, one) => all + one, 0);
  assert.ok(sum > 20_000 && sum <= MAX_GZIP, `${sum} bytes`);
});

/** Characters that only one of the two writes, of words that the dashboard uses. */
const TRADITIONAL =
  /[個請應設檔點權態細節開關閉資訊單價錢數據載讀寫處變體驗錯誤復實際間層試測確認標籤連線網這從來與為過還該讓選擇]/u;
const SIMPLIFIED =
  /[个请应设档点权态细节开关闭资讯单价钱数据载读写处变体验错误复实际间层试测确认标签连线网这从来与为过还该让选择]/u;
/** Chosen so that no character is in both. */
const SHARED = new Set([..."復據"]);

test("each of the three languages is written in its own characters", () => {
  for (const { path, text } of FILES.filter((one) => /^words\/\w+\/zh-(?:tw|cn)\.ts$/.test(one.path))) {
    const isTaiwan = path.endsWith("zh-tw.ts");
    const foreign = isTaiwan ? onlyIn(SIMPLIFIED, TRADITIONAL) : onlyIn(TRADITIONAL, SIMPLIFIED);
    const found = [...text].filter((character) => foreign.has(character));
    assert.deepEqual(found, [], path);
  }
});

test("no sentence in Chinese is left in English, nor the same in both where the words differ", () => {
  const areas = readdirSync(join(SOURCES, "words"), { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  );
  assert.ok(areas.length >= 8);
  for (const { name } of areas) {
    const [en, taiwan, mainland] = ["en", "zh-tw", "zh-cn"].map((one) =>
      sentencesOf(readFileSync(join(SOURCES, "words", name, `${one}.ts`), "utf8")),
    );
    assert.ok(en !== undefined && taiwan !== undefined && mainland !== undefined);
    // Two words of English with a space between are a sentence; names of products are one word, or in English as well.
    for (const [tag, said] of [
      ["zh-tw", taiwan],
      ["zh-cn", mainland],
    ] as const)
      assert.deepEqual(
        said.filter((one) => en.includes(one) && /[a-z]{3,} [a-z]{2,}/.test(one)),
        [],
        `${name}/${tag}`,
      );
    const same = taiwan.filter((one) => /\p{Script=Han}/u.test(one) && mainland.includes(one)).length;
    assert.ok(same < taiwan.length / 3, `${name}: ${same} of ${taiwan.length} are the same in both`);
  }
});

function onlyIn(these: RegExp, others: RegExp): ReadonlySet<string> {
  const left = new Set(others.source);
  return new Set(
    [...these.source].filter((one) => /\p{Script=Han}/u.test(one) && !left.has(one) && !SHARED.has(one)),
  );
}

/** The texts in quotes, without their comments. */
function sentencesOf(text: string): string[] {
  return [...text.replace(/^\s*\/\/.*$/gm, "").matchAll(/"((?:[^"\\\n]|\\.)+)"|`((?:[^`\\]|\\.)+)`/g)]
    .map(([, plain, template]) => plain ?? template ?? "")
    .filter((one) => !one.startsWith("./"));
}

function mayImport(from: string, to: string): boolean {
  if (to.startsWith("..")) return false;
  const [room, page] = from.split("/");
  const [target, other] = to.split("/");
  if (target === "pages") return room === "app" || (room === "pages" && page === other);
  if (room === "words") return target === "words" || target === "app";
  return target !== "main.tsx";
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function sourceOf(path: string): DashboardSource {
  const text = readFileSync(path, "utf8");
  const found = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"/g)].map((match) => match[1] ?? "");
  return {
    path: relative(SOURCES, path),
    text,
    targets: found.map((one) => relative(SOURCES, resolve(dirname(path), one))),
  };
}

/** Functions as the formatter lays them out: the head's indentation closes the body. */
function functionsOf(text: string): { readonly name: string; readonly lines: number }[] {
  const lines = text.split("\n");
  return lines.flatMap((line, start) => {
    const [, indent, name] = /^(\s*)(?:export )?(?:async )?function (\w+)/.exec(line) ?? [];
    if (indent === undefined || name === undefined) return [];
    const end = lines.findIndex((one, at) => at > start && one === `${indent}}`);
    return end === -1 ? [] : [{ name, lines: end - start + 1 }];
  });
}
