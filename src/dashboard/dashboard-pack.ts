// The dashboard's files, as the build has packed them: beside the bundle, in the single executable, or in `dist/` of a
// checkout. Read once, when somebody asks for the first of them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getRawAsset, isSea } from "node:sea";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

const PACK_FILE = "dashboard.json.gz";

/** Of the bundle, which is CommonJS; not there in a checkout. */
declare const __dirname: string | undefined;

/** One file. */
export type DashboardFile = {
  /** Of `Content-Type`. */
  readonly type: string;
  readonly etag: string;
  /** Whether its name says what is in it, so that it never changes. */
  readonly isHashed: boolean;
  readonly brotli: Buffer;
  /** For clients that do not take brotli. */
  readonly plain: () => Buffer;
};

/** All of them, by path below `/ui/`. */
export type DashboardPack = { readonly build: string; readonly files: ReadonlyMap<string, DashboardFile> };

type Packed = {
  readonly build: string;
  readonly files: readonly (Pick<DashboardFile, "type" | "etag" | "isHashed"> & {
    readonly path: string;
    readonly body: string;
  })[];
};

/** The pack; undefined where it was not built. */
export function readPack(): DashboardPack | undefined {
  let bytes: Uint8Array;
  try {
    bytes = packBytes();
  } catch {
    return undefined;
  }
  const { build, files } = JSON.parse(gunzipSync(bytes).toString()) as Packed;
  return {
    build,
    files: new Map(
      files.map(({ path, body, ...file }) => {
        const brotli = Buffer.from(body, "base64");
        return [path, { ...file, brotli, plain: () => brotliDecompressSync(brotli) }] as const;
      }),
    ),
  };
}

/** @throws the system's error where there is none */
function packBytes(): Uint8Array {
  if (isSea()) return new Uint8Array(getRawAsset(PACK_FILE));
  if (typeof __dirname === "string") return readFileSync(join(__dirname, PACK_FILE));
  return readFileSync(new URL(`../../dist/${PACK_FILE}`, import.meta.url));
}
