// `version`: which oai-gateway and which Node this is. Also the one reader of the package's version for others.

import { readFileSync } from "node:fs";
import { type CommandContext, type ExitCode, printJson } from "../terminal/command.ts";

/** The version, put in by the build; not there in a checkout. */
declare const OAI_GATEWAY_VERSION: string | undefined;

/** Prints the version. */
export async function runVersion(context: CommandContext): Promise<ExitCode> {
  const version = packageVersion();
  const { platform, arch } = process;
  if (context.isJson) {
    printJson(context, { name: "oai-gateway", version, node: process.versions.node, platform, arch });
  } else {
    context.terminal.out(`oai-gateway ${version} (Node ${process.versions.node}, ${platform} ${arch})`);
  }
  return 0;
}

/** The version that the build has put in; in a checkout, that of package.json. */
export function packageVersion(): string {
  if (typeof OAI_GATEWAY_VERSION === "string") return OAI_GATEWAY_VERSION;
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
