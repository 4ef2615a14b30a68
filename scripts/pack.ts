// What is published. `npm run package` leaves `dist/artifacts/`: the tarball, the bill of materials and SHA256SUMS. Not part
// of the gateway.
//
// `npm pack` ships the package.json that lies in the folder, which in a checkout has the tools and a Node: so it is
// asked to pack `dist/package/`, with a package.json of its own. `npm pack` by hand in the repository runs the same
// through `prepack` and `postpack`, which put that package.json in place and take it back. `private` keeps
// `npm publish` in the repository from ever publishing: only the tarball that was tested can be.

import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build, DIST, ROOT } from "./build.ts";
import { bundledPackages } from "./bundled.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { npm } from "./npm.ts";
import { billOfMaterials } from "./sbom.ts";

/** What may be handed on: the tarball and what belongs to it. */
export const ARTIFACTS: string = join(DIST, "artifacts");

const STAGE = join(DIST, "package");
/** The repository's package.json while `npm pack` runs. Not in `dist/`, which every build empties. */
const KEPT = join(ROOT, "package.json.kept");

/** What of package.json is of use to who has installed the package. */
const PUBLISHED = [
  "name",
  "version",
  "description",
  "keywords",
  "homepage",
  "bugs",
  "repository",
  "type",
  "license",
  "bin",
  "man",
  "files",
  "engines",
];

/** The package.json that is published: without dependencies, since all is in the bundle, and without scripts. */
export function publishedManifest(manifest: Manifest): string {
  const published = Object.fromEntries(PUBLISHED.map((name) => [name, manifest[name]]));
  return `${JSON.stringify(published, undefined, 2)}\n`;
}

/** Builds, packs and sums up; gives back the tarball's path. */
export function pack(): string {
  build();
  const manifest = readManifest();
  for (const file of ["package.json", ...(manifest["files"] as readonly string[]), "LICENSE"]) {
    cpSync(join(ROOT, file), join(STAGE, file), { recursive: true });
  }
  writeFileSync(join(STAGE, "package.json"), publishedManifest(manifest));
  rmSync(ARTIFACTS, { recursive: true, force: true });
  mkdirSync(ARTIFACTS, { recursive: true });
  npm(["pack", "--silent", "--pack-destination", ARTIFACTS], STAGE);
  const name = `${manifest.name}-${manifest.version}`;
  writeFileSync(join(ARTIFACTS, `${name}.cdx.json`), billOfMaterials(manifest, bundledPackages()));
  writeSums();
  return join(ARTIFACTS, `${name}.tgz`);
}

/** Writes `SHA256SUMS` of all that lies among the artefacts, as `sha256sum --check` reads it. */
export function writeSums(): void {
  const files = readdirSync(ARTIFACTS).filter((file) => file !== "SHA256SUMS");
  const lines = files.sort().map((file) => {
    const digest = createHash("sha256").update(readFileSync(join(ARTIFACTS, file)));
    return `${digest.digest("hex")}  ${file}\n`;
  });
  writeFileSync(join(ARTIFACTS, "SHA256SUMS"), lines.join(""));
}

/** `prepack`: the package.json that is published, in the place of the repository's. */
function putManifest(): void {
  // A pack that was killed has left it there.
  takeManifestBack();
  build();
  copyFileSync(join(ROOT, "package.json"), KEPT);
  writeFileSync(join(ROOT, "package.json"), publishedManifest(readManifest()));
}

/** `postpack`: the repository's again. */
function takeManifestBack(): void {
  if (!existsSync(KEPT)) return;
  copyFileSync(KEPT, join(ROOT, "package.json"));
  rmSync(KEPT);
}

/** `prepublishOnly`: what was not tested as a tarball is not published. */
function refusePublish(): void {
  console.error(
    "Nothing is published from the repository.\n  fix: npm run package, then npm publish dist/artifacts/oai-gateway-VERSION.tgz",
  );
  process.exitCode = 1;
}

if (import.meta.main) {
  const [step] = process.argv.slice(2);
  if (step === "put-manifest") putManifest();
  else if (step === "take-manifest-back") takeManifestBack();
  else if (step === "refuse-publish") refusePublish();
  else console.log(pack());
}
