// `npm run build`: the program bundled in `dist/`, beside the launcher that starts it. Not part of the gateway.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { SENTENCES } from "../src/language/all-sentences.ts";
import { LANGUAGES } from "../src/language/language.ts";
import { sentencesFile } from "../src/language/sentences.ts";
import { bundledPackages, licensesText } from "./bundled.ts";
import { readManifest } from "./manifest.ts";

/** The repository. */
export const ROOT: string = resolve(import.meta.dirname, "..");
/** Where the build is put: what is run, and `package/`, what is published. */
export const DIST: string = join(ROOT, "dist");
/** What a build needs besides, and nobody is given. */
export const BUILD_FOLDER: string = join(ROOT, "build");
/** What the bundles are made of, as esbuild tells it: read for licences and the bill of materials. */
export const METAFILES: readonly string[] = ["main", "undici", "tokenizer", "dashboard"].map((name) =>
  join(BUILD_FOLDER, `${name}.json`),
);

/** How the launcher names the sources, and what takes its place. */
const SOURCES = 'PROGRAM = "../src/main.ts"';
const BUNDLE = 'PROGRAM = "main.cjs"';
const UNKNOWN_BUILD = 'BUILD = ""';

/** The parts of undici that the program imports, as the bundle asks for them, and where they are. */
const UNDICI_PARTS = {
  "undici/lib/dispatcher/client.js": "client",
  "undici/lib/core/symbols.js": "symbols",
} as const;

/** What the thread that counts tokens counts by. */
export const VOCABULARIES = ["o200k_base", "cl100k_base"] as const;
/** Where they are in a checkout. */
const VOCABULARY_MODULES = "gpt-tokenizer/bpeRanks";

/** Programs of threads, which are put into the bundle as texts: what stands for each of them until then, and its entry. */
const THREADS = {
  OAI_GATEWAY_STORE_THREAD: { name: "store-thread", entry: "src/store/sqlite/store-thread.ts" },
  OAI_GATEWAY_TOKENIZER_THREAD: { name: "tokenizer", entry: "src/tokenizer/tokenizer-thread.ts" },
} as const;

/**
 * Makes `dist/` anew: `oai-gateway.js` (the command) with what it loads first, `main.cjs` (all of the program but
 * undici, in the function that Node puts a module into), `undici.cjs`, the vocabularies of the tokenizer, `prices.json.gz`, `sentences.*.json`, `dashboard.json.gz`, a `package.json` that says how Node reads them, and the licences of what is in the bundles.
 */
export function build(): void {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  const [main = "", undici = ""] = METAFILES;
  bundle({
    entry: join(ROOT, "src/main.ts"),
    file: join(DIST, "main.cjs"),
    metafile: main,
    isWhole: false,
    withThreads: true,
    isWrapped: true,
  });
  const parts = join(BUILD_FOLDER, "undici-parts.cjs");
  mkdirSync(BUILD_FOLDER, { recursive: true });
  writeFileSync(
    parts,
    Object.entries(UNDICI_PARTS)
      .map(([module, name]) => `exports.${name} = require("${module}");\n`)
      .join(""),
  );
  bundle({ entry: parts, file: join(DIST, "undici.cjs"), metafile: undici, isWhole: true });
  writeLauncher(DIST);
  writeVocabularies(DIST);
  writePrices(DIST);
  writeSentences(DIST);
  buildDashboard();
  for (const file of ["compile-cache.cjs", "compiled-code.cjs"])
    cpSync(join(ROOT, "bin", file), join(DIST, file));
  // The repository's own package.json would make a module of the launcher, which the oldest Nodes cannot read.
  writeFileSync(join(DIST, "package.json"), '{ "type": "commonjs" }\n');
  writeFileSync(
    join(DIST, "THIRD-PARTY-LICENSES.txt"),
    `${licensesText(bundledPackages())}\n${pricesLicense()}`,
  );
}

/** The snapshot of prices, packed, where the bundle looks for it; gives back its path. */
export function writePrices(folder: string): string {
  const file = join(folder, "prices.json.gz");
  // Without the time that gzip would note, so that a build is the same on each day.
  writeFileSync(file, gzipSync(readFileSync(join(ROOT, "pricing/snapshot.json")), { level: 9 }));
  return file;
}

/**
 * The sentences of each language, where the bundle looks for them: a start reads those that it speaks.
 *
 * @returns the files, by their names
 */
export function writeSentences(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    LANGUAGES.map((language) => {
      const file = join(folder, sentencesFile(language));
      writeFileSync(file, JSON.stringify(SENTENCES[language]()));
      return [sentencesFile(language), file];
    }),
  );
}

/**
 * The vocabularies of the thread that counts tokens, packed, where the bundle looks for them: files of their own, since they are
 * larger than all the rest, and most gateways never need them.
 */
function writeVocabularies(folder: string): void {
  const require = createRequire(import.meta.url);
  for (const name of VOCABULARIES) {
    const ranks: { readonly default: unknown } = require(`${VOCABULARY_MODULES}/${name}`);
    writeFileSync(join(folder, `${name}.json.gz`), gzipSync(JSON.stringify(ranks.default), { level: 9 }));
  }
}

/** The dashboard, packed, in `dist/`: a program of its own, since its bundler knows no other way than to be waited for. */
function buildDashboard(): void {
  execFileSync(process.execPath, [join(ROOT, "scripts/build-dashboard.ts")], { cwd: ROOT, stdio: "inherit" });
}

