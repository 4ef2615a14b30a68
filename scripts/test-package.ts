// `npm run test:package`: packs, installs the tarball into an empty folder, and runs what tests the command as a
// process against what was installed; then a short part of it under the oldest Node and the newest. Not part of the
// gateway.

import { execFileSync } from "node:child_process";
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./build.ts";
import { npm } from "./npm.ts";
import { nodeOf } from "./other-node.ts";
import { pack } from "./pack.ts";
import { LEFTOVERS } from "./test-files.ts";

/** The oldest Node that is promised, and the newest that there is: from the registry, for this system. */
const OTHER_NODES = ["22.22.0", "26.10.0"];

/** Nodes that are too old, one of each line that people still have. */
const OLD_NODES = ["12.22.12", "14.21.3", "16.20.2", "18.20.8", "20.19.5"];

/** Tests of the package itself, and those that are the same whichever Node is promised. */
const PACKED = globSync("test/package/*.packed.ts", { cwd: ROOT });
const ONCE = /(?:tarball|old-nodes|image)\.packed\.ts$/;

function main(): void {
  const tarball = pack();
  const folder = mkdtempSync(join(tmpdir(), "oai-gateway-package-"));
  // Some tests run the program as somebody without rights, who has to be able to read it.
  chmodSync(folder, 0o755);
  try {
    const program = install(tarball, folder);
    const env = {
      OAI_GATEWAY_TEST_PROGRAM: program,
      OAI_GATEWAY_TEST_TARBALL: tarball,
      OAI_GATEWAY_TEST_OLD_NODES: JSON.stringify(oldNodes(folder)),
    };
    // A part of CI that has been through the rest elsewhere wants the package's own tests alone.
    const isShort = process.argv.includes("--short");
    runTests(isShort ? PACKED : [...PACKED, ...blackBoxTests()], env);
    if (isShort) return;
    for (const version of OTHER_NODES) {
      const node = nodeOf(version, folder);
      if (node === undefined) console.log(`Node ${version}: not to be had here, left out`);
      else
        runTests(
          PACKED.filter((file) => !ONCE.test(file)),
          { ...env, OAI_GATEWAY_TEST_NODE: node },
        );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Old versions and where each is, of those that are to be had for this system. */
function oldNodes(folder: string): Readonly<Record<string, string>> {
  const found = OLD_NODES.map((version) => [version, nodeOf(version, folder)] as const);
  for (const [version, node] of found)
    if (node === undefined) console.log(`Node ${version}: not to be had here, left out`);
  return Object.fromEntries(found.filter(([, node]) => node !== undefined)) as Record<string, string>;
}

/** Installs the tarball without a network: all is in it. Gives back the command's file. */
function install(tarball: string, folder: string): string {
  const place = join(folder, "installed");
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), '{ "private": true }\n');
  npm(["install", "--offline", "--silent", tarball], place);
  return join(place, "node_modules/oai-gateway/dist/oai-gateway.js");
}

/** The tests that run the command as a process of its own. */
function blackBoxTests(): readonly string[] {
  const files = globSync("{src,test}/**/*.test.ts", { cwd: ROOT });
  return files.filter((file) => readFileSync(join(ROOT, file), "utf8").includes('support/cli.ts"')).sort();
}

function runTests(files: readonly string[], env: Readonly<Record<string, string>>): void {
  console.log(
    `\n${files.length} files against ${env["OAI_GATEWAY_TEST_NODE"] ?? `Node ${process.versions.node}`}`,
  );
  execFileSync(
    process.execPath,
    [
      "--import",
      LEFTOVERS,
      "--test",
      "--test-concurrency=2",
      "--test-timeout=120000",
      "--test-reporter=dot",
      ...files,
    ],
    { cwd: ROOT, stdio: "inherit", env: { ...process.env, ...env } },
  );
}

main();
