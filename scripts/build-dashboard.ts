// `npm run build:dashboard`: the dashboard as one file, `dist/dashboard.json.gz`, which the gateway serves from memory.
// With `--if-stale` nothing is done where that file is newer than all it is made of. Not part of the gateway.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { BUILD_FOLDER, DIST, ROOT } from "./build.ts";

/** The packed dashboard. */
export const DASHBOARD_FILE: string = join(DIST, "dashboard.json.gz");
/** What Vite leaves. */
const SITE = join(BUILD_FOLDER, "dashboard");
const SOURCES = join(ROOT, "dashboard");
/** Stands in the page until all else is known. */
const BUILD_ID = "BUILD_ID";
/** Below it are the files whose names say what is in them. */
const HASHED = "assets/";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** One file of the pack. */
type PackedFile = {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly isHashed: boolean;
  readonly size: number;
  /** Brotli, in base64. */
  readonly body: string;
};

/** Builds it and packs it. */
export async function buildDashboard(): Promise<void> {
  const { build } = await import("vite");
  rmSync(SITE, { recursive: true, force: true });
  const inputs: Record<string, { bytesInOutput: number }> = {};
  await build({
    configFile: false,
    root: SOURCES,
    base: "/ui/",
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: SITE,
      emptyOutDir: true,
      target: "es2023",
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      assetsInlineLimit: 0,
    },
    plugins: [
      {
        name: "list-modules",
        generateBundle: (_options, bundle) => {
          for (const chunk of Object.values(bundle)) {
            if (chunk.type !== "chunk") continue;
            for (const [id, { renderedLength }] of Object.entries(chunk.modules))
              inputs[relative(ROOT, id.split("?", 1)[0] ?? "")] = { bytesInOutput: renderedLength };
          }
        },
      },
    ],
  });
  // In the form of esbuild, as the notices of licences are made of both.
  writeFileSync(join(BUILD_FOLDER, "dashboard.json"), JSON.stringify({ outputs: { dashboard: { inputs } } }));
  pack();
}

function pack(): void {
  const names = readdirSync(SITE, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(SITE, name)).isFile(),
  );
  const files = names
    .sort()
    .map((name) => ({ path: name.replaceAll("\\", "/"), text: readFileSync(join(SITE, name)) }));
  const digest = createHash("sha256");
  for (const { path, text } of files) digest.update(path).update(text);
  const build = digest.digest("hex").slice(0, 16);
  const packed = files.map(({ path, text }) =>
    packedFile(path, path === "index.html" ? withBuild(text, build) : text),
  );
  mkdirSync(dirname(DASHBOARD_FILE), { recursive: true });
  writeFileSync(DASHBOARD_FILE, gzipSync(JSON.stringify({ build, files: packed }), { level: 9 }));
}

function withBuild(page: Buffer, build: string): Buffer {
  const text = page.toString();
  if (text.split(BUILD_ID).length !== 2) throw new Error(`index.html must say ${BUILD_ID} once`);
  return Buffer.from(text.replace(BUILD_ID, build));
}

function packedFile(path: string, bytes: Buffer): PackedFile {
  const type = TYPES[/\.\w+$/.exec(path)?.[0] ?? ""];
  if (type === undefined) throw new Error(`${path} is of no known type`);
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const body = brotliCompressSync(bytes, { params }).toString("base64");
  return { path, type, etag: `"${digest}"`, isHashed: path.startsWith(HASHED), size: bytes.length, body };
}

/** Whether something it is made of is newer: a folder is newer when a file has left it. */
export function isStale(): boolean {
  if (!existsSync(DASHBOARD_FILE)) return true;
  const madeMs = statSync(DASHBOARD_FILE).mtimeMs;
  const parts = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).map((name) =>
    join(SOURCES, name),
  );
  const others = [SOURCES, join(ROOT, "package-lock.json"), import.meta.filename];
  return [...parts, ...others].some((path) => statSync(path).mtimeMs > madeMs);
}

if (import.meta.main && !(process.argv.includes("--if-stale") && !isStale())) await buildDashboard();
