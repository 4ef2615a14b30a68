// `npm run build`: one bundle of the program in `dist/`, beside the launcher that starts it. Not part of the gateway.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundledPackages, licensesText } from "./bundled.ts";
import { readManifest } from "./manifest.ts";

/** The repository. */
export const ROOT: string = resolve(import.meta.dirname, "..");
/** Where the build is put: what is run, and `package/`, what is published. */
export const DIST: string = join(ROOT, "dist");
/** What a build needs besides, and nobody is given. */
export const BUILD_FOLDER: string = join(ROOT, "build");
/** What the bundle is made of, as esbuild tells it: read for licences and the bill of materials. */
export const METAFILE: string = join(BUILD_FOLDER, "bundle.json");

/** Names of the sources in the launcher, and of the bundle that takes their place. */
const SOURCES = '"../src/main.ts"';
const BUNDLE = '"./main.mjs"';

/**
 * Makes `dist/` anew: `oai-gateway.js` (the command), `compile-cache.cjs`, `main.mjs` (all of the program), a
 * `package.json` that says how Node reads them, and the licences of what is in the bundle.
 */
export function build(): void {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST, { recursive: true });
  bundle("main.mjs");
  const launcher = readFileSync(join(ROOT, "bin/oai-gateway.cjs"), "utf8");
  if (launcher.split(SOURCES).length !== 2) throw new Error(`bin/oai-gateway.cjs must name ${SOURCES} once`);
  writeFileSync(join(DIST, "oai-gateway.js"), launcher.replace(SOURCES, BUNDLE));
  chmodSync(join(DIST, "oai-gateway.js"), 0o755);
  cpSync(join(ROOT, "bin/compile-cache.cjs"), join(DIST, "compile-cache.cjs"));
  // The repository's own package.json would make a module of the launcher, which the oldest Nodes cannot read.
  writeFileSync(join(DIST, "package.json"), '{ "type": "commonjs" }\n');
  writeFileSync(join(DIST, "THIRD-PARTY-LICENSES.txt"), licensesText(bundledPackages()));
}

/**
 * Bundles the program into a file of `dist/`, its version with it. esbuild runs as a command, not as a service: its
 * build for WebAssembly, which needs no script at install, does not always survive the end of a service.
 */
function bundle(file: string): void {
  const esbuild = fileURLToPath(import.meta.resolve("esbuild-wasm/bin/esbuild"));
  const flags = [
    "--bundle",
    "--format=esm",
    "--platform=node",
    "--target=node22.22",
    "--minify",
    // They are in THIRD-PARTY-LICENSES.txt, in full.
    "--legal-comments=none",
    "--log-level=warning",
    `--define:OAI_GATEWAY_VERSION=${JSON.stringify(readManifest().version)}`,
    `--metafile=${relative(ROOT, METAFILE)}`,
    `--outfile=${relative(ROOT, join(DIST, file))}`,
  ];
  // undici is CommonJS, and asks for Node's own modules by `require`.
  const banner =
    'import{createRequire as oaiGatewayRequire}from"node:module";const require=oaiGatewayRequire(import.meta.url);';
  execFileSync(process.execPath, [esbuild, "src/main.ts", ...flags, `--banner:js=${banner}`], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  writeFileSync(join(DIST, file), asAscii(readFileSync(join(DIST, file), "utf8")));
}

/**
 * The bundle in ASCII: esbuild escapes all but regular expressions. One other character would have V8 keep the whole
 * text in two bytes a character, as long as the gateway runs.
 */
function asAscii(text: string): string {
  return text.replaceAll(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

if (import.meta.main) build();
