// package.json as the scripts of the build read it. Not part of the gateway.

import { readFileSync } from "node:fs";

/** What the build reads of package.json. */
export type Manifest = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly version: string;
  readonly license: string;
};

/** The repository's package.json. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
}
