// The bill of materials of the bundle, in CycloneDX 1.6: what is in it, and nothing that only helped to make it. Not
// part of the gateway.

import { createHash } from "node:crypto";
import type { BundledPackage } from "./bundled.ts";
import type { Manifest } from "./manifest.ts";

/** A component that the list has besides the packages, such as Node in a single executable. */
export type Runtime = { readonly name: string; readonly version: string; readonly license: string };

/** The bill of materials as text. The same contents make the same text, so that two builds can be compared. */
export function billOfMaterials(
  manifest: Manifest,
  packages: readonly BundledPackage[],
  runtime?: Runtime,
): string {
  const components = packages.map((one) => ({
    type: "library",
    "bom-ref": purl(one.name, one.version),
    name: one.name,
    version: one.version,
    scope: "required",
    hashes: [
      {
        alg: "SHA-512",
        content: Buffer.from(one.integrity.slice("sha512-".length), "base64").toString("hex"),
      },
    ],
    licenses: licensesOf(one.license),
    purl: purl(one.name, one.version),
  }));
  const platform =
    runtime === undefined
      ? []
      : [
          {
            type: "platform",
            "bom-ref": runtime.name,
            ...runtime,
            license: undefined,
            licenses: licensesOf(runtime.license),
          },
        ];
  const root = purl(manifest.name, manifest.version);
  const all = [...components, ...platform];
  const bom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([root, all]))}`,
    version: 1,
    metadata: {
      lifecycles: [{ phase: "build" }],
      component: {
        type: "application",
        "bom-ref": root,
        name: manifest.name,
        version: manifest.version,
        licenses: licensesOf(manifest.license),
        purl: root,
      },
    },
    components: all,
    dependencies: [
      { ref: root, dependsOn: all.map((one) => one["bom-ref"]) },
      ...all.map((one) => ({ ref: one["bom-ref"], dependsOn: [] })),
    ],
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

/** The package's address, as https://github.com/package-url/purl-spec has it. */
function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function licensesOf(license: string): readonly object[] {
  return /[ ()]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];
}

/** A UUID of version 8 (RFC 9562: made by the maker's own rule), from what the list says. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
