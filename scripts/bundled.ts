// Which packages are in the bundle, as esbuild says, with what their licences ask for. Not part of the gateway.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { METAFILES, ROOT } from "./build.ts";

/** A package of which some code is in the bundle. */
export type BundledPackage = {
  readonly name: string;
  readonly version: string;
  /** Its licence, as an SPDX expression. */
  readonly license: string;
  /** The text that has to go with every copy. */
  readonly licenseText: string;
  /** The digest of its tarball, as package-lock.json has it. */
  readonly integrity: string;
};

type Metafile = {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { bytesInOutput: number }>> }>
  >;
};

type Lock = { readonly packages: Readonly<Record<string, { readonly integrity?: string }>> };

/**
 * The packages in the bundle of the last build, by name.
 *
 * @throws where one of them has no licence, or no file with its text.
 */
export function bundledPackages(): readonly BundledPackage[] {
  const outputs = METAFILES.flatMap((file) => Object.values(readJson<Metafile>(file).outputs));
  const lock = readJson<Lock>(join(ROOT, "package-lock.json"));
  const folders = new Set<string>();
  for (const { inputs } of outputs) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
    }
  }
  return [...folders].sort().map((folder) => packageIn(folder, lock));
}

function packageIn(folder: string, lock: Lock): BundledPackage {
  const manifest = readJson<{ name: string; version: string; license?: string }>(
    join(ROOT, folder, "package.json"),
  );
  const { name, version, license } = manifest;
  const file = readdirSync(join(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const integrity = lock.packages[folder]?.integrity;
  if (license === undefined || file === undefined)
    throw new Error(`${name} has no licence: it must not be bundled`);
  if (integrity === undefined) throw new Error(`${name} is not in package-lock.json`);
  return {
    name,
    version,
    license,
    licenseText: readFileSync(join(ROOT, folder, file), "utf8").trim(),
    integrity,
  };
}

/** The licences of all that is in the bundle, as one text. */
export function licensesText(packages: readonly BundledPackage[]): string {
  const parts = packages.map(
    ({ name, version, license, licenseText }) => `${name} ${version} (${license})\n\n${licenseText}\n`,
  );
  const line = `\n${"-".repeat(72)}\n\n`;
  return `oai-gateway contains code of the packages below, under the licences that follow each.\n${line}${parts.join(line)}`;
}

function readJson<Value>(path: string): Value {
  return JSON.parse(readFileSync(path, "utf8"));
}
