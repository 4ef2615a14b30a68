// What the rules of the house look at: the files below a folder, with what each imports.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** One file of TypeScript. */
export type Source = {
  /** Below its folder. */
  readonly path: string;
  readonly room: string;
  readonly text: string;
  /** What stands behind `from` and `import`, as written. */
  readonly imports: readonly string[];
};

/** The files of TypeScript below a folder of the project, but for declarations. */
export function sourcesOf(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => {
      const text = readFileSync(join(ROOT, folder, name), "utf8");
      const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g);
      return { path: name, room: roomOf(name), text, imports: [...found].map((match) => match[1] ?? "") };
    });
}

/** The folder of a path below `src/`; the path itself where it is in none. */
export function roomOf(path: string): string {
  const folder = dirname(path);
  return folder === "." ? path : folder;
}

/** The files below `src/` that one imports. */
export function targetsOf(source: Source): string[] {
  return source.imports
    .filter((one) => one.startsWith("."))
    .map((one) => relative(join(ROOT, "src"), resolve(ROOT, "src", dirname(source.path), one)));
}

export function isTest(source: Source): boolean {
  return source.path.endsWith(".test.ts");
}

/** The text as a compiler reads it, but for comments at the end of a line. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
