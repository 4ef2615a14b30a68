// `version`: which oai-gateway and which Node this is. Also the one reader of the package's version for others.

import { readFileSync } from "node:fs";
import { type CommandContext, type ExitCode, printJson } from "../terminal/command.ts";

/** Options of `version`. */
export type VersionOptions = { readonly json?: boolean };

/** Prints the version. */
export async function runVersion(context: CommandContext, options: VersionOptions): Promise<ExitCode> {
  const version = packageVersion();
  const { platform, arch } = process;
  if (options.json === true) {
    printJson(context, { name: "oai-gateway", version, node: process.versions.node, platform, arch });
  } else {
    context.terminal.out(`oai-gateway ${version} (Node ${process.versions.node}, ${platform} ${arch})`);
  }
  return 0;
}

/** The version in package.json, which lies one folder up in the package and three in the sources. */
export function packageVersion(): string {
  for (const path of ["../package.json", "../../../package.json"]) {
    try {
      const found: unknown = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (isOurs(found)) return found.version;
    } catch {
      // Not there: the next place.
    }
  }
  return "unknown";
}

function isOurs(found: unknown): found is { version: string } {
  if (typeof found !== "object" || found === null || !("name" in found) || !("version" in found))
    return false;
  return found.name === "oai-gateway" && typeof found.version === "string";
}