/** The notice of those whose table of prices it is. */
function pricesLicense(): string {
  const [head = ""] = readFileSync(join(ROOT, "pricing/snapshot.json"), "utf8").split(',\n"models":', 1);
  const { source, notice } = (
    JSON.parse(`${head}}`) as { readonly head: Record<"source" | "notice", string> }
  ).head;
  return `prices.json.gz: prices of ${source}\n\n${notice}\n`;
}

/**
 * The launcher with the bundle in the place of the sources, and with a name for this very bundle.
 * @param folder where `main.cjs` is
 * @returns the launcher's file
 */
export function writeLauncher(folder: string): string {
  const digest = createHash("sha256")
    .update(readFileSync(join(folder, "main.cjs")))
    .digest("hex");
  let launcher = readFileSync(join(ROOT, "bin/oai-gateway.cjs"), "utf8");
  for (const [words, put] of [
    [SOURCES, BUNDLE],
    [UNKNOWN_BUILD, `BUILD = "${digest.slice(0, 16)}"`],
  ] as const) {
    if (launcher.split(words).length !== 2) throw new Error(`bin/oai-gateway.cjs must say ${words} once`);
    launcher = launcher.replace(words, put);
  }
  const file = join(folder, "oai-gateway.js");
  writeFileSync(file, launcher);
  chmodSync(file, 0o755);
  return file;
}

/** What to bundle. */
export type Bundle = {
  readonly entry: string;
  readonly file: string;
  readonly metafile: string;
  /** With undici in it, or with the file beside it asked for where undici is used. */
  readonly isWhole: boolean;
  /** Whether the program starts threads, whose own programs are put into it. */
  readonly withThreads?: boolean;
  /** Whether it is put into the function that Node puts a module into, as `bin/compiled-code.cjs` loads it. */
  readonly isWrapped?: boolean;
};

/**
 * These are accessors of the global object in Node, so that each use is a call: in the bundle they are asked for once. A
 * directive has to be the first of a file.
 */
const GLOBALS = '"use strict";const{Buffer,performance,process}=globalThis;';

/**
 * Bundles the program into one file, its version with it: CommonJS, so that a module of Node is loaded where it is first
 * used, and that V8's compiled code can be kept (`bin/compiled-code.cjs`). esbuild runs as a command, not as a service:
 * its build for WebAssembly, which needs no script at install, does not always survive the end of a service.
 */
export function bundle({
  entry,
  file,
  metafile,
  isWhole,
  withThreads = false,
  isWrapped = false,
}: Bundle): void {
  const esbuild = fileURLToPath(import.meta.resolve("esbuild-wasm/bin/esbuild"));
  const flags = [
    "--bundle",
    "--format=cjs",
    "--platform=node",
    "--target=node22.22",
    "--minify",
    // They are in THIRD-PARTY-LICENSES.txt, in full.
    "--legal-comments=none",
    "--log-level=warning",
    `--banner:js=${GLOBALS}`,
    `--define:OAI_GATEWAY_VERSION=${JSON.stringify(readManifest().version)}`,
    ...(withThreads ? Object.keys(THREADS).map((name) => `--define:${name}=${JSON.stringify(name)}`) : []),
    // They are files of their own.
    `--external:${VOCABULARY_MODULES}/*`,
    // Only the sources ask where they lie.
    "--define:import.meta.url=undefined",
    `--metafile=${relative(ROOT, metafile)}`,
    `--outfile=${relative(ROOT, file)}`,
    ...(isWhole ? [] : Object.keys(UNDICI_PARTS).map((module) => `--external:${module}`)),
  ];
  execFileSync(process.execPath, [esbuild, relative(ROOT, entry), ...flags], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  let text = asAscii(readFileSync(file, "utf8"));
  if (withThreads) text = withThreadPrograms(text);
  for (const [module, name] of isWhole ? [] : Object.entries(UNDICI_PARTS)) {
    const asked = `require("${module}")`;
    if (text.split(asked).length !== 2) throw new Error(`the bundle must ask for ${module} once`);
    text = text.replace(asked, `require("./undici.cjs").${name}`);
  }
  writeFileSync(file, isWrapped ? Module.wrap(text) : text);
}

/**
 * Puts the programs of threads into the bundle, as texts: a thread then needs no file, which the single executable has none
 * of.
 */
function withThreadPrograms(text: string): string {
  let whole = text;
  for (const [define, { name, entry }] of Object.entries(THREADS)) {
    const file = join(BUILD_FOLDER, `${name}.cjs`);
    const metafile = join(BUILD_FOLDER, `${name}.json`);
    bundle({ entry: join(ROOT, entry), file, metafile, isWhole: true, withThreads: false });
    const place = JSON.stringify(define);
    if (whole.split(place).length !== 2) throw new Error(`the bundle must have one place for ${name}`);
    whole = whole.replace(place, () => JSON.stringify(readFileSync(file, "utf8")));
  }
  return whole;
}

/**
 * The bundle in ASCII: esbuild escapes all but regular expressions. One other character would have V8 keep the whole
 * text in two bytes a character, as long as the gateway runs.
 */
function asAscii(text: string): string {
  return text.replaceAll(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

if (import.meta.main) build();
