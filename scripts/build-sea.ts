// `npm run build:sea`: the program as one executable that brings its Node, `dist/artifacts/oai-gateway-SYSTEM-ARCH`. It
// wants Node 26, which can build one by itself; where another runs this, it is fetched from the registry.
// `npm run test:sea` tries it besides. Not part of the gateway.

import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  BUILD_FOLDER,
  build,
  bundle,
  DIST,
  ROOT,
  VOCABULARIES,
  writePrices,
  writeSentences,
} from "./build.ts";
import { bundledPackages } from "./bundled.ts";
import { readManifest } from "./manifest.ts";
import { nodeOf } from "./other-node.ts";
import { ARTIFACTS, writeSums } from "./pack.ts";
import { billOfMaterials } from "./sbom.ts";

/** The Node that is put into the executable. */
const NODE = "26.10.0";

/** Builds the executable; gives back its path, or undefined where there is no Node to build it with. */
function buildExecutable(): string | undefined {
  if (!existsSync(join(DIST, "main.cjs"))) build();
  mkdirSync(ARTIFACTS, { recursive: true });
  const folder = join(BUILD_FOLDER, "sea");
  mkdirSync(folder, { recursive: true });
  const node = nodeOf(NODE, folder);
  if (node === undefined) {
    console.error(
      `Node ${NODE} is not to be had for this system.\n  fix: run this with a Node ${NODE} on the path.`,
    );
    process.exitCode = 1;
    return;
  }
  const ending = process.platform === "win32" ? ".exe" : "";
  const name = `oai-gateway-${process.platform}-${process.arch}`;
  const output = join(ARTIFACTS, `${name}${ending}`);
  // The executable has one file: undici is in it, and nobody calls it from outside.
  const main = join(folder, "main.cjs");
  bundle({
    entry: join(ROOT, "src/main.ts"),
    file: main,
    metafile: join(folder, "main.json"),
    isWhole: true,
    withThreads: true,
  });
  appendFileSync(main, "void module.exports.main();\n");
  const config = {
    main,
    executable: node,
    output,
    disableExperimentalSEAWarning: true,
    assets: {
      "prices.json.gz": writePrices(folder),
      ...writeSentences(folder),
      ...Object.fromEntries(VOCABULARIES.map((name) => [`${name}.json.gz`, join(DIST, `${name}.json.gz`)])),
      "dashboard.json.gz": join(DIST, "dashboard.json.gz"),
    },
    // Nothing of the command line is Node's: `--help` is the gateway's.
    execArgvExtension: "none",
  };
  writeFileSync(join(folder, "sea.json"), JSON.stringify(config));
  execFileSync(node, ["--build-sea", join(folder, "sea.json")], { stdio: ["ignore", "inherit", "inherit"] });
  // macOS runs nothing on Apple silicon without a signature; the one of Node is broken by what was put in.
  if (process.platform === "darwin") execFileSync("codesign", ["--sign", "-", "--force", output]);
  const runtime = { name: "node", version: NODE, license: "MIT" };
  writeFileSync(
    join(ARTIFACTS, `${name}.cdx.json`),
    billOfMaterials(readManifest(), bundledPackages(), runtime),
  );
  writeSums();
  return output;
}

function main(): void {
  const isTest = process.argv.includes("--test");
  const executable = buildExecutable();
  if (executable === undefined) {
    console.error(
      `Node ${NODE} is not to be had for this system: no executable was built.\n  fix: run scripts/build-sea.ts with a Node ${NODE}.`,
    );
    // A machine without a registry can still test all the rest.
    if (!isTest) process.exitCode = 1;
    return;
  }
  console.log(executable);
  if (!isTest) return;
  execFileSync(process.execPath, ["--test", "--test-timeout=120000", "test/package/executable.sea.ts"], {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, OAI_GATEWAY_TEST_PROGRAM: executable },
  });
}

main();
