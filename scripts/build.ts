// `npm run build`: one bundle of the program in `dist/`, beside the launcher that starts it. Not part of the gateway.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readManifest } from "./manifest.ts";

const ROOT = resolve(import.meta.dirname, "..");
/** Where the build is put: what is run, and `package/`, what is published. */
export const DIST: string = join(ROOT, "dist");
/** What the bundle is made of, as esbuild tells it: not published, read for licences and the bill of materials. */
export const METAFILE: string = join(DIST, "build.json");

/** Names of the sources in the launcher, and of the bundle that takes their place. */
const SOURCES = '"../src/main.ts"';
const BUNDLE = '"./main.mjs"';

/**
 * Makes `dist/` anew: `oai-gateway.js` (the command), `compile-cache.cjs`, `main.mjs` (all of the program) and a
 * `package.json` that says how Node reads them.
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
}

if (import.meta.main) build();
