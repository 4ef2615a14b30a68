// The bundle with the other HTTP engine as its usual one, for the run of the tests on that engine. Not part of the gateway.

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withOtherEngine } from "../test/support/engines/other-engine-source.mjs";
import { BUILD_FOLDER, bundle, DIST, ROOT, writeLauncher } from "./build.ts";

const FOLDER = join(BUILD_FOLDER, "other-engine");
const ENGINE_NAME = "src/config/schema/engine-name.ts";

/** Makes it of the sources and of what `build()` has made; gives back the command's file. */
export function buildWithOtherEngine(): string {
  rmSync(FOLDER, { recursive: true, force: true });
  cpSync(join(ROOT, "src"), join(FOLDER, "src"), { recursive: true });
  const changed = join(FOLDER, ENGINE_NAME);
  writeFileSync(changed, withOtherEngine(readFileSync(changed, "utf8")));
  const dist = join(FOLDER, "dist");
  cpSync(DIST, dist, { recursive: true });
  bundle({
    entry: join(FOLDER, "src/main.ts"),
    file: join(dist, "main.cjs"),
    metafile: join(FOLDER, "main.json"),
    isWhole: false,
    withThreads: true,
    isWrapped: true,
  });
  return writeLauncher(dist);
}
