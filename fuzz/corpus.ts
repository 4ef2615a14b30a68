// The inputs that are kept: one JSON file each below `test/corpus/AREA/`.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { seedOf } from "./random.ts";

/** One kept input. */
export type CorpusEntry = {
  readonly area: string;
  /** File name without its ending. */
  readonly name: string;
  readonly note: string;
  readonly input: Buffer;
  /** Why the gateway still fails on it; such an entry is a task, not a failure of the tests. */
  readonly open: string | undefined;
};

/** Where the inputs are. */
const CORPUS_FOLDER: string = resolve(import.meta.dirname, "..", "test", "corpus");

/** Everything that is kept, in a stable order. */
export function readCorpus(): CorpusEntry[] {
  const files = readdirSync(CORPUS_FOLDER, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".json"),
  );
  return files.sort().map((file) => {
    const stored = JSON.parse(readFileSync(join(CORPUS_FOLDER, file), "utf8")) as Readonly<
      Record<string, string>
    >;
    const [area = "", name = ""] = file.replace(/\.json$/, "").split(/[\\/]/);
    const input = Buffer.from(stored["base64"] ?? "", "base64");
    return { area, name, note: stored["note"] ?? "", input, open: stored["open"] };
  });
}

/** Keeps an input; gives the file's path. The same input of the same kind is the same file. */
export function writeCorpus(area: string, kind: string, input: Buffer, note: string): string {
  const folder = join(CORPUS_FOLDER, area);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${kind}-${seedOf(input).toString(16).padStart(8, "0")}.json`);
  const text = input
    .toString("latin1")
    .replace(/[^\x20-\x7e]/g, ".")
    .slice(0, 120);
  writeFileSync(path, `${JSON.stringify({ note, text, base64: input.toString("base64") }, undefined, 2)}\n`);
  return path;
}
