// Reads the pages of the documents: their blocks of code, headings, links and tables. What must be true of them is for the
// tests to say.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** A fenced block of code. */
export type PageBlock = { readonly language: string; readonly text: string };

/** A heading with the anchor that GitHub gives it. */
export type PageHeading = { readonly level: number; readonly anchor: string };

/** A table's size, its head counted as a row. */
export type PageTable = { readonly rows: number; readonly columns: number };

/** Where a link leads: a path below the root of the project, or an address. */
export type PageLink = { readonly written: string; readonly path: string; readonly anchor: string };

/** The text of a file, by its path below the root of the project. */
export function pageText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Whether a path below the root of the project is there; nothing above the root is. */
export function isInProject(path: string): boolean {
  return !path.startsWith("..") && existsSync(join(ROOT, path));
}

/** The paths of the files below a folder of the project, none where it is missing. */
export function filesBelow(folder: string): string[] {
  if (!isInProject(folder)) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

/** Where the Chinese page beside an English one is, or will be; `undefined` for a page that has none. */
export function twinOf(path: string): string | undefined {
  if (path === "README.md") return "README.zh-TW.md";
  return /^docs\/[^/]+\.md$/.test(path) ? path.replace("docs/", "docs/zh-TW/") : undefined;
}

export function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

export function blocksOf(text: string): PageBlock[] {
  return [...text.matchAll(FENCED)].map((match) => ({ language: match[1] ?? "", text: match[2] ?? "" }));
}

export function withoutBlocks(text: string): string {
  return text.replace(FENCED, "");
}

/** The headings in their order; a name that comes again has a number behind its anchor. */
export function headingsOf(text: string): PageHeading[] {
  const seen = new Map<string, number>();
  return [...withoutBlocks(text).matchAll(/^(#+) (.+)$/gm)].map((match) => {
    const name = (match[2] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    const earlier = seen.get(name) ?? 0;
    seen.set(name, earlier + 1);
    return { level: (match[1] ?? "").length, anchor: earlier === 0 ? name : `${name}-${earlier}` };
  });
}

/** The links of a page to other pages and to itself; what leads out of the project is left out. */
export function linksOf(page: string): PageLink[] {
  return [...withoutBlocks(pageText(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((written) => !/^(https?|mailto):/.test(written))
    .map((written) => {
      const [path = "", anchor = ""] = written.split("#");
      return { written, path: path === "" ? page : normalize(join(dirname(page), path)), anchor };
    });
}

/** The addresses outside of the project that a page links to. */
export function addressesOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/\]\((https?:[^)\s]+)\)/g)].map((match) => match[1] ?? "");
}

/** The tables in their order. */
export function tablesOf(text: string): PageTable[] {
  return [...withoutBlocks(text).matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => {
    const lines = linesOf(table);
    return { rows: lines.length - 1, columns: cellsOf(lines[1] ?? "").length };
  });
}

/** The cells of a table's row. */
export function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

/** The words between single backticks. */
export function codeWordsOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
}
